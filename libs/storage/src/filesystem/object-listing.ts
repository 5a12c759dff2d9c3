import { lstat, opendir } from 'node:fs/promises';
import path from 'node:path';
import { compareKeys } from '../object-key.js';
import type { ObjectEntry } from '../object-store.js';
import { DIRECTORIES, FILES, isAbsent, type FolderLayout } from './folder-layout.js';
import { objectSize } from './object-file.js';

/** Names kept of a folder at a time: bounds memory in folders of any size. */
const WINDOW = 1001;

interface Found {
  readonly key: string;
  readonly isDirectory: boolean;
}

/** Entries of one level, or of all below it, whose keys come after `after`, in byte order of the keys. */
export async function* listEntries(layout: FolderLayout, prefix: string, after: string, deep: boolean): AsyncGenerator<ObjectEntry> {
  for await (const found of levelEntries(layout, prefix, after, deep)) {
    if (!found.isDirectory) {
      const entry = await describe(layout, found.key);
      if (entry !== undefined) yield entry;
    } else if (deep) {
      yield* listEntries(layout, found.key, after, deep);
    } else {
      yield { key: found.key, isDirectory: true, sizeBytes: 0, modifiedAt: null };
    }
  }
}

async function* levelEntries(layout: FolderLayout, prefix: string, after: string, deep: boolean): AsyncGenerator<Found> {
  const folder = layout.levelFolder(prefix);
  if (!(await isOurs(layout, folder))) return;
  const isWanted = ({ key, isDirectory }: Found) => compareKeys(key, after) > 0 || (deep && isDirectory && after.startsWith(key));
  let last = '';
  for (;;) {
    const window = await readWindow(folder, prefix, (found) => isWanted(found) && compareKeys(found.key, last) > 0);
    yield* window;
    last = window.at(-1)?.key ?? '';
    if (window.length < WINDOW) return;
  }
}

async function isOurs(layout: FolderLayout, folder: string): Promise<boolean> {
  try {
    return await layout.isGenuine(folder);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

/** The first names of a level that are wanted, sorted. Symbolic links and other strangers are passed over. */
async function readWindow(folder: string, prefix: string, isWanted: (found: Found) => boolean): Promise<Found[]> {
  let window: Found[] = [];
  const shrink = () => {
    window = window.sort((a, b) => compareKeys(a.key, b.key)).slice(0, WINDOW);
  };
  for await (const found of readNames(folder, prefix)) {
    if (isWanted(found)) window.push(found);
    if (window.length >= 4 * WINDOW) shrink();
  }
  shrink();
  return window;
}

async function* readNames(folder: string, prefix: string): AsyncGenerator<Found> {
  for await (const entry of readFolder(path.join(folder, FILES))) {
    if (entry.isFile()) yield { key: prefix + entry.name, isDirectory: false };
  }
  for await (const entry of readFolder(path.join(folder, DIRECTORIES))) {
    if (entry.isDirectory()) yield { key: `${prefix}${entry.name}/`, isDirectory: true };
  }
}

async function* readFolder(folder: string) {
  try {
    yield* await opendir(folder, { bufferSize: 512 });
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function describe(layout: FolderLayout, key: string): Promise<ObjectEntry | undefined> {
  try {
    const stats = await lstat(layout.objectFile(key));
    return { key, isDirectory: false, sizeBytes: Math.max(0, objectSize(stats)), modifiedAt: new Date(stats.mtimeMs) };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
