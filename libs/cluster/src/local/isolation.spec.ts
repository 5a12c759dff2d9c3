import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MODEL_UIDS } from '@modelyard/kernel';
import { detectIsolation, type Isolation } from './isolation.js';
import { LocalProcesses } from './local-processes.js';
import { demandReachable } from './reachable.js';

const MEBIBYTE = 1024 * 1024;
const limits = { memoryBytes: 512 * MEBIBYTE, processes: 64, openFiles: 256, fileBytes: MEBIBYTE, niceness: 5 };
const identity = (index: number) => ({ uid: MODEL_UIDS.first + 700 + index, gid: MODEL_UIDS.first + 700 + index });

/** What a hostile model would try; prints as JSON what it got. */
const HOSTILE = `
  const fs = require('fs'), attempts = JSON.parse(process.argv[1]), got = {};
  const attempt = (name, work) => { try { got[name] = String(work()); } catch (error) { got[name] = { denied: error.code }; } };
  attempt('dataFolder', () => fs.readdirSync(attempts.dataFolder));
  attempt('database', () => fs.readFileSync(attempts.databasePassword, 'utf8'));
  attempt('token', () => fs.readFileSync(attempts.token, 'utf8'));
  attempt('otherModel', () => fs.readdirSync(attempts.otherModel).join() + fs.readFileSync(attempts.otherModel + '/weights', 'utf8'));
  attempt('replaceOtherModel', () => fs.writeFileSync(attempts.otherModel + '/weights', 'evil'));
  attempt('records', () => fs.readdirSync(attempts.records));
  attempt('parentEnvironment', () => fs.readFileSync('/proc/' + attempts.worker + '/environ', 'utf8'));
  attempt('parentMemory', () => fs.openSync('/proc/' + attempts.worker + '/mem', 'r'));
  attempt('killParent', () => process.kill(attempts.worker, 'SIGKILL'));
  attempt('becomeRoot', () => { process.setuid(0); return process.getuid() === 0 && fs.readFileSync('/etc/shadow'); });
  attempt('largeFile', () => { fs.writeFileSync('large', Buffer.alloc(2 * ${MEBIBYTE})); return fs.statSync('large').size; });
  got.environment = Object.keys(process.env).sort();
  got.foreignEnvironments = fs.readdirSync('/proc').filter((n) => /^\\d+$/.test(n)).map((n) => { try { return fs.readFileSync('/proc/' + n + '/environ', 'utf8'); } catch { return ''; } }).join().includes('PATH=');
  got.status = fs.readFileSync('/proc/self/status', 'utf8').split('\\n').filter((l) => /^(Uid|Groups|NoNewPrivs|CapEff|CapBnd)/.test(l));
  process.on('SIGXFSZ', () => {});
  console.log(JSON.stringify(got));
`;

let folder: string;
let isolation: Isolation;

beforeEach(async () => {
  isolation = await detectIsolation();
  folder = await mkdtemp(path.join(tmpdir(), 'isolation-'));
  await chmod(folder, 0o711);
});

afterEach(() => rm(folder, { recursive: true }));

async function layOutSecrets() {
  const dataFolder = path.join(folder, 'data');
  await mkdir(dataFolder, { mode: 0o700 });
  const token = path.join(folder, 'token');
  await writeFile(token, 'secret', { mode: 0o600 });
  await writeFile(path.join(dataFolder, 'password'), 'secret', { mode: 0o600 });
  return { dataFolder, databasePassword: path.join(dataFolder, 'password'), token };
}

describe('a hostile model', () => {
  it('reaches neither data folder, secrets, other models nor the worker', async () => {
    if (isolation.level === 'shared-uid') {
      console.warn(`SKIPPED: this machine cannot isolate models. ${isolation.sentence}`);
      expect(process.env.CI).toBeUndefined();
      return;
    }
    const root = path.join(folder, 'local');
    const processes = await LocalProcesses.open({ root, isolation, hidden: [folder] });
    const base = { command: process.execPath, env: { GREETING: 'hello' }, limits, reads: [] };
    const other = await processes.start({
      ...base, key: 'other', args: ['-e', 'require("fs").writeFileSync("weights", "precious"); setInterval(() => {}, 1000); console.log("up")'], identity: identity(1), onLog: () => {},
    });
    const lines: string[] = [];
    const attempts = { ...(await layOutSecrets()), otherModel: processes.folderOf('other'), records: path.join(root, 'processes'), worker: process.pid };
    const hostile = await processes.start({ ...base, key: 'hostile', args: ['-e', HOSTILE, JSON.stringify(attempts)], identity: identity(2), onLog: (line) => lines.push(line) });
    await hostile.exited;
    await other.stop(1_000);

    const got = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
    const denied = { denied: expect.stringMatching(/^(EACCES|EPERM|ENOENT|ESRCH)$/) };
    for (const attempt of ['dataFolder', 'database', 'token', 'otherModel', 'replaceOtherModel', 'records', 'parentEnvironment', 'parentMemory', 'killParent', 'becomeRoot']) {
      expect({ attempt, got: got[attempt] }).toEqual({ attempt, got: denied });
    }
    expect(got.largeFile).toEqual({ denied: 'EFBIG' });
    expect(got.environment).toEqual(['GREETING', 'HOME', 'MODELYARD_PROCESS', 'TMPDIR']);
    // Models are given no PATH; whoever has one is not of ours.
    expect(got.foreignEnvironments).toBe(false);
    expect(got.status).toEqual(expect.arrayContaining(['CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000', 'NoNewPrivs:\t1']));
    if (isolation.level !== 'separate-uid') return;
    const { uid } = identity(2);
    expect(got.status).toEqual(expect.arrayContaining([`Uid:\t${uid}\t${uid}\t${uid}\t${uid}`, expect.stringMatching(/^Groups:\s*$/)]));
  });
});

describe('describeIsolation', () => {
  it('says in a sentence what a person who deploys must know', async () => {
    const processes = await LocalProcesses.open({ root: path.join(folder, 'local'), isolation, hidden: [] });
    expect(processes.describeIsolation()).toEqual({ level: isolation.level, sentence: expect.stringMatching(/^(Each model runs|Models run) .*\.$/) });
  });
});

describe('demandReachable', () => {
  it('names the folder that keeps the model out', async () => {
    const closed = path.join(folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    await writeFile(path.join(closed, 'file'), '');
    await expect(demandReachable(path.join(closed, 'file'), identity(1))).rejects.toThrow(`because '${closed}' is closed to others`);
    await expect(demandReachable(path.join(folder, 'missing'), identity(1))).rejects.toThrow('does not exist');
    await expect(demandReachable(process.execPath, identity(1))).resolves.toBeUndefined();
  });
});

