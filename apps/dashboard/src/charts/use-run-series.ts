import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient, type CombinedError } from 'urql';
import type { SeriesAxis } from '../api/types.js';
import { RUN_SERIES, type RunSeries } from './series.graphql.js';

// About one point for two pixels of a wide chart; the envelope keeps what falls between.
const MAX_POINTS = 600;

export interface StepRange {
  readonly from: number;
  readonly to: number;
}

interface SeriesRequest {
  readonly runIds: readonly string[];
  readonly keys: readonly string[];
  readonly xAxis: SeriesAxis;
  /** Zoomed to these steps (or milliseconds): read again at the finer resolution. */
  readonly range: StepRange | null;
}

/** Histories of some metrics of some runs, one call a run, side by side. `refresh` reads them again in place. */
export function useRunSeries({ runIds, keys, xAxis, range }: SeriesRequest) {
  const client = useClient();
  const [byRun, setByRun] = useState<Readonly<Record<string, RunSeries>>>({});
  const [error, setError] = useState<CombinedError | undefined>();
  const [loading, setLoading] = useState(true);
  const latest = useRef('');
  const request = JSON.stringify({ runIds, keys, xAxis, range });

  const read = useCallback(
    async (only?: readonly string[]) => {
      const wanted = JSON.parse(request) as { runIds: string[]; keys: string[]; xAxis: SeriesAxis; range: StepRange | null };
      const ids = only === undefined ? wanted.runIds : wanted.runIds.filter((id) => only.includes(id));
      if (wanted.keys.length === 0) return setLoading(false);
      const bounds = wanted.range === null ? {} : { from: wanted.range.from, to: wanted.range.to };
      const variables = { keys: wanted.keys, maxPoints: MAX_POINTS, xAxis: wanted.xAxis, ...bounds };
      const answers = await Promise.all(ids.map((id) => client.query(RUN_SERIES, { id, ...variables }, { requestPolicy: 'network-only' }).toPromise()));
      if (latest.current !== request) return;
      const found = answers.flatMap(({ data }) => (data === undefined || data === null ? [] : [data.run]));
      // One update for all runs: each redraws every chart.
      setByRun((before) => ({ ...before, ...Object.fromEntries(found.map((run) => [run.runId, run])) }));
      setError(answers.find((answer) => answer.error !== undefined)?.error);
      setLoading(false);
    },
    [client, request],
  );

  useEffect(() => {
    latest.current = request;
    void read();
  }, [read, request]);
  return { byRun, error, loading, refresh: read };
}
