import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort, type LocalProcess, type LocalProcesses, type ProcessIdentities, type ProcessIdentity, type ProcessLimits, type ServingCommand } from '@modelyard/cluster';
import type { DeploymentReport } from '../rollout/deployment-report.js';
import type { ReplicaObservation } from '../rollout/plan.js';
import type { ModelFiles } from './model-files.js';

export interface ReplicaSettings {
  /** Between two looks at a process that is not ready, and at one that is. */
  readonly probeStartingMs: number;
  readonly probeReadyMs: number;
  readonly probeTimeoutMs: number;
  /** Looks in a row that fail before a ready replica counts as unready. */
  readonly probeFailures: number;
  readonly stopGraceMs: number;
  /** A process that was ready this long and ends is started again at once. */
  readonly stableMs: number;
}

export const REPLICA_DEFAULTS: ReplicaSettings = { probeStartingMs: 100, probeReadyMs: 2_000, probeTimeoutMs: 5_000, probeFailures: 3, stopGraceMs: 30_000, stableMs: 60_000 };

export interface ReplicaContext {
  readonly key: string;
  readonly ordinal: number;
  readonly files: ModelFiles;
  readonly filesKey: string;
  readonly processes: LocalProcesses;
  readonly identities: ProcessIdentities;
  readonly limits: ProcessLimits;
  readonly command: (modelDir: string, port: number) => ServingCommand;
  readonly report: DeploymentReport;
  readonly settings: ReplicaSettings;
  readonly onChange: () => void;
}

const MIN_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 60_000;

/** One supervised model process, over all its restarts. */
export class LocalReplica {
  private phase: ReplicaObservation['phase'] = 'waiting';
  private startedAt = 0;
  private readyAt: number | null = null;
  private retryAt = 0;
  private failures = 0;
  private ends = 0;
  private message: string | null = null;
  private port = 0;
  private process: LocalProcess | null = null;
  private removed = false;
  private starts = 0;

  constructor(private readonly context: ReplicaContext) {}

  observe(): ReplicaObservation {
    const { phase, startedAt, retryAt, failures, message } = this;
    return { ordinal: this.context.ordinal, phase, startedAt, retryAt, failures, message };
  }

  /** `host:port` while it answers. */
  get address(): string | null {
    return this.phase === 'ready' ? `127.0.0.1:${this.port}` : null;
  }

  /** Starts beyond the first since the last call. */
  takeRestarts(): number {
    const restarts = Math.max(0, this.starts - 1);
    this.starts -= restarts;
    return restarts;
  }

  start(): void {
    this.phase = 'starting';
    this.startedAt = Date.now();
    this.readyAt = null;
    this.starts++;
    void this.run();
  }

  /** Ends it for good. `gone` once nothing is left. */
  stop(graceMs = this.context.settings.stopGraceMs): Promise<void> {
    this.removed = true;
    if (this.phase === 'waiting') return this.finish();
    this.phase = 'stopping';
    return this.process === null ? Promise.resolve() : this.process.stop(graceMs).then(() => undefined);
  }

  /** Ends a process that does not get ready; it is started again after its back-off. */
  kill(reason: string): void {
    this.message = reason;
    void this.process?.stop(0);
  }

  gone = false;

  private async run(): Promise<void> {
    const { context } = this;
    const identity = context.processes.isolation.level === 'separate-uid' ? await context.identities.acquire() : null;
    try {
      this.process = await this.launch(identity);
      if (this.removed) void this.process.stop(0);
      void this.probe(this.process);
      const exit = await this.process.exited;
      this.end(exit.message);
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
    } finally {
      if (identity !== null) context.identities.release(identity);
    }
  }

  private async launch(identity: ProcessIdentity | null): Promise<LocalProcess> {
    const { context } = this;
    this.port = await findFreePort();
    const view = await context.files.lend(context.filesKey, context.key, identity);
    const { command, args, env, reads } = context.command(view, this.port);
    const onLog = (line: string, stream: string) => context.report.log(this.readyAt === null ? 'start' : 'ready', line, stream);
    return context.processes.start({ key: context.key, command, args, env, identity, limits: context.limits, reads, onLog });
  }

  private async probe(process: LocalProcess): Promise<void> {
    const { settings } = this.context;
    let failed = 0;
    while (this.process === process && this.isLive()) {
      const answered = await answers(this.port, settings.probeTimeoutMs);
      if (this.process !== process || !this.isLive()) return;
      failed = answered ? 0 : failed + 1;
      if (answered && this.phase !== 'ready') this.becomeReady();
      if (this.phase === 'ready' && failed >= settings.probeFailures) this.move('unready', 'It does not answer.');
      await sleep(this.phase === 'ready' ? settings.probeReadyMs : settings.probeStartingMs, undefined, { ref: false });
    }
  }

  private isLive(): boolean {
    return this.phase === 'starting' || this.phase === 'ready' || this.phase === 'unready';
  }

  private becomeReady(): void {
    this.readyAt ??= Date.now();
    this.failures = 0;
    this.move('ready', null);
  }

  private end(message: string): void {
    const { context } = this;
    this.process = null;
    if (this.removed) {
      void this.finish();
      return;
    }
    const stable = this.readyAt !== null && Date.now() - this.readyAt >= context.settings.stableMs;
    this.ends = stable ? 1 : this.ends + 1;
    if (this.readyAt === null) this.failures++;
    const backoffMs = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS * 2 ** (this.ends - 1));
    this.retryAt = Date.now() + backoffMs;
    context.report.log(this.readyAt === null ? 'start' : 'ready', `${message} It is started again in ${(backoffMs / 1000).toFixed(1)} s.`);
    this.move('waiting', message);
  }

  private async finish(): Promise<void> {
    this.phase = 'stopping';
    this.gone = true;
    const { files, processes, key } = this.context;
    await Promise.all([files.takeBack(key), rm(processes.folderOf(key), { recursive: true, force: true })]);
    this.context.onChange();
  }

  private move(phase: ReplicaObservation['phase'], message: string | null): void {
    this.phase = phase;
    this.message = message;
    this.context.onChange();
  }
}

async function answers(port: number, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/ping`, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
