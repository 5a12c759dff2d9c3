import { chmod, chown, lchown, readdir, lstat } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessIdentity } from '../sandbox.js';

/** Gives an empty folder to a model's user. Without an identity nothing changes hands. */
export async function handOver(folder: string, identity: ProcessIdentity | null): Promise<void> {
  if (identity !== null) await chown(folder, identity.uid, identity.gid);
}

/**
 * Takes a folder back, with all that was put in it, and closes it for writing: no later user may change it, nor may the
 * one that made it. Call when no process of that user is left. Links are not followed.
 */
export async function takeBack(folder: string, identity: ProcessIdentity | null): Promise<void> {
  if (identity === null) return;
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await takeBack(file, identity);
    else await takeBackFile(file);
  }
  // The mode first: a setuid file must not be root's for a moment.
  await chmod(folder, 0o755);
  await lchown(folder, 0, 0);
}

async function takeBackFile(file: string): Promise<void> {
  const found = await lstat(file);
  if (!found.isSymbolicLink()) await chmod(file, (found.mode & 0o111) === 0 ? 0o644 : 0o755);
  await lchown(file, 0, 0);
}
