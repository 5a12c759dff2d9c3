import { decodeCursor, DomainError, encodeCursor, notFound, type Page } from '@modelyard/kernel';
import { constants } from 'node:fs';
import { copyFile, link, lstat, mkdir, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { z } from 'zod';
import { MeasuredBody } from '../measured-body.js';
import * as rules from '../object-key.js';
import type { ByteRange, ListOptions, MultipartUpload, ObjectBody, ObjectEntry, ObjectInfo, ObjectRead, ObjectStore, PutOptions, StaleUpload, StoredObject, UploadedPart } from '../object-store.js';
import { filesystemError, systemCode } from './filesystem-errors.js';
import { FilesystemMultipart } from './filesystem-multipart.js';
import { FolderLayout, syncFile } from './folder-layout.js';
import { openObjectFile, streamObjectFile, writeObjectFile, type OpenObject } from './object-file.js';
import { listEntries } from './object-listing.js';

export interface FilesystemStorageOptions {
  readonly kind: 'filesystem';
  /** Absolute folder, made (0700) when it is missing. Must be on one filesystem; hard links speed up copies. */
  readonly dir: string;
  /** False only in tests: a power cut may then lose objects that were reported as stored. Default true. */
  readonly fsync?: boolean;
}

const cursorShape = z.object({ after: z.string() });
/** What filesystems without hard links, or with too many of one file, answer. */
const NO_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV']);

interface Folder {
  readonly layout: FolderLayout;
  readonly multipart: FilesystemMultipart;
}

/** Objects as files of one folder: see `FolderLayout` and `object-file.ts` for what lies where. */
export class FilesystemObjectStore implements ObjectStore {
  private readonly dir: string;
  private readonly fsync: boolean;
  private folder: Promise<Folder> | undefined;

  constructor(options: Omit<FilesystemStorageOptions, 'kind'>) {
    this.dir = path.resolve(options.dir);
    this.fsync = options.fsync ?? true;
  }

  async put(key: string, body: ObjectBody, options: PutOptions = {}) {
    rules.checkKey(key);
    const contentType = rules.checkContentType(options.contentType);
    const measured = new MeasuredBody(body, options);
    return this.run(measured, async ({ layout }) => {
      await this.refuseTaken(layout, key, options);
      return this.replace(layout, key, options, (temporary) => writeObjectFile(temporary, measured, contentType, this.fsync));
    });
  }

  async get(key: string, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<ObjectRead> {
    const { handle, info } = await this.open(key);
    try {
      const range = options.range && rules.clampRange(options.range, info.sizeBytes);
      if (info.sizeBytes === 0) {
        await handle.close();
        return { ...info, stream: Readable.from([], { objectMode: false }) };
      }
      const stream = streamObjectFile(handle, range?.start ?? 0, range?.end ?? info.sizeBytes - 1);
      if (options.signal !== undefined) addAbortSignal(options.signal, stream);
      return { ...info, stream, range };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async head(key: string): Promise<ObjectInfo> {
    const { handle, info } = await this.open(key);
    await handle.close();
    return info;
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page<ObjectEntry>> {
    rules.checkPrefix(prefix);
    const limit = rules.checkPageSize(options.limit);
    const after = options.cursor === undefined ? '' : decodeCursor(options.cursor, cursorShape).after;
    return this.run('The folder', async ({ layout }) => {
      const items: ObjectEntry[] = [];
      for await (const entry of listEntries(layout, prefix, after, options.delimiter === undefined)) {
        if (items.length === limit) return { items, nextCursor: encodeCursor({ after: items.at(-1)?.key }) };
        items.push(entry);
      }
      return { items, nextCursor: null };
    });
  }

  async delete(key: string): Promise<void> {
    rules.checkKey(key);
    await this.run('The object', ({ layout }) => layout.discard(layout.objectFile(key)));
  }

  /** The whole level disappears in one rename. */
  async deletePrefix(prefix: string): Promise<void> {
    rules.checkDeletablePrefix(prefix);
    await this.run('The folder', ({ layout }) => layout.discard(layout.levelFolder(prefix)));
  }

  /** A hard link: object files are never changed in place. The copy keeps the time of the original. */
  async copy(from: string, to: string): Promise<void> {
    rules.checkKey(to);
    const { handle } = await this.open(from);
    await handle.close();
    await this.run(`The object '${from}'`, ({ layout }) =>
      this.replace(layout, to, {}, (temporary) => this.clone(layout.objectFile(from), temporary)),
    );
  }

  async createMultipart(key: string, options: Pick<PutOptions, 'contentType'> = {}): Promise<MultipartUpload> {
    rules.checkKey(key);
    const contentType = rules.checkContentType(options.contentType);
    return this.run('The upload', ({ multipart }) => multipart.create(key, contentType));
  }

  async putPart(upload: MultipartUpload, partNumber: number, body: ObjectBody, options: PutOptions = {}): Promise<StoredObject> {
    rules.checkPartNumber(partNumber);
    const measured = new MeasuredBody(body, { ...options, contentLength: rules.partLength(body, options.contentLength) });
    return this.run(measured, ({ multipart }) => multipart.putPart(upload, partNumber, measured));
  }

  async completeMultipart(upload: MultipartUpload, parts: readonly UploadedPart[], options: Pick<PutOptions, 'ifNoneMatch'> = {}) {
    rules.checkKey(upload.key);
    return this.run('The upload', async ({ layout, multipart }) => {
      const stored = await this.replace(layout, upload.key, options, (temporary) => multipart.join(upload, parts, temporary));
      await multipart.abort(upload);
      return stored;
    });
  }

  async abortMultipart(upload: MultipartUpload): Promise<void> {
    await this.run('The upload', ({ multipart }) => multipart.abort(upload));
  }

  async listStaleUploads(options: { before: Date; limit?: number }): Promise<StaleUpload[]> {
    const limit = rules.checkPageSize(options.limit);
    return this.run('The upload', ({ multipart }) => multipart.listStale(options.before, limit));
  }

  async sweepTemporaryFiles(before: Date): Promise<number> {
    return this.run('The file', async ({ layout }) => {
      let removed = 0;
      for (const name of await readdir(layout.temporary)) {
        const file = path.join(layout.temporary, name);
        const stats = await lstat(file).catch(() => undefined);
        // The change time moves with every write and link, so a file in use is never old.
        if (stats === undefined || stats.ctime >= before) continue;
        await rm(file, { recursive: true, force: true });
        removed++;
      }
      return removed;
    });
  }

  async probe(): Promise<void> {
    try {
      const { layout } = await this.ready();
      const file = layout.newTemporary();
      await writeFile(file, 'probe', { mode: 0o600, flush: this.fsync }).finally(() => rm(file, { force: true }));
    } catch (cause) {
      throw new DomainError(
        'UNAVAILABLE',
        `The artifact folder ${this.dir} cannot be written (${systemCode(cause) ?? 'unknown error'}). Make it writable for the user of this process, free space on its disk, or set another folder.`,
        {},
        { cause },
      );
    }
  }

  close(): void {}

  private async open(key: string): Promise<OpenObject> {
    rules.checkKey(key);
    return this.run(`The object '${key}'`, async ({ layout }) => {
      const file = layout.objectFile(key);
      if (!(await layout.isGenuine(path.dirname(file)))) throw notFound(`The object '${key}'`);
      return openObjectFile(file);
    });
  }

  /** Saves reading a body that would be refused at its end; the exclusive link in `publish` decides. */
  private async refuseTaken(layout: FolderLayout, key: string, { ifNoneMatch }: PutOptions): Promise<void> {
    if (ifNoneMatch === '*' && (await layout.exists(layout.objectFile(key)))) throw rules.alreadyThere(key);
  }

  private async replace<T>(layout: FolderLayout, key: string, { ifNoneMatch }: PutOptions, write: (temporary: string) => Promise<T>): Promise<T> {
    const temporary = layout.newTemporary();
    try {
      const result = await write(temporary);
      await layout.publish(temporary, layout.objectFile(key), ifNoneMatch === '*');
      return result;
    } catch (error) {
      await layout.prune(path.dirname(layout.objectFile(key)));
      throw ifNoneMatch === '*' && systemCode(error) === 'EEXIST' ? rules.alreadyThere(key) : error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private async clone(from: string, to: string): Promise<void> {
    try {
      await link(from, to);
    } catch (error) {
      if (!NO_LINK.has(systemCode(error) ?? '')) throw error;
      await copyFile(from, to, constants.COPYFILE_FICLONE);
      if (this.fsync) await syncFile(to);
    }
  }

  private async run<T>(subject: string | MeasuredBody, operation: (folder: Folder) => Promise<T>): Promise<T> {
    try {
      return await operation(await this.ready());
    } catch (error) {
      if (typeof subject === 'string') throw filesystemError(error, subject);
      throw subject.failure ?? filesystemError(error);
    }
  }

  /** Makes the folders once; a failure is tried again by the next call. */
  private ready(): Promise<Folder> {
    this.folder ??= this.prepare().catch((error: unknown) => {
      this.folder = undefined;
      throw error;
    });
    return this.folder;
  }

  private async prepare(): Promise<Folder> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const layout = new FolderLayout(await realpath(this.dir), this.fsync);
    await layout.create();
    return { layout, multipart: new FilesystemMultipart(layout, this.fsync) };
  }
}
