import { useEffect, useRef } from 'react';

const POLL_MS = 2_000;

/** Calls `onChange` every two seconds while one of the runs is running and somebody looks at the page. */
export function useLiveRuns(runIds: readonly string[], onChange: () => void): void {
  const change = useRef(onChange);
  change.current = onChange;
  const running = runIds.length > 0;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      if (!document.hidden) change.current();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [running]);
}
