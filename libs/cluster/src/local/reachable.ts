import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DomainError } from '@modelyard/kernel';
import type { ProcessIdentity } from './sandbox.js';

const READ = 0o4;
const SEARCH = 0o1;

/** Throws FAILED_PRECONDITION, naming the closed folder, when a model's own user could not read a path. */
export async function demandReachable(target: string, identity: ProcessIdentity): Promise<void> {
  const real = await realpath(target).catch(() => {
    throw new DomainError('FAILED_PRECONDITION', `'${target}' does not exist. Check the installation's settings.`);
  });
  for (let folder = path.dirname(real); ; folder = path.dirname(folder)) {
    if (!(await allows(folder, identity, SEARCH))) throw closed(target, folder);
    if (folder === path.dirname(folder)) break;
  }
  if (!(await allows(real, identity, READ))) throw closed(target, real);
}

async function allows(file: string, identity: ProcessIdentity, right: number): Promise<boolean> {
  const { mode, uid, gid } = await stat(file);
  const shift = uid === identity.uid ? 6 : gid === identity.gid ? 3 : 0;
  return ((mode >> shift) & right) !== 0;
}

function closed(target: string, folder: string): DomainError {
  return new DomainError(
    'FAILED_PRECONDITION',
    `Models run as users of their own, who cannot read '${target}' because '${folder}' is closed to others. ` +
      `Move Modelyard to a folder that others may enter (such as /opt), or open this one with: chmod o+x '${folder}'.`,
  );
}
