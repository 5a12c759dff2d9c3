import type { ChildProcess } from 'node:child_process';

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child that keeps the pipes open delays the news of its parent's end no longer than this. */
const OUTPUT_GRACE_MS = 1_000;

/**
 * The end of a child process, when all it wrote was read. Call in the same tick as `spawn`: a short-lived program ends
 * while its starter still writes things down, and an event without a listener is lost.
 */
export function endOf(child: ChildProcess): Promise<ChildEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const done = () => resolve({ code, signal });
      child.once('close', done);
      setTimeout(done, OUTPUT_GRACE_MS).unref();
    });
  });
}
