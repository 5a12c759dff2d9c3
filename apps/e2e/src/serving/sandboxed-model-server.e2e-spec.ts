import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { detectIsolation, findFreePort, lendFolder, LocalProcesses, onnxServingCommand } from '@modelyard/cluster';
import { MODEL_UIDS } from '@modelyard/kernel';
import { encodeIdentityModel } from './identity-model.js';
import { repository } from './model-server-process.js';

const MEBIBYTE = 1024 * 1024;
const LIMITS = { memoryBytes: 512 * MEBIBYTE, processes: 64, openFiles: 1024, fileBytes: MEBIBYTE, niceness: 5 };
const identity = { uid: MODEL_UIDS.first + 950, gid: MODEL_UIDS.first + 950 };

describe('the ONNX model server in its sandbox', () => {
  it('serves a model that only its own user may read, and stops when asked', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sandboxed-'));
    await chmod(folder, 0o711);
    const isolation = await detectIsolation();
    const processes = await LocalProcesses.open({ root: path.join(folder, 'local'), isolation, hidden: [folder] });
    const modelDir = path.join(folder, 'model');
    await mkdir(modelDir);
    await writeFile(path.join(modelDir, 'model.onnx'), encodeIdentityModel([{ name: 'x', type: 'FP32', dims: ['n'] }]));
    await lendFolder(modelDir, isolation.level === 'separate-uid' ? identity : null);

    const dist = path.join(repository, 'dist');
    const paths = { node: process.execPath, modelServer: path.join(dist, 'apps/model-server/main.js'), nodeModules: [path.join(dist, 'node_modules'), path.join(repository, 'node_modules')], pythonServing: '' };
    const port = await findFreePort();
    const command = onnxServingCommand(paths, { modelDir, modelName: 'echo', port, threads: 1, maxBodyBytes: MEBIBYTE, requestTimeoutMs: 10_000 });
    let announceReady = () => {};
    const ready = new Promise<void>((resolve) => (announceReady = resolve));
    const lines: string[] = [];
    const onLog = (line: string) => {
      lines.push(line);
      if (line.includes('Model server ready')) announceReady();
    };
    const running = await processes.start({ key: 'echo', ...command, identity, limits: LIMITS, onLog });
    const started = await Promise.race([ready, running.exited]);
    expect({ started, lines }).toEqual({ started: undefined, lines: [expect.stringContaining('Model server ready')] });

    const response = await fetch(`http://127.0.0.1:${port}/invocations`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"inputs":{"x":[1.5]}}' });
    expect(await response.json()).toEqual({ predictions: { x_out: [1.5] } });
    expect(await running.stop(10_000)).toMatchObject({ reason: 'stopped', code: 0 });
    await rm(folder, { recursive: true });
  });
});
