import uPlot from 'uplot';
import type { XAxis } from './chart-data.js';
import { formatNumber } from '../ui/format.js';

interface PlotShape {
  readonly element: HTMLElement;
  readonly colours: readonly string[];
  readonly axis: XAxis;
  readonly logScale: boolean;
  readonly smoothed: boolean;
  readonly width: number;
  readonly height: number;
  readonly onCursor: (index: number | null, left: number) => void;
  readonly onSelect: (from: number, to: number) => void;
}

const SYNC = uPlot.sync('modelyard');
// Each line takes four series: minimum, maximum, raw, drawn.
const PER_LINE = 4;

/** uPlot's options for the lines of one metric. */
export function plotOptions(shape: PlotShape): uPlot.Options {
  const style = getComputedStyle(shape.element);
  const ink = style.getPropertyValue('--ink-soft').trim();
  const grid = style.getPropertyValue('--line').trim();
  const axis: uPlot.Axis = { stroke: ink, font: '11px system-ui, sans-serif', grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  return {
    width: shape.width,
    height: shape.height,
    legend: { show: false },
    padding: [8, 10, 0, 0],
    cursor: { sync: { key: SYNC.key, setSeries: false }, drag: { x: true, y: false, setScale: false }, points: { show: false }, y: false },
    scales: { x: { time: shape.axis === 'time' }, y: { distr: shape.logScale ? 3 : 1 } },
    axes: [
      { ...axis, size: 26, space: 70, ...(shape.axis === 'time' ? {} : { values: (_plot: uPlot, ticks: number[]) => ticks.map((tick) => (shape.axis === 'relative' ? `${formatNumber(tick)} s` : formatNumber(tick))) }) },
      { ...axis, size: 54, space: 36, values: (_plot, ticks) => ticks.map((tick) => (tick == null ? '' : formatNumber(tick))) },
    ],
    series: [{}, ...shape.colours.flatMap((colour) => lineSeries(colour, shape.smoothed))],
    bands: shape.colours.map((colour, at) => ({ series: [at * PER_LINE + 2, at * PER_LINE + 1], fill: translucent(colour, 0.16) })),
    hooks: {
      setCursor: [(plot) => shape.onCursor(plot.cursor.idx ?? null, plot.cursor.left ?? 0)],
      setSelect: [
        (plot) => {
          if (plot.select.width < 6) return;
          shape.onSelect(plot.posToVal(plot.select.left, 'x'), plot.posToVal(plot.select.left + plot.select.width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

function lineSeries(colour: string, smoothed: boolean): uPlot.Series[] {
  const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false }, spanGaps: true };
  const raw: uPlot.Series = { ...hidden, stroke: smoothed ? translucent(colour, 0.3) : 'transparent', width: smoothed ? 1 : 0 };
  const drawn: uPlot.Series = { stroke: colour, width: 1.6, spanGaps: true, points: { show: (plot, _series, first, last) => last - first < 2 || plot.data[0].length < 3, size: 5, fill: colour } };
  return [hidden, hidden, raw, drawn];
}

function translucent(colour: string, alpha: number): string {
  return colour.replace(/\)$/, ` / ${alpha})`);
}
