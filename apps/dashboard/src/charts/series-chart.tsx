import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import { formatNumber } from '../ui/format.js';
import { alignLines, valueAt, type AlignedLines, type ChartLine, type ChartOptions } from './chart-data.js';
import { plotOptions } from './plot-options.js';
import classes from './series-chart.module.css';

const HEIGHT = 210;

interface SeriesChartProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly options: ChartOptions;
  readonly downsampled?: boolean;
  readonly onZoom?: (from: number, to: number) => void;
}

interface Readout {
  readonly index: number;
  readonly left: number;
}

/** One metric of one or more runs. Hover is shared by all charts of the page; drag zooms. */
export function SeriesChart({ title, lines, options, downsampled = false, onZoom }: SeriesChartProps) {
  const scheme = useComputedColorScheme('light');
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const zoom = useRef(onZoom);
  zoom.current = onZoom;
  const [readout, setReadout] = useState<Readout | null>(null);
  const aligned = useMemo(() => alignLines(lines, options), [lines, options]);
  const latest = useRef(aligned);
  latest.current = aligned;
  const shape = JSON.stringify([lines.map(({ id, colour }) => [id, colour]), options, scheme]);

  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const [colours, { axis, logScale, smoothing }] = JSON.parse(shape) as [[string, string][], ChartOptions, string];
    const chart = new uPlot(
      plotOptions({
        element,
        colours: colours.map(([, colour]) => colour),
        axis,
        logScale,
        smoothed: smoothing > 0,
        width: element.clientWidth,
        height: HEIGHT,
        onCursor: (index, left) => setReadout(index === null ? null : { index, left }),
        onSelect: (from, to) => zoom.current?.(from, to),
      }),
      toPlotData(latest.current),
      element,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
  }, [shape]);

  // New points are drawn at most once a frame.
  useEffect(() => {
    const frame = requestAnimationFrame(() => plot.current?.setData(toPlotData(aligned)));
    return () => cancelAnimationFrame(frame);
  }, [aligned]);

  const last = lines[0]?.points.at(-1);
  return (
    <figure className={classes.chart} aria-label={`Chart of ${title}`}>
      <figcaption className={classes.title}>
        <span className="truncate" title={title}>
          {title}
        </span>
        {downsampled ? (
          <span className={classes.hint} title="More points than pixels: the band shows minimum and maximum">
            min–max
          </span>
        ) : null}
        {lines.length === 1 && last?.value != null ? <span className={classes.last}>{formatNumber(last.value)}</span> : null}
      </figcaption>
      <div ref={holder} className={classes.plot} />
      {readout === null ? null : <ReadoutBox readout={readout} aligned={aligned} lines={lines} options={options} />}
    </figure>
  );
}

function ReadoutBox({ readout, aligned, lines, options }: { readout: Readout; aligned: AlignedLines; lines: readonly ChartLine[]; options: ChartOptions }) {
  const x = aligned.x[readout.index];
  if (x === undefined) return null;
  return (
    <div className={classes.readout} style={readout.left > 220 ? { left: 56 } : { right: 8 }}>
      <div className="soft">{options.axis === 'step' ? `step ${x.toLocaleString('en-US')}` : options.axis === 'relative' ? `${formatNumber(x)} s` : new Date(x * 1000).toISOString().slice(0, 19).replace('T', ' ')}</div>
      {lines.slice(0, 10).map((line, at) => {
        const value = valueAt(aligned.lines[at]?.y ?? [], readout.index);
        return (
          <div key={line.id} className={classes.readoutLine}>
            <span className={classes.swatch} style={{ background: line.colour }} />
            <span className="truncate">{line.label}</span>
            <span className="num">{value === null ? '–' : formatNumber(value)}</span>
          </div>
        );
      })}
    </div>
  );
}

function toPlotData({ x, lines }: AlignedLines): uPlot.AlignedData {
  return [x, ...lines.flatMap(({ y, min, max, raw }) => [min, max, raw, y])];
}
