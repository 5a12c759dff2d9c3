import { useSyncExternalStore } from 'react';
import { formatDuration, formatRelative, formatUtc } from './format.js';

const TICK_MS = 5_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time of the page's one clock, in milliseconds; it ticks every five seconds. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

/** A time, relative, with the exact UTC on hover. */
export function Time({ at }: { at: string | null }) {
  const current = useNow();
  if (at === null) return <span className="soft">–</span>;
  return (
    <time dateTime={at} title={formatUtc(at)} style={{ whiteSpace: 'nowrap' }}>
      {formatRelative(at, Math.max(current, Date.now() - TICK_MS))}
    </time>
  );
}

/** A duration; one that still runs counts up from its start. */
export function Duration({ startedAt, ms }: { startedAt: string | null; ms: number | string | null }) {
  const current = useNow();
  if (ms !== null) return <span className="num">{formatDuration(ms)}</span>;
  if (startedAt === null) return <span className="soft">–</span>;
  return <span className="num">{formatDuration(Math.max(0, current - Date.parse(startedAt)))}</span>;
}
