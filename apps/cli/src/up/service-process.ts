import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import path from 'node:path';
import { StartError } from './start-error.js';

export interface ServiceOptions {
  readonly name: string;
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logDirectory: string;
}

const READY_TIMEOUT_MS = 60_000;
const RESTART_DELAY_MS = 500;
const MAX_RESTART_DELAY_MS = 10_000;
const KEPT_LINES = 20;

/** One of our processes: started, restarted when it dies, stopped by SIGTERM. Its log goes to a file. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  private stopping = false;
  private restartDelayMs = RESTART_DELAY_MS;
  private readonly log: WriteStream;
  private lastLines: string[] = [];

  constructor(private readonly options: ServiceOptions) {
    this.log = createWriteStream(path.join(options.logDirectory, `${options.name}.log`), { flags: 'a', mode: 0o600 });
  }

  /** Resolves when the process says that it is ready. Throws StartError with its last words when it ends before. */
  async start(): Promise<void> {
    this.launch();
    const child = this.child;
    if (child === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const outcome = await Promise.race([
      new Promise<'ready'>((resolve) => child.once('message', () => resolve('ready'))),
      new Promise<'exit'>((resolve) => child.once('exit', () => resolve('exit'))),
      new Promise<'timeout'>((resolve) => { timer = setTimeout(() => resolve('timeout'), READY_TIMEOUT_MS); }),
    ]);
    clearTimeout(timer);
    if (outcome === 'ready') return;
    this.stopping = true;
    child.kill('SIGKILL');
    throw new StartError(`${this.options.name} did not start: ${this.lastLines.slice(-5).join('\n') || outcome}`);
  }

  /** Asks it to end; after `graceMs` it is killed. */
  async stop(graceMs: number): Promise<void> {
    this.stopping = true;
    const child = this.child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(timer);
  }

  private launch(): void {
    // A group of its own: Ctrl-C in the terminal must reach the supervisor alone, which stops things in order.
    const child = spawn(process.execPath, ['--enable-source-maps', this.options.entry], { env: this.options.env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true });
    this.child = child;
    const started = Date.now();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => {
        this.log.write(data);
        this.lastLines = [...this.lastLines, ...data.toString('utf8').split('\n').filter((line) => line !== '')].slice(-KEPT_LINES);
      });
    }
    child.on('exit', (code, signal) => {
      if (this.stopping) return;
      console.error(`${this.options.name} ended (${signal ?? `exit ${code}`}) and is started again; its log is in ${this.options.logDirectory}.`);
      if (Date.now() - started > 60_000) this.restartDelayMs = RESTART_DELAY_MS;
      setTimeout(() => { if (!this.stopping) this.launch(); }, this.restartDelayMs);
      this.restartDelayMs = Math.min(this.restartDelayMs * 2, MAX_RESTART_DELAY_MS);
    });
  }
}
