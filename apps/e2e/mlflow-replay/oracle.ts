import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { delay, freePort } from '../src/modelyard-process.js';

const READY_TIMEOUT_MS = 120_000;

export interface Oracle {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Its database `mlflow.db` and its `artifacts`. */
  readonly directory: string;
  stop(): Promise<void>;
}

/**
 * Starts a real `mlflow server` of the given Python: SQLite, proxied artifacts, one worker, in a temporary folder, with
 * `options` of its command. Rejects with its output when it does not get ready.
 */
export async function startOracle(python: string, options: readonly string[] = []): Promise<Oracle> {
  const directory = mkdtempSync(path.join(tmpdir(), 'mlflow-oracle-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    python,
    [
      '-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1',
      '--backend-store-uri', `sqlite:///${directory}/mlflow.db`, '--serve-artifacts', '--artifacts-destination', `${directory}/artifacts`, ...options,
    ],
    { cwd: directory, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GIT_PYTHON_REFRESH: 'quiet', MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false', DO_NOT_TRACK: 'true', PYTHONWARNINGS: 'ignore' } },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => { text = (text + data.toString('utf8')).slice(-20_000); });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    // Its workers are in its process group.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  for (const started = Date.now(); ; await delay(200)) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.status === 200) return { url, directory, stop };
    if (child.exitCode !== null || Date.now() - started > READY_TIMEOUT_MS) {
      await stop();
      throw new Error(`mlflow server did not start:\n${text}`);
    }
  }
}
