import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildEnd } from './child-end.js';
import type { ProcessSpec } from './local-processes.js';
import { membersOf, signalAll, type ProcessRecord } from './process-record.js';
import { recentProcessTable } from './process-table.js';

export interface ProcessExit {
  /** `stopped`: we asked it to. `memory`: over its limit. `exited`: by itself, or killed by somebody else. */
  readonly reason: 'stopped' | 'memory' | 'exited';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why, for people. */
  readonly message: string;
}

const MEMORY_CHECK_MS = 1_000;
const MEBIBYTE = 1024 * 1024;

/** One started process with its children. */
export class LocalProcess {
  readonly key: string;
  readonly pid: number;
  /** Resolves when the process has ended and its children are gone; never rejects. */
  readonly exited: Promise<ProcessExit>;
  private reason: ProcessExit['reason'] = 'exited';
  private ended = false;

  constructor(
    private readonly spec: ProcessSpec,
    private readonly record: ProcessRecord,
    end: Promise<ChildEnd>,
  ) {
    this.key = spec.key;
    this.pid = record.pid;
    this.exited = this.supervise(end);
  }

  /** SIGTERM to the group, SIGKILL after the grace in milliseconds. Resolves when nothing is left. */
  async stop(graceMs: number): Promise<ProcessExit> {
    if (!this.ended) {
      this.reason = 'stopped';
      this.signalGroup('SIGTERM');
      const exit = await Promise.race([this.exited, sleep(graceMs, null, { ref: false })]);
      if (exit === null) await this.kill();
    }
    return this.exited;
  }

  private async supervise(end: Promise<ChildEnd>): Promise<ProcessExit> {
    const timer = setInterval(() => void this.checkMemory(), MEMORY_CHECK_MS);
    timer.unref();
    const { code, signal } = await end;
    this.ended = true;
    clearInterval(timer);
    // Children that outlive the leader are nobody's any more.
    await this.kill();
    return { reason: this.reason, code, signal, message: this.explain(code, signal) };
  }

  private async checkMemory(): Promise<void> {
    const used = (await membersOf(this.record, recentProcessTable(MEMORY_CHECK_MS / 2))).reduce((sum, entry) => sum + entry.residentBytes, 0);
    if (used <= this.spec.limits.memoryBytes || this.ended) return;
    this.reason = 'memory';
    await this.kill();
  }

  private async kill(): Promise<void> {
    if (!this.ended) this.signalGroup('SIGKILL');
    signalAll(await membersOf(this.record), 'SIGKILL');
  }

  private signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // Gone between the look and the signal.
    }
  }

  private explain(code: number | null, signal: NodeJS.Signals | null): string {
    switch (this.reason) {
      case 'stopped':
        return 'Stopped as asked.';
      case 'memory':
        return `Stopped because it used more than ${Math.round(this.spec.limits.memoryBytes / MEBIBYTE)} MiB of memory. Give the endpoint more memory, or send smaller requests.`;
      case 'exited':
        return signal === null ? `Ended by itself with exit code ${code}. Its last log lines say why.` : `Killed by ${signal}, not by Modelyard${signal === 'SIGKILL' ? '; the machine may have run out of memory' : ''}.`;
    }
  }
}
