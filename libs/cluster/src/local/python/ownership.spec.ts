import { chmod, lchown, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lendFolder } from '../lend-folder.js';
import { takeBack } from './ownership.js';

const identity = { uid: 61_001, gid: 61_001 };
const asRoot = process.geteuid?.() === 0 ? it : it.skip;
if (process.geteuid?.() !== 0) console.warn('SKIPPED: changing owners needs root.');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'ownership-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('takeBack', () => {
  asRoot('leaves nothing writable, nothing setuid and nothing of the user, and follows no link', async () => {
    const outside = path.join(folder, 'outside');
    const venv = path.join(folder, 'venv');
    await writeFile(outside, '', { mode: 0o600 });
    await lchown(outside, 61_002, 61_002);
    await mkdir(path.join(venv, 'lib'), { recursive: true });
    await writeFile(path.join(venv, 'lib', 'evil'), '');
    await symlink(outside, path.join(venv, 'link'));
    for (const name of ['', 'lib', 'lib/evil', 'link']) await lchown(path.join(venv, name), identity.uid, identity.gid);
    await chmod(path.join(venv, 'lib', 'evil'), 0o6777);
    await chmod(path.join(venv, 'lib'), 0o2777);
    await takeBack(venv, identity);
    expect(await lstat(path.join(venv, 'lib', 'evil'))).toMatchObject({ uid: 0, gid: 0, mode: 0o100755 });
    expect(await lstat(path.join(venv, 'lib'))).toMatchObject({ uid: 0, mode: 0o40755 });
    expect((await lstat(path.join(venv, 'link'))).uid).toBe(0);
    expect(await lstat(outside)).toMatchObject({ uid: 61_002, mode: 0o100600 });
  });
});

describe('lendFolder', () => {
  asRoot("lets one user's group read, and nobody write", async () => {
    await writeFile(path.join(folder, 'weights'), '');
    await lendFolder(folder, identity);
    expect(await lstat(folder)).toMatchObject({ uid: 0, gid: 61_001, mode: 0o40750 });
    expect(await lstat(path.join(folder, 'weights'))).toMatchObject({ uid: 0, gid: 61_001, mode: 0o100640 });
  });
});
