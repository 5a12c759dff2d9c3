import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isReachable } from '@modelyard/db';
import { StartError } from './start-error.js';

// Postgres needs room for its log before anything is stored; below this it would stop in the middle of work.
const MIN_FREE_BYTES = 200 * 1024 * 1024;
const SHARED_HOME = '/var/lib/modelyard';

/** The data folder, held by this process until `release`. */
export interface DataDirectory {
  readonly path: string;
  readonly secrets: string;
  /** Told to the person when the data lies elsewhere than asked. */
  readonly note?: string;
  release(): void;
}

/** Makes, checks and locks the data folder. Throws StartError with a sentence for each thing that can be wrong. */
export function openDataDirectory(wanted: string): DataDirectory {
  const { directory, note } = placeFor(wanted);
  const secrets = path.join(directory, 'secrets');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o711 });
    for (const name of ['secrets', 'artifacts', 'run', 'logs']) mkdirSync(path.join(directory, name), { recursive: true, mode: 0o700 });
    chmodSync(secrets, 0o700);
    const probe = path.join(directory, 'run', `probe-${process.pid}`);
    writeFileSync(probe, Buffer.alloc(65_536));
    rmSync(probe);
  } catch (error) {
    throw explain(directory, error as NodeJS.ErrnoException);
  }
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < MIN_FREE_BYTES) {
    throw new StartError(`The disk of the data folder ${directory} is full (${Math.floor((bavail * bsize) / 1_048_576)} MB left, 200 MB needed). Free some space, or set MODELYARD_DATA_DIR to another disk.`);
  }
  const release = lock(directory);
  return { path: directory, secrets, ...(note === undefined ? {} : { note }), release };
}

/**
 * Run as root, the database and models run as accounts of their own, which cannot enter a private home: the data then
 * lies below /var/lib, with a link where it was asked for.
 */
function placeFor(wanted: string): { directory: string; note?: string } {
  if (process.getuid?.() !== 0) return { directory: wanted };
  let existing = path.dirname(wanted);
  while (!existsSync(existing)) existing = path.dirname(existing);
  if (isReachable(existing)) return { directory: wanted };
  const directory = path.join(SHARED_HOME, createHash('sha256').update(wanted).digest('hex').slice(0, 12));
  const link = lstatSync(wanted, { throwIfNoEntry: false });
  if (link === undefined) {
    mkdirSync(path.dirname(wanted), { recursive: true });
    mkdirSync(directory, { recursive: true });
    symlinkSync(directory, wanted);
  } else if (link.isFile()) {
    return { directory: wanted };
  } else if (!link.isSymbolicLink() || readlinkSync(wanted) !== directory) {
    throw new StartError(`Unprivileged accounts cannot enter ${wanted}. Move it to a folder outside private homes and set MODELYARD_DATA_DIR to it.`);
  }
  return { directory, note: `Data lies in ${directory}, because unprivileged accounts cannot enter ${path.dirname(wanted)}.` };
}

function explain(directory: string, error: NodeJS.ErrnoException): StartError {
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StartError(`The disk of the data folder ${directory} is full. Free some space, or set MODELYARD_DATA_DIR to another disk.`);
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StartError(`The data folder ${directory} cannot be read and written by this account. Change its owner, or set MODELYARD_DATA_DIR to another folder.`);
    case 'ENOTDIR':
    case 'EEXIST':
      return new StartError(`The data folder ${directory} is not a folder. Set MODELYARD_DATA_DIR to a folder.`);
    default:
      return new StartError(`The data folder ${directory} cannot be used: ${error.message}`);
  }
}

function lock(directory: string): () => void {
  const file = path.join(directory, 'run', 'lock');
  const mine = JSON.stringify({ pid: process.pid, started: startOf(process.pid) });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = readHolder(file);
      if (holder !== null && startOf(holder.pid) === holder.started && holder.started !== null) {
        throw new StartError(`The data folder ${directory} is in use by another Modelyard (process ${holder.pid}). Stop it, or set MODELYARD_DATA_DIR to another folder.`);
      }
      // Left by a process that was killed.
      rmSync(file, { force: true });
    }
  }
  throw new StartError(`The data folder ${directory} is being opened by another Modelyard at this moment. Try again.`);
}

function readHolder(file: string): { pid: number; started: string | null } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; started: string | null };
  } catch {
    return null;
  }
}

/** When a process started, so that a reused process number is not taken for the old one. Null when it is gone. */
function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? null;
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return null;
  }
}
