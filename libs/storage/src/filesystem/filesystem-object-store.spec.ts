import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describeObjectStore } from '../object-store.contract.js';
import { FilesystemObjectStore } from './filesystem-object-store.js';

const folders: string[] = [];
const newFolder = async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'modelyard-files-'));
  folders.push(folder);
  return folder;
};
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describeObjectStore('FilesystemObjectStore', {
  create: async () => new FilesystemObjectStore({ dir: await newFolder(), fsync: false }),
});

describe('FilesystemObjectStore on disk', () => {
  let dir: string;
  let store: FilesystemObjectStore;
  const onDisk = () => readdir(dir, { recursive: true, withFileTypes: true });
  const filesOnDisk = async () => (await onDisk()).filter((entry) => entry.isFile()).map(({ name }) => name);

  beforeEach(async () => {
    dir = path.join(await newFolder(), 'made', 'by us');
    store = new FilesystemObjectStore({ dir, fsync: false });
  });

  it('works with fsync as well', async () => {
    const durable = new FilesystemObjectStore({ dir });
    await durable.put('a/b/o', Buffer.from('x'));
    await durable.copy('a/b/o', 'c');
    await durable.delete('a/b/o');
    expect((await buffer((await store.get('c')).stream)).toString()).toBe('x');
  });

  it('gives folders 0700 and files 0600, whatever the umask allows', async () => {
    const umask = process.umask(0);
    try {
      await store.put('a/o', Buffer.from('x'));
      await store.putPart(await store.createMultipart('b'), 1, Buffer.from('x'));
    } finally {
      process.umask(umask);
    }
    for (const entry of await onDisk()) {
      const { mode } = await stat(path.join(entry.parentPath, entry.name));
      expect([entry.name, (mode % 0o1000).toString(8)]).toEqual([entry.name, entry.isFile() ? '600' : '700']);
    }
  });

  it('leaves no file and no folder behind when a stream fails or a key is taken', async () => {
    const failing = Readable.from(
      (function* () {
        yield randomBytes(3_000_000);
        throw new Error('source broke');
      })(),
    );
    await expect(store.put('a/b/o', failing)).rejects.toThrow('source broke');
    expect((await onDisk()).map(({ name }) => name).sort()).toEqual(['objects', 'tmp', 'uploads']);
    await store.put('o', Buffer.from('x'));
    await expect(store.put('o', Buffer.from('y'), { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await filesOnDisk()).toEqual(['o']);
  });

  it('does not read, list, write or delete through a symbolic link', async () => {
    const outside = await newFolder();
    await store.put('real/o', Buffer.from('x'));
    await writeFile(path.join(outside, 'secret'), 'secret');
    await mkdir(path.join(outside, 'f'));
    await writeFile(path.join(outside, 'f', 'secret'), 'secret');
    await symlink(outside, path.join(dir, 'objects', 'd', 'link'));
    await symlink(path.join(outside, 'secret'), path.join(dir, 'objects', 'd', 'real', 'f', 'alias'));
    for (const key of ['link/secret', 'real/alias']) await expect(store.get(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await store.list('')).items.map(({ key }) => key)).toEqual(['real/o']);
    expect((await store.list('link/')).items).toEqual([]);
    await expect(store.put('link/o', Buffer.from('x'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await store.delete('link/secret');
    await store.deletePrefix('link/');
    await store.deletePrefix('real/');
    expect((await readdir(outside, { recursive: true })).sort()).toEqual(['f', 'f/secret', 'secret']);
  });

  it('says that a file cut on disk is damaged rather than serve it', async () => {
    await store.put('o', randomBytes(10_000));
    await truncate(path.join(dir, 'objects', 'f', 'o'), 9_000);
    await expect(store.get('o')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', message: expect.stringContaining('damaged') });
  });

  it('sweeps what a crashed writer left, and not what is being written', async () => {
    await store.probe();
    await writeFile(path.join(dir, 'tmp', 'left'), 'half');
    await utimes(path.join(dir, 'tmp', 'left'), 0, 0);
    expect(await store.sweepTemporaryFiles(new Date(Date.now() - 60_000))).toBe(0);
    expect(await store.sweepTemporaryFiles(new Date(Date.now() + 60_000))).toBe(1);
    expect(await filesOnDisk()).toEqual([]);
  });

  it('says which folder cannot be written', async () => {
    await writeFile(path.join(path.dirname(path.dirname(dir)), 'made'), 'a file where the folder should be');
    await expect(store.probe()).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining(dir) });
    await expect(store.put('o', Buffer.from('x'))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await rm(path.dirname(dir));
    await store.probe();
  });
});

describe('FilesystemObjectStore on a full disk', () => {
  const mount = async () => {
    const folder = await newFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
    return mounted.status === 0 ? folder : undefined;
  };

  it('answers UNAVAILABLE, keeps nothing of the write and all that was there', async () => {
    const folder = await mount();
    if (folder === undefined) return console.warn('No right to mount a small filesystem: the full disk is NOT tested.');
    try {
      const store = new FilesystemObjectStore({ dir: folder, fsync: false });
      await store.put('small', Buffer.from('x'));
      const body = Readable.from(Array.from({ length: 100 }, () => randomBytes(65_536)), { objectMode: false });
      await expect(store.put('a/big', body)).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('full') });
      expect((await store.list('')).items.map(({ key }) => key)).toEqual(['small']);
      expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
      await store.put('again', randomBytes(1_000_000));
    } finally {
      spawnSync('umount', [folder]);
    }
  });
});
