import { DomainError } from '@modelyard/kernel';
import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, open, realpath, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from './filesystem-errors.js';

/** A level of the key space on disk: its objects lie in `f/`, its deeper levels in `d/`. */
export const FILES = 'f';
export const DIRECTORIES = 'd';

const PUBLISH_ATTEMPTS = 20;

/**
 * Where things lie below the root. The key `a/b/c` is the file `objects/d/a/d/b/f/c`: files and folders of one level
 * have folders of their own, so that `a` and `a/b` can both exist and names are kept as they are, up to 255 bytes.
 * `tmp/` is on the same filesystem, for renames; `uploads/` holds the parts of multipart uploads.
 */
export class FolderLayout {
  readonly objects: string;
  readonly temporary: string;
  readonly uploads: string;

  constructor(
    readonly root: string,
    private readonly fsync: boolean,
  ) {
    this.objects = path.join(root, 'objects');
    this.temporary = path.join(root, 'tmp');
    this.uploads = path.join(root, 'uploads');
  }

  async create(): Promise<void> {
    for (const folder of [this.objects, this.temporary, this.uploads]) await this.makeFolder(folder);
  }

  newTemporary(): string {
    return path.join(this.temporary, randomUUID());
  }

  /** The folder of a level; `prefix` is `''` or ends in `/`. */
  levelFolder(prefix: string): string {
    return path.join(this.objects, ...prefix.split('/').slice(0, -1).flatMap((name) => [DIRECTORIES, name]));
  }

  objectFile(key: string): string {
    const slash = key.lastIndexOf('/');
    return path.join(this.levelFolder(key.slice(0, slash + 1)), FILES, key.slice(slash + 1));
  }

  /** True when no folder on the way is a symbolic link that leads elsewhere. */
  async isGenuine(folder: string): Promise<boolean> {
    return (await realpath(folder)) === folder;
  }

  /**
   * Moves a finished temporary file to its place, durably. Folders are made only now, so that a failed upload leaves
   * none; a deletion may prune them at the same moment, hence the attempts.
   */
  async publish(temporary: string, target: string, exclusive: boolean): Promise<void> {
    const folder = path.dirname(target);
    for (let attempt = 1; ; attempt++) {
      await this.makeFolder(folder);
      try {
        if (!(await this.isGenuine(folder))) throw strangeFolder();
        await (exclusive ? link(temporary, target) : rename(temporary, target));
        break;
      } catch (error) {
        if (systemCode(error) !== 'ENOENT' || attempt === PUBLISH_ATTEMPTS) throw error;
      }
    }
    await this.syncFolder(folder);
  }

  /** Takes a file or a whole folder out of the objects at once, then frees its space. */
  async discard(target: string): Promise<void> {
    const folder = path.dirname(target);
    const temporary = this.newTemporary();
    try {
      if (!(await this.isGenuine(folder))) return;
      await rename(target, temporary);
    } catch (error) {
      if (isAbsent(error)) return;
      throw error;
    }
    await this.syncFolder(folder);
    await rm(temporary, { recursive: true, force: true });
    await this.prune(folder);
  }

  /** Removes folders that became empty, from here upwards. */
  async prune(folder: string): Promise<void> {
    for (let at = folder; at.startsWith(this.objects + path.sep); at = path.dirname(at)) {
      try {
        await rmdir(at);
      } catch (error) {
        if (!isAbsent(error)) return;
      }
    }
  }

  async makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let at = folder; at.length >= first.length; at = path.dirname(at)) await this.syncFolder(path.dirname(at));
  }

  /** Makes renames in a folder survive a power cut. A folder that was pruned meanwhile needs none. */
  async syncFolder(folder: string): Promise<void> {
    if (!this.fsync) return;
    try {
      await syncFile(folder);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  async exists(file: string): Promise<boolean> {
    try {
      await lstat(file);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }
}

export async function syncFile(file: string): Promise<void> {
  const handle = await open(file);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function strangeFolder(): DomainError {
  return new DomainError('UNAVAILABLE', 'A folder inside the artifact store is a symbolic link. Nothing is written through it; ask the operator to remove it.');
}

export function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
