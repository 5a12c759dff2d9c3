import { access, chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  detectIsolation, findFreePort, lendFolder, LocalProcesses, PythonEnvironments, pythonServingCommand, readEnvironmentSpec, runtimeFor,
  type LocalProcess, type PythonEnvironment,
} from '@modelyard/cluster';
import { MODEL_UIDS } from '@modelyard/kernel';
import { repository } from './model-server-process.js';
import { describeServingConformance } from './serving-conformance.js';

const MEBIBYTE = 1024 * 1024;
const LIMITS = { memoryBytes: 4096 * MEBIBYTE, processes: 512, openFiles: 1024, fileBytes: 2048 * MEBIBYTE, niceness: 5 };
const identity = (index: number) => ({ uid: MODEL_UIDS.first + 900 + index, gid: MODEL_UIDS.first + 900 + index });
const FOLDERS = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(path.delimiter)];
/** Settings of an installation that may be needed to reach the index, as an operator would pass them on. */
const INDEX_SETTINGS = ['PIP_INDEX_URL', 'PIP_CERT', 'PIP_PROXY', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'UV_DEFAULT_INDEX'];

const COLUMNS = ['x1', 'x2'];
const ROWS = [[3, 1], [1, 3], [0.5, 0.25]];

/** A classifier like the ONNX one: class 1 when x1 > x2. */
const TRAIN = `
import sys, mlflow.sklearn, pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
x = pd.DataFrame([[3.0, 1.0], [1.0, 3.0], [2.0, 0.5], [0.5, 2.0], [0.3, 0.1], [0.1, 0.3]], columns=["x1", "x2"])
y = [1, 0, 1, 0, 1, 0]
model = LogisticRegression(C=100).fit(x, y)
mlflow.sklearn.save_model(model, sys.argv[1], signature=infer_signature(x, model.predict(x)))
print(model.predict(pd.DataFrame(${JSON.stringify(ROWS)}, columns=["x1", "x2"])).tolist(), flush=True)
`;

/** The minor version of a Python that every user can run, or null. */
async function pythonMinor(): Promise<string | null> {
  for (const minor of ['3.13', '3.12', '3.11', '3.10']) {
    for (const folder of ['/usr/bin', '/usr/local/bin', ...FOLDERS.filter((name) => name.startsWith('/opt'))]) {
      if (await access(path.join(folder, `python${minor}`)).then(() => true, () => false)) return minor;
    }
  }
  return null;
}

const minor = await pythonMinor();
if (minor === null) {
  console.warn('SKIPPED: no Python 3.10 to 3.13 on this machine, so the Python model server was not tested.');
  if (process.env.CI !== undefined) throw new Error('CI must have a Python.');
}

(minor === null ? describe.skip : describe)('a scikit-learn model', () => {
  let folder: string;
  let processes: LocalProcesses;
  let environments: PythonEnvironments;
  let environment: PythonEnvironment;
  let modelDir: string;
  let server: LocalProcess;
  let port: number;
  let expected: number[];
  const times: Record<string, number> = {};
  const installation: string[] = [];

  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await work();
    times[name] = Math.round(performance.now() - started);
    return result;
  };

  /** Logs the model as a user would, with the Python of the environment that will serve it. */
  async function train(): Promise<string> {
    const lines: string[] = [];
    const spec = { key: 'train', command: environment.python, args: ['-I', '-c', TRAIN, 'model'], env: { PATH: '/usr/bin:/bin' }, identity: identity(1), limits: LIMITS };
    const running = await processes.start({ ...spec, reads: [environment.directory, ...environment.reads], onLog: (line) => lines.push(line) });
    const exit = await running.exited;
    if (exit.code !== 0) throw new Error(`Training failed: ${lines.join('\n')}`);
    expected = JSON.parse(lines.findLast((line) => line.startsWith('[')) ?? '') as number[];
    const target = path.join(folder, 'model');
    await cp(path.join(processes.folderOf('train'), 'model'), target, { recursive: true });
    await lendFolder(target, processes.isolation.level === 'separate-uid' ? identity(2) : null);
    return target;
  }

  async function serve(key: string): Promise<LocalProcess> {
    port = await findFreePort();
    const paths = { node: process.execPath, modelServer: '', nodeModules: [], pythonServing: path.join(repository, 'python/modelyard_serving') };
    const command = pythonServingCommand(paths, { modelDir, modelName: 'sign', port, threads: 1, maxBodyBytes: 1_000_000, requestTimeoutMs: 30_000 }, environment);
    const lines: string[] = [];
    const running = await processes.start({ key, ...command, identity: identity(2), limits: LIMITS, onLog: (line) => lines.push(line) });
    for (let tries = 0; tries < 600; tries++) {
      if (await fetch(`http://127.0.0.1:${port}/ping`).then((response) => response.ok, () => false)) return running;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The Python model server did not come up: ${lines.join('\n')}`);
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'python-serving-'));
    await chmod(folder, 0o711);
    const isolation = await detectIsolation();
    processes = await LocalProcesses.open({ root: path.join(folder, 'local'), isolation, hidden: [] });
    const installerEnv = Object.fromEntries(INDEX_SETTINGS.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])));
    const root = path.join(folder, 'environments');
    await mkdir(root, { mode: 0o711 });
    environments = new PythonEnvironments({ root, processes, interpreterFolders: FOLDERS, installerEnv, limits: LIMITS, timeLimitMs: 600_000 });
    const declared = path.join(folder, 'declared');
    await mkdir(declared);
    await writeFile(path.join(declared, 'requirements.txt'), 'mlflow==3.17.2\nscikit-learn\nskops\n');
    await writeFile(path.join(declared, 'python_env.yaml'), `python: ${minor}\n`);
    const spec = await readEnvironmentSpec(declared);
    environment = await timed('createEnvironmentMs', () => environments.ensure(spec, { identity: identity(0), onOutput: (line) => installation.push(line) }));
    await timed('findEnvironmentMs', () => environments.ensure(spec, { identity: identity(0), onOutput: () => {} }));
    modelDir = await timed('trainMs', train);
    server = await timed('startServerMs', () => serve('server'));
    console.info(isolation.level, times);
  }, 900_000);

  afterAll(async () => {
    await processes.stopAll(5_000);
    await rm(folder, { recursive: true });
  });

  it('is logged with a flavour that the Python runtime serves', () => expect(runtimeFor(['sklearn', 'python_function'])).toBe('python'));

  it('shows the person who waits what is installed', () => expect(installation.join('\n')).toMatch(/mlflow/));

  it('predicts what the model predicted where it was trained', async () => {
    const body = JSON.stringify({ dataframe_split: { columns: COLUMNS, data: ROWS } });
    const response = await fetch(`http://127.0.0.1:${port}/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await response.json()).toEqual({ predictions: expected });
  });

  describeServingConformance('Python model server', () => ({
    baseUrl: `http://127.0.0.1:${port}`,
    modelName: 'sign',
    columns: COLUMNS,
    rows: ROWS,
    expected,
    readPredictions: (predictions) => predictions as number[],
    inferInput: { name: 'input-0', datatype: 'FP64' },
    inferOutput: 'output-0',
  }));

  it('takes each column as a tensor of its name, too', async () => {
    const inputs = COLUMNS.map((name, index) => ({ name, datatype: 'FP32', shape: [ROWS.length], data: ROWS.map((row) => row[index]) }));
    const response = await fetch(`http://127.0.0.1:${port}/v2/models/sign/infer`, { method: 'POST', body: JSON.stringify({ inputs }) });
    expect(await response.json()).toMatchObject({ outputs: [{ name: 'output-0', datatype: 'INT64', data: expected }] });
  });

  it('answers 413 to a body over the limit', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(1_000_001) });
    expect(response.status).toBe(413);
  });

  it('is reported when somebody kills it, and comes back under the same key', async () => {
    process.kill(-server.pid, 'SIGKILL');
    expect(await server.exited).toMatchObject({ reason: 'exited', message: expect.stringContaining('SIGKILL') });
    server = await serve('server');
    expect(await server.stop(10_000)).toMatchObject({ reason: 'stopped' });
  });
});
