import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { delay, freePort, removeDataDirectory, runCommand, startModelyard, type Modelyard } from '../modelyard-process.js';
import { findPython, runPython } from '../python.js';

const python = findPython();
const SCENARIO = 'trace_scenario.py';

/** Its last line: what the server answered, without ids and times. */
const summaryOf = (output: string) => JSON.parse(output.split('\n').findLast((line) => line.startsWith('{')) ?? '') as unknown;

(python === null ? describe.skip : describe)('tracing with the unmodified MLflow client', () => {
  let yard: Modelyard;

  beforeAll(async () => {
    yard = await startModelyard({ env: { MODELYARD_AUTH: 'required' } });
  }, 120_000);

  afterAll(async () => {
    await yard?.stop();
    if (yard !== undefined) removeDataDirectory(yard.dataDirectory);
  });

  it('answers as `mlflow server` does, behind an organization and a token', async () => {
    const { output } = await runCommand(['org', 'create', 'traced'], yard.env);
    const uri = /^Tracking URI +(\S+)/m.exec(output)?.[1] ?? '';
    const token = /^Token +(\S+)/m.exec(output)?.[1] ?? '';
    const ours = summaryOf(await runPython(python ?? '', SCENARIO, [uri], { MLFLOW_TRACKING_TOKEN: token }));
    const theirs = await withMlflowServer(python ?? '', async (url) => summaryOf(await runPython(python ?? '', SCENARIO, [url])));
    expect(ours).toEqual(theirs);
  }, 600_000);
});

/** A real `mlflow server` on a database of its own while `work` goes on. */
async function withMlflowServer<T>(command: string, work: (url: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(path.join(tmpdir(), 'modelyard-mlflow-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const options = ['--host', '127.0.0.1', '--port', new URL(url).port, '--workers', '1', '--backend-store-uri', `sqlite:///${directory}/mlflow.db`, '--artifacts-destination', `${directory}/artifacts`];
  // A process group, so that its workers end with it.
  const server = spawn(command, ['-m', 'mlflow', 'server', ...options], { stdio: 'ignore', detached: true, env: { ...process.env, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' } });
  const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  try {
    for (let waited = 0; !(await answers(url)); waited += 200) {
      if (waited > 120_000 || server.exitCode !== null) throw new Error('mlflow server did not start');
      await delay(200);
    }
    return await work(url);
  } finally {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid, 'SIGTERM');
    await exited;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(({ ok }) => ok, () => false);
}
