import { Button, SegmentedControl, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { MetricSeries } from '../api/types.js';
import { BlockSkeleton, EmptyState, ErrorState } from '../ui/states.js';
import type { ChartLine, ChartOptions, XAxis } from './chart-data.js';
import { runColour } from './run-colour.js';
import { SeriesChart } from './series-chart.js';
import classes from './series-chart.module.css';
import { useLiveRuns } from './use-live-runs.js';
import { useRunSeries, type StepRange } from './use-run-series.js';

/** The part of the URL that says how charts are drawn. */
export interface ChartSearch {
  readonly axis?: string;
  readonly smooth?: string;
  readonly log?: string;
}

interface ChartBoardProps {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly search: ChartSearch;
  readonly onSearch: (change: ChartSearch) => void;
}

/** A grid of charts, one for each metric, with all runs in each. Running runs grow while they are watched. */
export function ChartBoard({ runIds, keys, search, onSearch }: ChartBoardProps) {
  const [range, setRange] = useState<StepRange | null>(null);
  const axis: XAxis = search.axis === 'time' || search.axis === 'relative' ? search.axis : 'step';
  const smoothing = Math.min(0.99, Math.max(0, Number(search.smooth ?? 0) || 0));
  const options = useMemo<ChartOptions>(() => ({ axis, smoothing, logScale: search.log === '1' }), [axis, smoothing, search.log]);
  const series = useRunSeries({ runIds, keys, xAxis: axis === 'step' ? 'STEP' : 'TIME', range });
  const running = runIds.filter((id) => series.byRun[id]?.status === 'RUNNING');
  useLiveRuns(running, () => void series.refresh(running));
  const charts = useMemo(() => keys.map((key) => ({ key, ...linesOf(key, runIds, series.byRun) })), [keys, runIds, series.byRun]);
  const anything = charts.some(({ lines }) => lines.length > 0);
  const zoom = (from: number, to: number) => {
    if (axis !== 'relative') setRange(axis === 'step' ? { from: Math.floor(from), to: Math.ceil(to) } : { from: Math.floor(from * 1000), to: Math.ceil(to * 1000) });
  };
  return (
    <>
      <div className={classes.controls}>
        <SegmentedControl
          size="xs"
          aria-label="Horizontal axis"
          value={axis}
          onChange={(value) => {
            setRange(null);
            onSearch({ axis: value === 'step' ? undefined : value });
          }}
          data={[
            { value: 'step', label: 'Step' },
            { value: 'time', label: 'Time' },
            { value: 'relative', label: 'Relative' },
          ]}
        />
        <label className={classes.smoothing}>
          <span className="soft">Smoothing</span>
          <input type="range" min={0} max={0.98} step={0.02} value={smoothing} onChange={(event) => onSearch({ smooth: event.currentTarget.value === '0' ? undefined : event.currentTarget.value })} />
          <span className="num">{smoothing.toFixed(2)}</span>
        </label>
        <Switch size="xs" label="Log scale" checked={options.logScale} onChange={(event) => onSearch({ log: event.currentTarget.checked ? '1' : undefined })} />
        {range === null ? null : (
          <Button size="compact-xs" variant="default" onClick={() => setRange(null)}>
            Reset zoom
          </Button>
        )}
        {running.length === 0 ? null : <span className="soft">Live: {running.length === 1 ? 'one run is' : `${running.length} runs are`} running</span>}
      </div>
      {series.error === undefined ? null : <ErrorState error={series.error} onRetry={() => void series.refresh()} />}
      {series.loading && !anything ? (
        <div className={classes.grid} aria-busy="true">
          {keys.slice(0, 6).map((key) => (
            <BlockSkeleton key={key} height={244} />
          ))}
        </div>
      ) : null}
      {!series.loading && !anything && series.error === undefined ? (
        <EmptyState title="No metrics yet">
          <p>
            Charts appear with the first <code>mlflow.log_metric(key, value, step=n)</code>.
          </p>
        </EmptyState>
      ) : null}
      <div className={classes.grid}>
        {charts.map(({ key, lines, downsampled }) => (lines.length === 0 ? null : <SeriesChart key={key} title={key} lines={lines} options={options} downsampled={downsampled} onZoom={zoom} />))}
      </div>
    </>
  );
}

function linesOf(key: string, runIds: readonly string[], byRun: Readonly<Record<string, { runId: string; name: string; metricSeries: MetricSeries[] }>>): { lines: ChartLine[]; downsampled: boolean } {
  let downsampled = false;
  const lines = runIds.flatMap((id) => {
    const run = byRun[id];
    const found = run?.metricSeries.find((series) => series.key === key);
    if (run === undefined || found === undefined || found.points.length === 0) return [];
    downsampled ||= found.downsampled;
    return [{ id, label: run.name, colour: runColour(id), points: found.points }];
  });
  return { lines, downsampled };
}
