import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = process.cwd();
const READY_TIMEOUT_MS = 90_000;

export interface Modelyard {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly dataDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds from spawn to the greeting. */
  readonly startedInMs: number;
  /** All it printed so far. */
  output(): string;
  /** Sends a signal to the supervisor; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** kill -9 of every process of the installation, the database too. */
  killEverything(): Promise<void>;
}

export interface StartOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** An existing data folder; a new one is made otherwise. */
  readonly dataDirectory?: string;
  /** The account it runs as. Default: this one. */
  readonly identity?: Identity;
}

export interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

/** Starts the built product as `npm start` does, on free ports. Rejects with its output when it does not get ready. */
export async function startModelyard(options: StartOptions = {}): Promise<Modelyard> {
  const dataDirectory = options.dataDirectory ?? newDataDirectory(options.identity);
  const port = await freePort();
  const env = {
    ...process.env,
    NODE_OPTIONS: undefined,
    MODELYARD_PORT: String(port),
    MODELYARD_ROUTER_PORT: String(await freePort()),
    MODELYARD_DATA_DIR: dataDirectory,
    ...options.env,
  };
  const started = Date.now();
  const { child, output, exited } = spawnCli(['up'], env, options.identity);
  const ready = (async () => {
    while (!output().includes('Modelyard is ready')) await delay(20);
    return 'ready' as const;
  })();
  const outcome = await Promise.race([ready, exited, delay(READY_TIMEOUT_MS).then(() => 'timeout' as const)]);
  if (outcome !== 'ready') {
    child.kill('SIGKILL');
    throw new Error(`Modelyard did not start (${String(outcome)}):\n${output()}`);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    dataDirectory,
    env,
    startedInMs: Date.now() - started,
    output,
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return exited;
    },
    killEverything: async () => {
      const pids = [child.pid ?? 0, ...processesOf(dataDirectory)].filter((pid) => pid > 1);
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Gone already.
        }
      }
      await exited;
      for (let waited = 0; waited < 5_000 && processesOf(dataDirectory).length > 0; waited += 50) await delay(50);
    },
  };
}

/** Runs `modelyard up` that is expected to end by itself: resolves with its exit code and output. */
export async function runUp(env: NodeJS.ProcessEnv, identity: Identity = {}): Promise<{ code: number | null; output: string }> {
  const { output, exited } = spawnCli(['up'], { ...process.env, NODE_OPTIONS: undefined, ...env }, identity);
  return { code: await exited, output: output() };
}

/** Runs any `modelyard` command to its end. */
export async function runCommand(words: readonly string[], env: NodeJS.ProcessEnv, identity: Identity = {}): Promise<{ code: number | null; output: string }> {
  const { output, exited } = spawnCli(words, env, identity);
  return { code: await exited, output: output() };
}

export function newDataDirectory({ uid, gid }: Identity = {}): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'modelyard-e2e-'));
  if (uid !== undefined && gid !== undefined) chownSync(parent, uid, gid);
  // As root, the database's own account must be able to pass through.
  chmodSync(parent, 0o711);
  return path.join(parent, 'data');
}

export function removeDataDirectory(directory: string): void {
  rmSync(path.dirname(directory), { recursive: true, force: true });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

export const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Processes whose command line or environment names the data folder: gateway, worker, router, postgres, models. */
export function processesOf(dataDirectory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataDirectory) || readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`MODELYARD_DATA_DIR=${dataDirectory}\0`);
      } catch {
        return false;
      }
    });
}

function spawnCli(words: readonly string[], env: NodeJS.ProcessEnv, identity: Identity = {}): { child: ChildProcess; output: () => string; exited: Promise<number | null> } {
  const child = spawn(process.execPath, ['--enable-source-maps', path.join(ROOT, 'dist/apps/cli/main.js'), ...words], { ...identity, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { text += data.toString('utf8'); });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { child, output: () => text, exited };
}
