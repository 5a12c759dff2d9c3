import { useEffect, useRef } from 'react';
import { useClient } from 'urql';
import { RUN_METRICS } from './series.graphql.js';

const POLL_MS = 2_000;
// A notice may be lost while the socket reconnects; the end of a run must still be seen.
const SAFETY_POLL_MS = 10_000;
const COALESCE_MS = 300;

/** Calls `onChange` when running runs have new metrics: by subscription, or every two seconds without one. */
export function useLiveRuns(runIds: readonly string[], onChange: (runId?: string) => void): void {
  const client = useClient();
  const change = useRef(onChange);
  change.current = onChange;
  const key = [...runIds].sort().join(',');
  useEffect(() => {
    if (key === '') return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const notice = (runId?: string) => {
      timer ??= setTimeout(() => {
        timer = undefined;
        change.current(runId);
      }, COALESCE_MS);
    };
    let poll = setInterval(() => change.current(), SAFETY_POLL_MS);
    const subscription = client.subscription(RUN_METRICS, { runIds: key.split(','), keys: [] }).subscribe(({ data, error }) => {
      if (data !== undefined && data !== null) notice(data.runMetrics.runId);
      if (error === undefined) return;
      clearInterval(poll);
      poll = setInterval(() => change.current(), POLL_MS);
    });
    return () => {
      subscription.unsubscribe();
      clearInterval(poll);
      clearTimeout(timer);
    };
  }, [client, key]);
}
