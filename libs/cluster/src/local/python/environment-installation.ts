import { DomainError } from '@modelyard/kernel';
import type { PythonEnvironment } from './python-environments.js';

type Work = (onOutput: (line: string) => void, signal: AbortSignal) => Promise<PythonEnvironment>;

const KEPT_LINES = 500;

/** One installation that several callers wait for. It is given up when the last of them has left. */
export class EnvironmentInstallation {
  readonly result: Promise<PythonEnvironment>;
  private readonly abort = new AbortController();
  private readonly listeners = new Set<(line: string) => void>();
  private readonly lines: string[] = [];

  constructor(work: Work) {
    this.result = work((line) => this.tell(line), this.abort.signal);
    // Each caller sees the failure through `join`; without callers it is nobody's.
    this.result.catch(() => undefined);
  }

  /** Waits along: the output so far first, then the rest as it comes. Rejects with CONFLICT when the caller's signal fires. */
  async join(onOutput: (line: string) => void, signal?: AbortSignal): Promise<PythonEnvironment> {
    const listener = (line: string) => onOutput(line);
    this.lines.forEach(listener);
    this.listeners.add(listener);
    try {
      return await (signal === undefined ? this.result : Promise.race([this.result, aborted(signal)]));
    } finally {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.abort.abort();
    }
  }

  private tell(line: string): void {
    this.lines.push(line);
    if (this.lines.length > KEPT_LINES) this.lines.shift();
    for (const listener of this.listeners) listener(line);
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new DomainError('CONFLICT', 'The installation was cancelled.'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
