import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MODEL_UIDS } from '@modelyard/kernel';
import { detectIsolation, type Isolation } from './isolation.js';
import { LocalProcesses, type ProcessSpec } from './local-processes.js';
import { readBootId, readProcess, readProcessTable } from './process-table.js';
import { sandboxed } from './sandbox.js';

const MEBIBYTE = 1024 * 1024;
const limits = { memoryBytes: 512 * MEBIBYTE, processes: 64, openFiles: 256, fileBytes: 64 * MEBIBYTE, niceness: 5 };
const identity = (index: number) => ({ uid: MODEL_UIDS.first + 500 + index, gid: MODEL_UIDS.first + 500 + index });

let isolation: Isolation;
let folder: string;
let processes: LocalProcesses;

beforeAll(async () => {
  isolation = await detectIsolation();
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'local-processes-'));
  await chmod(folder, 0o711);
  processes = await LocalProcesses.open({ root: path.join(folder, 'local'), isolation, hidden: [folder] });
});

afterEach(async () => {
  await processes.stopAll(0);
  await rm(folder, { recursive: true });
});

/** A Node program under the given key, with what it printed. */
async function start(script: string, change: Partial<ProcessSpec> = {}) {
  const lines: string[] = [];
  const running = await processes.start({
    key: 'model-1',
    command: process.execPath,
    args: ['-e', script],
    env: {},
    identity: identity(1),
    limits,
    reads: [],
    onLog: (line) => lines.push(line),
    ...change,
  });
  return { running, lines };
}

async function until<T>(look: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; tries < 200; tries++) {
    const seen = await look();
    if (seen) return seen;
    await sleep(25);
  }
  throw new Error('It did not happen within 5 s.');
}

const forever = 'setInterval(() => {}, 1000); console.log("up")';
const isGone = async (pid: number) => (await readProcess(pid)) === null;

describe('LocalProcesses', () => {
  it('tells of the exit, its code and its output', async () => {
    const { running, lines } = await start('console.log("one"); console.error("two"); process.exit(3)');
    expect(await running.exited).toMatchObject({ reason: 'exited', code: 3, message: expect.stringContaining('exit code 3') });
    expect(lines.sort()).toEqual(['one', 'two']);
    expect(processes.list()).toEqual([]);
  });

  it('misses no exit, however short the life', async () => {
    for (let round = 0; round < 30; round++) {
      const { running } = await start('', { command: '/bin/true', args: [] });
      expect(await running.exited).toMatchObject({ code: 0 });
    }
  });

  it('tells when somebody else kills it', async () => {
    const { running, lines } = await start(forever);
    await until(() => lines.includes('up'));
    process.kill(-running.pid, 'SIGKILL');
    expect(await running.exited).toMatchObject({ reason: 'exited', message: expect.stringMatching(/Killed by SIGKILL|exit code 137/) });
  });

  it('stops with SIGTERM, so that a server can finish', async () => {
    const { running, lines } = await start(`process.on('SIGTERM', () => { console.log('bye'); process.exit(0); }); ${forever}`);
    await until(() => lines.includes('up'));
    expect(await running.stop(5_000)).toMatchObject({ reason: 'stopped' });
    expect(lines).toContain('bye');
  });

  it('kills what ignores SIGTERM, and its children with it', async () => {
    const script = `process.on('SIGTERM', () => {}); const c = require('child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' }); ${forever}`;
    const { running, lines } = await start(script);
    await until(() => lines.includes('up'));
    const started = Date.now();
    await running.stop(200);
    expect(Date.now() - started).toBeLessThan(3_000);
    expect(await isGone(running.pid)).toBe(true);
    expect((await readProcessTable()).filter((entry) => entry.processGroup === running.pid)).toEqual([]);
  });

  it('kills what uses more memory than allowed, and says so', async () => {
    const { running } = await start(`const held = []; setInterval(() => held.push(Buffer.alloc(${32 * MEBIBYTE}, 1)), 20)`, {
      limits: { ...limits, memoryBytes: 200 * MEBIBYTE },
    });
    expect(await running.exited).toMatchObject({ reason: 'memory', message: expect.stringContaining('more than 200 MiB') });
  });

  it('lets one process of a key run at a time, and refuses keys that are paths', async () => {
    await start(forever);
    await expect(start(forever)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(start(forever, { key: '../x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('cuts lines without end', async () => {
    const { running, lines } = await start('process.stdout.write("x".repeat(1000000) + "\\nlast\\n")');
    await running.exited;
    expect(lines.map((line) => line.length)).toEqual([8192, 4]);
  });
});

describe('after the worker was killed', () => {
  const orphan = async (key: string) => {
    const child = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    const entry = await readProcess(pid);
    const record = { key, pid, startTime: entry?.startTime ?? 0, bootId: await readBootId(), mark: `${key}.1`, uid: null };
    const write = (change: object) => writeFile(path.join(folder, 'local', 'processes', `${key}.1.json`), JSON.stringify({ ...record, ...change }));
    return { pid, write, startTime: record.startTime };
  };
  const reopen = () => LocalProcesses.open({ root: path.join(folder, 'local'), isolation, hidden: [] });

  it('the next one finds and kills what was left running', async () => {
    const { pid, write } = await orphan('left');
    await write({});
    await reopen();
    await until(() => isGone(pid));
    await expect(readFile(path.join(folder, 'local', 'processes', 'left.1.json'))).rejects.toThrow();
  });

  it.each([['start time', { startTime: 1 }], ['boot', { bootId: 'another' }]])('a stranger that got the pid since is left alone (other %s)', async (_, change) => {
    const { pid, write } = await orphan('stranger');
    await write(change);
    await reopen();
    await sleep(100);
    expect(await isGone(pid)).toBe(false);
    process.kill(pid, 'SIGKILL');
  });

  it('a damaged record kills nothing', async () => {
    await writeFile(path.join(folder, 'local', 'processes', 'bad.json'), '{"pid": 1}');
    await expect(reopen()).resolves.toBeDefined();
  });

  (process.platform === 'linux' ? it : it.skip)('models die with their worker at once where setpriv is at hand', async () => {
    if (isolation.tools.setpriv === null || isolation.level === 'user-namespace') return;
    const { command, args } = sandboxed(isolation, { command: process.execPath, args: ['-e', forever], identity: identity(1), limits, hidden: [], kept: [], writable: [] });
    const worker = spawn(process.execPath, [
      '-e',
      `const c = require('child_process').spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { detached: true, env: {}, stdio: ['ignore', 'pipe', 'inherit'] }); c.stdout.once('data', () => console.log(c.pid)); ${'setInterval(() => {}, 1000)'}`,
    ]);
    const [pid] = (await once(worker.stdout, 'data')) as [Buffer];
    worker.kill('SIGKILL');
    await until(() => isGone(Number(pid)));
  });
});
