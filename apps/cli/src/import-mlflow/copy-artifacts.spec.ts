import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MemoryObjectStore } from '@modelyard/storage';
import { copyArtifacts } from './copy-artifacts.js';

const root = mkdtempSync(path.join(tmpdir(), 'artifacts-'));
const FOLDERS = new Map([['0', 'org/1/artifacts/5'], ['7', 'org/1/artifacts/12'], ['8', 'org/1/artifacts/13']]);
const ignore = () => undefined;

beforeAll(() => {
  mkdirSync(path.join(root, '7/run/artifacts/a b'), { recursive: true });
  mkdirSync(path.join(root, '0'));
  mkdirSync(path.join(root, 'strange'));
  writeFileSync(path.join(root, '7/run/artifacts/a b/größe.txt'), 'hello');
  writeFileSync(path.join(root, '7/empty'), '');
  writeFileSync(path.join(root, 'strange/file'), 'x');
  symlinkSync('/etc/passwd', path.join(root, '7/link'));
});
afterAll(() => rmSync(root, { recursive: true }));

it('copies the folders of experiments to their keys, and nothing a link leads to', async () => {
  const store = new MemoryObjectStore();
  const report = await copyArtifacts(root, FOLDERS, store, ignore);
  expect(report).toEqual({ files: 2, copied: 2, bytes: 5, skipped: expect.arrayContaining(['strange', '7/link']), missing: ['8'] });
  expect((await store.list('')).items.map(({ key }) => key)).toEqual(['org/1/artifacts/12/empty', 'org/1/artifacts/12/run/artifacts/a b/größe.txt']);
});

it('sends again only what differs', async () => {
  const store = new MemoryObjectStore();
  await store.put('org/1/artifacts/12/empty', Buffer.from('cut off'));
  expect(await copyArtifacts(root, FOLDERS, store, ignore)).toMatchObject({ copied: 2 });
  expect(await copyArtifacts(root, FOLDERS, store, ignore)).toMatchObject({ files: 2, copied: 0 });
  await store.put('org/1/artifacts/12/run/artifacts/a b/größe.txt', Buffer.from('hallo'));
  expect(await copyArtifacts(root, FOLDERS, store, ignore)).toMatchObject({ copied: 1 });
});
