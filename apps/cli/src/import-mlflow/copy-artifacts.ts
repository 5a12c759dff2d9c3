import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDomainError } from '@modelyard/kernel';
import { checkKey, type ObjectInfo, type ObjectStore } from '@modelyard/storage';

export interface CopyReport {
  /** Files that are in the store now, and how many of them this run brought. */
  readonly files: number;
  readonly copied: number;
  readonly bytes: number;
  /** What was not copied: it belongs to no imported experiment, is no plain file, or has a name that no object can have. */
  readonly skipped: readonly string[];
  /** Experiments of the source without a folder. */
  readonly missing: readonly string[];
}

/**
 * Copies the files of each experiment to its key prefix. A file that is there with the same bytes is not sent again, so a
 * copy that was cut off goes on. The store refuses bytes that differ from those that were read first.
 */
export async function copyArtifacts(root: string, folders: ReadonlyMap<string, string>, store: ObjectStore, onFile: (files: number, bytes: number) => void): Promise<CopyReport> {
  const seen = new Set<string>();
  const skipped: string[] = [];
  let [files, copied, bytes] = [0, 0, 0];
  for await (const entry of await opendir(root)) {
    const prefix = folders.get(entry.name);
    if (prefix === undefined || !entry.isDirectory()) {
      skipped.push(entry.name);
      continue;
    }
    seen.add(entry.name);
    for await (const file of walk(path.join(root, entry.name))) {
      const key = `${prefix}/${path.relative(path.join(root, entry.name), file.path).split(path.sep).join('/')}`;
      if (!file.isFile || !isKey(key)) {
        skipped.push(path.relative(root, file.path));
        continue;
      }
      const { size } = await stat(file.path);
      if (await copyFile(file.path, size, key, store)) copied += 1;
      files += 1;
      bytes += size;
      onFile(files, bytes);
    }
  }
  return { files, copied, bytes, skipped, missing: [...folders.keys()].filter((id) => !seen.has(id)) };
}

async function copyFile(file: string, size: number, key: string, store: ObjectStore): Promise<boolean> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  const sha256 = digest.digest('hex');
  const there = await head(store, key);
  if (there?.sizeBytes === size && there.sha256 === sha256) return false;
  await store.put(key, createReadStream(file), { contentLength: size, expectedSha256: sha256 });
  return true;
}

function isKey(key: string): boolean {
  try {
    checkKey(key);
    return true;
  } catch {
    return false;
  }
}

async function head(store: ObjectStore, key: string): Promise<ObjectInfo | null> {
  try {
    return await store.head(key);
  } catch (error) {
    if (isDomainError(error, 'NOT_FOUND')) return null;
    throw error;
  }
}

/** Files of a folder and below; links are named, not followed. */
async function* walk(directory: string): AsyncGenerator<{ path: string; isFile: boolean }> {
  for await (const entry of await opendir(directory)) {
    const inside = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* walk(inside);
    else yield { path: inside, isFile: entry.isFile() };
  }
}
