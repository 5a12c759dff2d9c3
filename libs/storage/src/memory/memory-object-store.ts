import { decodeCursor, encodeCursor, notFound, type Page } from '@modelyard/kernel';
import { createHash, randomUUID } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { z } from 'zod';
import { MeasuredBody } from '../measured-body.js';
import * as rules from '../object-key.js';
import type { ByteRange, ListOptions, MultipartUpload, ObjectBody, ObjectEntry, ObjectInfo, ObjectRead, ObjectStore, PutOptions, StaleUpload, StoredObject, UploadedPart } from '../object-store.js';

interface Kept extends ObjectInfo {
  readonly bytes: Buffer;
  readonly sha256: string;
}

interface Upload extends StaleUpload {
  readonly contentType: string;
  readonly parts: Map<number, Kept>;
}

/** Keeps objects in this process: for tests of what stands on an ObjectStore. */
export class MemoryObjectStore implements ObjectStore {
  private readonly objects = new Map<string, Kept>();
  private readonly uploads = new Map<string, Upload>();

  async put(key: string, body: ObjectBody, options: PutOptions = {}) {
    rules.checkKey(key);
    const kept = await collect(body, rules.checkContentType(options.contentType), options);
    return this.keep(key, kept, options);
  }

  async get(key: string, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<ObjectRead> {
    const { bytes, ...info } = this.require(key);
    const range = options.range && rules.clampRange(options.range, bytes.length);
    const stream = Readable.from([range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)], { objectMode: false });
    if (options.signal !== undefined) addAbortSignal(options.signal, stream);
    return { ...info, stream, range };
  }

  async head(key: string): Promise<ObjectInfo> {
    const { bytes: _, ...info } = this.require(key);
    return info;
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page<ObjectEntry>> {
    rules.checkPrefix(prefix);
    const limit = rules.checkPageSize(options.limit);
    const after = options.cursor === undefined ? '' : decodeCursor(options.cursor, z.object({ after: z.string() })).after;
    const entries = [...this.entries(prefix, options.delimiter).values()];
    const rest = entries.filter((entry) => rules.compareKeys(entry.key, after) > 0).sort((a, b) => rules.compareKeys(a.key, b.key));
    const items = rest.slice(0, limit);
    return { items, nextCursor: rest.length > limit ? encodeCursor({ after: items.at(-1)?.key }) : null };
  }

  async delete(key: string): Promise<void> {
    rules.checkKey(key);
    this.objects.delete(key);
  }

  async deletePrefix(prefix: string): Promise<void> {
    rules.checkDeletablePrefix(prefix);
    for (const key of this.objects.keys()) if (key.startsWith(prefix)) this.objects.delete(key);
  }

  async copy(from: string, to: string): Promise<void> {
    rules.checkKey(to);
    this.objects.set(to, { ...this.require(from), modifiedAt: new Date() });
  }

  async createMultipart(key: string, options: Pick<PutOptions, 'contentType'> = {}): Promise<MultipartUpload> {
    rules.checkKey(key);
    const contentType = rules.checkContentType(options.contentType);
    const uploadId = randomUUID();
    this.uploads.set(uploadId, { key, uploadId, startedAt: new Date(), contentType, parts: new Map() });
    return { key, uploadId };
  }

  async putPart(upload: MultipartUpload, partNumber: number, body: ObjectBody, options: PutOptions = {}): Promise<StoredObject> {
    rules.checkPartNumber(partNumber);
    const { parts, contentType } = this.requireUpload(upload);
    const part = await collect(body, contentType, { ...options, contentLength: rules.partLength(body, options.contentLength) });
    parts.set(partNumber, part);
    return stored(part);
  }

  async completeMultipart(upload: MultipartUpload, parts: readonly UploadedPart[], options: Pick<PutOptions, 'ifNoneMatch'> = {}) {
    const { contentType, parts: kept } = this.requireUpload(upload);
    const bytes = rules.orderedParts(parts).map((part) => {
      const found = kept.get(part.partNumber);
      if (found === undefined || !rules.sameEtag(found.etag, part.etag)) throw rules.wrongPart(part.partNumber);
      return found.bytes;
    });
    const result = this.keep(upload.key, keptOf(Buffer.concat(bytes), contentType), options);
    this.uploads.delete(upload.uploadId);
    return result;
  }

  async abortMultipart(upload: MultipartUpload): Promise<void> {
    if (this.uploads.get(upload.uploadId)?.key === upload.key) this.uploads.delete(upload.uploadId);
  }

  async listStaleUploads(options: { before: Date; limit?: number }): Promise<StaleUpload[]> {
    const stale = [...this.uploads.values()].filter((upload) => upload.startedAt < options.before);
    return stale.slice(0, rules.checkPageSize(options.limit)).map(({ key, uploadId, startedAt }) => ({ key, uploadId, startedAt }));
  }

  async sweepTemporaryFiles(): Promise<number> {
    return 0;
  }

  async probe(): Promise<void> {}

  close(): void {}

  private keep(key: string, kept: Kept, { ifNoneMatch }: Pick<PutOptions, 'ifNoneMatch'>) {
    if (ifNoneMatch === '*' && this.objects.has(key)) throw rules.alreadyThere(key);
    this.objects.set(key, kept);
    return stored(kept);
  }

  private require(key: string): Kept {
    rules.checkKey(key);
    const kept = this.objects.get(key);
    if (kept === undefined) throw notFound(`The object '${key}'`);
    return kept;
  }

  private requireUpload({ key, uploadId }: MultipartUpload): Upload {
    const upload = this.uploads.get(uploadId);
    if (upload?.key !== key) throw rules.uploadNotFound();
    return upload;
  }

  private entries(prefix: string, delimiter: '/' | undefined): Map<string, ObjectEntry> {
    const entries = new Map<string, ObjectEntry>();
    for (const [key, { sizeBytes, modifiedAt }] of this.objects) {
      if (!key.startsWith(prefix)) continue;
      const slash = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
      const entry = slash < 0 ? { key, isDirectory: false, sizeBytes, modifiedAt } : directory(key.slice(0, slash + 1));
      entries.set(entry.key, entry);
    }
    return entries;
  }
}

async function collect(body: ObjectBody, contentType: string, options: PutOptions): Promise<Kept> {
  const measured = new MeasuredBody(body, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of measured.chunks()) chunks.push(chunk);
  return keptOf(Buffer.concat(chunks), contentType);
}

function keptOf(bytes: Buffer, contentType: string): Kept {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bytes, sizeBytes: bytes.length, sha256, etag: `"${sha256}"`, contentType, modifiedAt: new Date() };
}

function stored({ sizeBytes, sha256, etag }: Kept) {
  return { sizeBytes, sha256, etag };
}

function directory(key: string): ObjectEntry {
  return { key, isDirectory: true, sizeBytes: 0, modifiedAt: null };
}
