import { createWriteStream } from 'node:fs';
import { chmod, chown, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ProcessIdentity } from '@modelyard/cluster';
import { DomainError } from '@modelyard/kernel';
import { checkKey, type ObjectStore } from '@modelyard/storage';

export interface ModelFilesLimits {
  readonly files: number;
  readonly bytes: number;
}

export interface FetchedFiles {
  readonly files: number;
  readonly bytes: number;
}

const DEFAULT_LIMITS: ModelFilesLimits = { files: 20_000, bytes: 50 * 1024 ** 3 };

/** Model folders on this machine. They lie where only the worker may enter; each replica gets a view of its own. */
export class ModelFiles {
  private readonly root: string;
  private readonly views: string;

  constructor(
    private readonly objects: ObjectStore,
    folder: string,
    private readonly limits: ModelFilesLimits = DEFAULT_LIMITS,
  ) {
    this.root = path.join(folder, 'files');
    this.views = path.join(folder, 'views');
  }

  folderOf(key: string): string {
    return path.join(this.root, key);
  }

  /** Copies everything below a prefix into the key's folder; whole or not at all. Throws FAILED_PRECONDITION, UNAVAILABLE. */
  async fetch(key: string, prefix: string, signal: AbortSignal): Promise<FetchedFiles> {
    const folder = this.folderOf(key);
    const temporary = `${folder}.part`;
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    await Promise.all([folder, temporary].map((made) => rm(made, { recursive: true, force: true })));
    await mkdir(temporary, { mode: 0o700 });
    try {
      const fetched = await this.copyAll(prefix, temporary, signal);
      await rename(temporary, folder);
      return fetched;
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw explain(error);
    }
  }

  /** A view of a folder for one replica's user, and for no other model's: folders of its own, the files by link. */
  async lend(key: string, viewer: string, identity: ProcessIdentity | null): Promise<string> {
    const view = path.join(this.views, viewer);
    await rm(view, { recursive: true, force: true });
    await mkdir(this.views, { recursive: true });
    await chmod(this.views, 0o711);
    await linkFolder(this.folderOf(key), view, identity);
    return view;
  }

  async takeBack(viewer: string): Promise<void> {
    await rm(path.join(this.views, viewer), { recursive: true, force: true });
  }

  async remove(key: string): Promise<void> {
    await rm(this.folderOf(key), { recursive: true, force: true });
  }

  /** Removes what a former life of the worker left. */
  async clear(): Promise<void> {
    await Promise.all([this.root, this.views].map((folder) => rm(folder, { recursive: true, force: true })));
  }

  private async copyAll(prefix: string, folder: string, signal: AbortSignal): Promise<FetchedFiles> {
    let files = 0;
    let bytes = 0;
    let cursor: string | undefined;
    do {
      const page = await this.objects.list(`${prefix}/`, { cursor });
      for (const entry of page.items) {
        files++;
        bytes += entry.sizeBytes;
        this.checkSize(files, bytes);
        await this.copy(entry.key, fileInside(folder, entry.key.slice(prefix.length + 1)), signal);
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    if (files === 0) throw new DomainError('FAILED_PRECONDITION', 'The model has no files in the artifact store any more. Log and register the model again.');
    return { files, bytes };
  }

  private checkSize(files: number, bytes: number): void {
    if (files > this.limits.files) throw new DomainError('FAILED_PRECONDITION', `The model has more than ${this.limits.files} files.`);
    if (bytes > this.limits.bytes) throw new DomainError('FAILED_PRECONDITION', `The model is larger than ${Math.round(this.limits.bytes / 1024 ** 3)} GiB.`);
  }

  private async copy(key: string, file: string, signal: AbortSignal): Promise<void> {
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const { stream } = await this.objects.get(key, { signal });
    // `wx`: nothing that is there is followed or replaced.
    await pipeline(stream, createWriteStream(file, { flags: 'wx', mode: 0o644 }), { signal });
    await chmod(file, 0o644);
  }
}

/** The path of an object below a folder. Throws INVALID_ARGUMENT for a name that leads elsewhere. */
function fileInside(folder: string, name: string): string {
  checkKey(name);
  const file = path.resolve(folder, name);
  if (name.includes('\\') || !file.startsWith(folder + path.sep)) throw new DomainError('FAILED_PRECONDITION', `The model has a file with the name '${name.slice(0, 100)}', which leads out of its folder.`);
  return file;
}

async function linkFolder(from: string, to: string, identity: ProcessIdentity | null): Promise<void> {
  await mkdir(to, { mode: 0o750 });
  if (identity !== null) await chown(to, process.geteuid?.() ?? 0, identity.gid);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target, identity);
    else if (entry.isFile()) await link(source, target);
  }
  await chmod(to, 0o750);
}

function explain(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new DomainError('UNAVAILABLE', "The disk of the worker is full. Free some space; the deployment goes on by itself.", {}, { cause: error });
  if (code === 'EEXIST' || code === 'ENOTDIR' || code === 'EISDIR') return new DomainError('FAILED_PRECONDITION', 'The model has a file and a folder of the same name. Log the model again.', {}, { cause: error });
  return error;
}

