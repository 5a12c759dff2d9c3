import { access, chmod, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MODEL_UIDS } from '@modelyard/kernel';
import { detectIsolation } from '../isolation.js';
import { LocalProcesses } from '../local-processes.js';
import { PackageIndex } from './package-index.js';
import { PythonEnvironments } from './python-environments.js';
import { parseRequirements } from './requirements.js';

const MEBIBYTE = 1024 * 1024;
const LIMITS = { memoryBytes: 2048 * MEBIBYTE, processes: 256, openFiles: 1024, fileBytes: 512 * MEBIBYTE, niceness: 0 };
const identity = { uid: MODEL_UIDS.first + 800, gid: MODEL_UIDS.first + 800 };
const FOLDERS = ['/usr/bin', '/usr/local/bin', ...(process.env.PATH ?? '').split(path.delimiter)];

let minor: string | undefined;
for (const candidate of ['3.13', '3.12', '3.11', '3.10']) {
  if (await access(`/usr/bin/python${candidate}`).then(() => true, () => false)) minor ??= candidate;
}
if (minor === undefined) {
  console.warn('SKIPPED: no Python 3.10 to 3.13 in /usr/bin, so environments of Python models were not tested.');
  if (process.env.CI !== undefined) throw new Error('CI must have a Python.');
}

(minor === undefined ? describe.skip : describe)('PythonEnvironments', () => {
  let folder: string;
  let processes: LocalProcesses;
  let index: PackageIndex;

  const spec = (text: string, pythonMinor = minor ?? '') => ({ pythonMinor, requirements: parseRequirements(text) });
  const environments = (change: { url?: string; timeLimitMs?: number } = {}) =>
    new PythonEnvironments({
      root: path.join(folder, 'environments'),
      processes,
      interpreterFolders: FOLDERS,
      installerEnv: { PIP_INDEX_URL: change.url ?? index.url, UV_DEFAULT_INDEX: change.url ?? index.url, UV_HTTP_RETRIES: '0' },
      limits: LIMITS,
      timeLimitMs: change.timeLimitMs ?? 120_000,
    });
  const ensure = (text: string, lines: string[] = [], on = environments()) => on.ensure(spec(text), { identity, onOutput: (line) => lines.push(line) });

  async function evaluate(python: string, expression: string): Promise<unknown> {
    const lines: string[] = [];
    const running = await processes.start({ key: 'evaluate', command: python, args: ['-I', '-c', `import json\n${expression}`], env: {}, identity, limits: LIMITS, reads: [path.dirname(path.dirname(python))], onLog: (line) => lines.push(line) });
    await running.exited;
    return JSON.parse(lines.join('\n'));
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'environments-'));
    await chmod(folder, 0o711);
    await mkdir(path.join(folder, 'environments'), { mode: 0o711 });
    processes = await LocalProcesses.open({ root: path.join(folder, 'local'), isolation: await detectIsolation(), hidden: [] });
    index = await PackageIndex.start({ goodpkg: 'builds', brokenpkg: 'fails', slowpkg: 'hangs' });
  });

  afterAll(async () => {
    await processes.stopAll(0);
    await index.stop();
    await rm(folder, { recursive: true });
  });

  it('makes an environment once, for all who ask, with output for each', async () => {
    const [first, second, on] = [[], [], environments()] as [string[], string[], PythonEnvironments];
    const [made, shared] = await Promise.all([ensure('goodpkg', first, on), ensure('goodpkg', second, on)]);
    expect(shared).toEqual(made);
    expect(first.join('\n')).toContain('goodpkg');
    expect(second).toEqual(first);
    const asked = index.requests.length;
    expect(await ensure('goodpkg', [], environments())).toEqual(made);
    expect(index.requests).toHaveLength(asked);
  });

  it('installs as the given user, with no environment but its own, and keeps the result from being changed', async () => {
    const { python, directory } = await ensure('goodpkg');
    const seen = (await evaluate(python, 'import goodpkg; print(json.dumps([goodpkg.BUILT_AS, goodpkg.BUILD_ENVIRONMENT]))')) as [number, string[]];
    expect(seen[1].filter((name) => /SECRET|TOKEN|DATABASE|NODE|JEST/.test(name))).toEqual([]);
    if (processes.isolation.level !== 'separate-uid') return;
    expect(await lstat(directory)).toMatchObject({ uid: 0, mode: 0o40755 });
    const all = await readdir(directory, { recursive: true });
    for (const name of all) expect((await lstat(path.join(directory, name))).uid).toBe(0);
    expect(await evaluate(python, 'import goodpkg, os; print(json.dumps([os.access(goodpkg.__file__, os.W_OK), os.access(os.path.dirname(goodpkg.__file__), os.W_OK)]))')).toEqual([false, false]);
  });

  it('makes again what a killed worker left half made', async () => {
    const on = environments();
    const half = path.join(folder, 'environments', on.keyOf(spec('goodpkg==1.0')));
    await mkdir(path.join(half, 'venv', 'bin'), { recursive: true });
    await writeFile(path.join(half, 'venv', 'bin', 'python'), 'half');
    const { python } = await ensure('goodpkg==1.0');
    expect(await evaluate(python, 'import goodpkg; print(json.dumps(goodpkg.__name__))')).toBe('goodpkg');
  });

  it('has the same key for the same requirements in another order, another for another Python', () => {
    const on = environments();
    expect(on.keyOf(spec('a\nb'))).toBe(on.keyOf(spec('b\na')));
    expect(on.keyOf(spec('a', '3.10'))).not.toBe(on.keyOf(spec('a', '3.12')));
  });

  it('says which requirement does not exist', async () => {
    await expect(ensure('goodpkg\nnonesuch==7.1')).rejects.toThrow(/^The requirement 'nonesuch(==7\.1)?' does not exist in the package index/);
    await expect(ensure('goodpkg==2.0')).rejects.toThrow("The requirement 'goodpkg==2.0' does not exist");
  });

  it('says which package fails to build, and shows its output', async () => {
    const lines: string[] = [];
    await expect(ensure('brokenpkg', lines)).rejects.toThrow("The package 'brokenpkg' has no ready-made wheel for this machine, and building it failed");
    expect(lines.join('\n')).toContain('no compiler here');
  });

  it('says when the index cannot be reached, and never shows its password', async () => {
    const lines: string[] = [];
    await expect(ensure('goodpkg==1', lines, environments({ url: 'http://me:s3cret@127.0.0.1:9/simple' }))).rejects.toThrow('The package index cannot be reached from this machine.');
    expect(lines.join('\n')).not.toContain('s3cret');
  });

  it('says which Pythons there are when the one needed is not', async () => {
    await expect(environments().ensure(spec('goodpkg', '3.2'), { identity, onOutput: () => {} })).rejects.toThrow(/^The model needs Python 3\.2, and this machine has only 3\.\d+/);
  });

  it('gives up at the time limit', async () => {
    await expect(ensure('slowpkg', [], environments({ timeLimitMs: 300 }))).rejects.toThrow('took longer than allowed');
  });

  it('stops when the last who waits has left, and leaves nothing behind', async () => {
    const on = environments();
    const [one, two] = [new AbortController(), new AbortController()];
    const wait = (signal: AbortSignal) => on.ensure(spec('slowpkg>0'), { identity, onOutput: () => {}, signal });
    const [first, second] = [wait(one.signal), wait(two.signal)].map((waiting) => waiting.catch((error: Error) => error.message));
    await sleep(300);
    one.abort();
    expect(await first).toBe('The installation was cancelled.');
    // The one who stays keeps the installation going, however slowly this machine starts it.
    for (let tries = 0; processes.list().length === 0 && tries < 200; tries++) await sleep(50);
    expect(processes.list().length).toBeGreaterThan(0);
    two.abort();
    expect(await second).toBe('The installation was cancelled.');
    for (let tries = 0; processes.list().length > 0 && tries < 100; tries++) await sleep(50);
    await sleep(200);
    expect(processes.list()).toEqual([]);
    expect(await readdir(path.join(folder, 'environments'))).not.toContain(on.keyOf(spec('slowpkg>0')));
  });
});
