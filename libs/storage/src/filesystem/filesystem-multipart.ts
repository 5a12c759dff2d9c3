import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { MeasuredBody } from '../measured-body.js';
import { orderedParts, sameEtag, uploadNotFound, wrongPart } from '../object-key.js';
import type { MultipartUpload, StaleUpload, StoredObject, UploadedPart } from '../object-store.js';
import { isAbsent, type FolderLayout } from './folder-layout.js';
import { openObjectFile, streamObjectFile, writeObjectFile } from './object-file.js';

const UPLOAD_ID = /^[0-9a-f-]{36}$/;
const DESCRIPTION = 'upload.json';

const description = z.object({ key: z.string(), contentType: z.string(), startedAt: z.coerce.date() });
type Description = z.output<typeof description>;

/** Multipart uploads: a folder each below `uploads/`, with a description and one object file per part. */
export class FilesystemMultipart {
  constructor(
    private readonly layout: FolderLayout,
    private readonly fsync: boolean,
  ) {}

  async create(key: string, contentType: string): Promise<MultipartUpload> {
    const uploadId = randomUUID();
    const folder = path.join(this.layout.uploads, uploadId);
    await this.layout.makeFolder(folder);
    const text = JSON.stringify({ key, contentType, startedAt: new Date() });
    await writeFile(path.join(folder, DESCRIPTION), text, { mode: 0o600, flush: this.fsync });
    return { key, uploadId };
  }

  async putPart(upload: MultipartUpload, partNumber: number, body: MeasuredBody): Promise<StoredObject> {
    const { contentType } = await this.describe(upload);
    const temporary = this.layout.newTemporary();
    try {
      const part = await writeObjectFile(temporary, body, contentType, this.fsync);
      await rename(temporary, this.partFile(upload, partNumber));
      return part;
    } catch (error) {
      throw isAbsent(error) ? uploadNotFound() : error;
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Copies the parts into one file: takes as long as writing the object once more. The parts stay until `abort`. */
  async join(upload: MultipartUpload, parts: readonly UploadedPart[], target: string): Promise<StoredObject> {
    const { contentType } = await this.describe(upload);
    const ordered = orderedParts(parts);
    await this.checkParts(upload, ordered);
    const bytes = this.read(upload, ordered);
    try {
      return await writeObjectFile(target, new MeasuredBody(bytes), contentType, this.fsync);
    } finally {
      await bytes.return();
    }
  }

  async abort(upload: MultipartUpload): Promise<void> {
    if ((await this.find(upload)) !== undefined) await this.layout.discard(this.folder(upload));
  }

  async listStale(before: Date, limit: number): Promise<StaleUpload[]> {
    const stale: StaleUpload[] = [];
    for (const uploadId of await readdir(this.layout.uploads)) {
      const found = await this.readDescription(uploadId);
      if (found !== undefined && found.startedAt < before) stale.push({ key: found.key, uploadId, startedAt: found.startedAt });
      if (stale.length === limit) break;
    }
    return stale;
  }

  private async checkParts(upload: MultipartUpload, parts: readonly UploadedPart[]): Promise<void> {
    for (const part of parts) {
      const etag = await this.etagOf(upload, part.partNumber);
      if (etag === undefined || !sameEtag(etag, part.etag)) throw wrongPart(part.partNumber);
    }
  }

  private async etagOf(upload: MultipartUpload, partNumber: number): Promise<string | undefined> {
    try {
      const { handle, info } = await openObjectFile(this.partFile(upload, partNumber));
      await handle.close();
      return info.etag;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  private async *read(upload: MultipartUpload, parts: readonly UploadedPart[]): AsyncGenerator<Uint8Array, void> {
    for (const { partNumber } of parts) {
      const { handle, info } = await openObjectFile(this.partFile(upload, partNumber));
      if (info.sizeBytes === 0) await handle.close();
      else yield* streamObjectFile(handle, 0, info.sizeBytes - 1);
    }
  }

  private async describe(upload: MultipartUpload): Promise<Description> {
    const found = await this.find(upload);
    if (found === undefined) throw uploadNotFound();
    return found;
  }

  private async find({ key, uploadId }: MultipartUpload): Promise<Description | undefined> {
    const found = await this.readDescription(uploadId);
    return found?.key === key ? found : undefined;
  }

  /** An upload id comes from outside: only what we could have made becomes part of a path. */
  private async readDescription(uploadId: string): Promise<Description | undefined> {
    if (!UPLOAD_ID.test(uploadId)) return undefined;
    try {
      return description.parse(JSON.parse(await readFile(path.join(this.layout.uploads, uploadId, DESCRIPTION), 'utf8')));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  private folder({ uploadId }: MultipartUpload): string {
    return path.join(this.layout.uploads, uploadId);
  }

  private partFile(upload: MultipartUpload, partNumber: number): string {
    return path.join(this.folder(upload), `part-${partNumber}`);
  }
}
