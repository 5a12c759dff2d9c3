import { chmod, lchown, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessIdentity } from './sandbox.js';

/**
 * Lets one model's user read a folder, and only that one: the files stay the worker's, the group becomes the user's. For
 * model files, after they were fetched. Without an identity (no users of their own) nothing changes.
 */
export async function lendFolder(folder: string, identity: ProcessIdentity | null): Promise<void> {
  if (identity === null) return;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await lendFolder(file, identity);
    else if (entry.isFile()) await lend(file, identity, 0o640);
  }
  await lend(folder, identity, 0o750);
}

async function lend(file: string, { gid }: ProcessIdentity, mode: number): Promise<void> {
  await chmod(file, mode);
  await lchown(file, process.geteuid?.() ?? 0, gid);
}
