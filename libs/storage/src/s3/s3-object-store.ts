import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { decodeCursor, DomainError, encodeCursor, isDomainError, type Page } from '@modelyard/kernel';
import { randomUUID } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { z } from 'zod';
import { MeasuredBody } from '../measured-body.js';
import * as rules from '../object-key.js';
import type { ByteRange, ListOptions, MultipartUpload, ObjectBody, ObjectEntry, ObjectInfo, ObjectRead, ObjectStore, PutOptions, StaleUpload, StoredObject, UploadedPart } from '../object-store.js';
import { createS3Client, type S3StorageOptions } from './s3-client.js';
import { s3Error } from './s3-errors.js';
import { S3Multipart } from './s3-multipart.js';
import { entriesOf, infoOf, rangeOf, readBody } from './s3-answers.js';
import { uploadBody } from './s3-upload.js';

export type { S3StorageOptions };

const cursorShape = z.object({ token: z.string() });
/** S3's limit for CopyObject. */
const MAX_COPY_BYTES = 5 * 1024 ** 3;

/** Objects in a bucket of S3 or a look-alike that knows `If-None-Match` on writes. */
export class S3ObjectStore implements ObjectStore {
  private readonly client: S3Client;
  private readonly multipart: S3Multipart;
  private readonly bucket: string;
  private readonly keyPrefix: string;

  constructor(private readonly options: S3StorageOptions) {
    this.bucket = options.bucket;
    this.keyPrefix = options.keyPrefix ?? '';
    rules.checkPrefix(this.keyPrefix);
    this.client = createS3Client(options);
    this.multipart = new S3Multipart(this.client, this.bucket);
  }

  async put(key: string, body: ObjectBody, options: PutOptions = {}) {
    const target = { ...this.target(key), ContentType: rules.checkContentType(options.contentType), IfNoneMatch: options.ifNoneMatch };
    const contentLength = options.contentLength ?? (body instanceof Uint8Array ? body.length : undefined);
    const measured = new MeasuredBody(body, { ...options, contentLength });
    const etag = await this.run(key, () => uploadBody(this.client, target, measured, contentLength, this.options.checksums !== 'WHEN_REQUIRED'), measured, options.signal);
    return { sizeBytes: measured.sizeBytes, sha256: measured.sha256, etag };
  }

  async get(key: string, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<ObjectRead> {
    const { range, signal } = options;
    if (range !== undefined) rules.checkRange(range);
    const command = new GetObjectCommand({ ...this.target(key), Range: range && `bytes=${range.start}-${range.end ?? ''}` });
    const answer = await this.run(key, () => this.client.send(command, { abortSignal: signal }), undefined, signal);
    if (!(answer.Body instanceof Readable)) throw new DomainError('UNAVAILABLE', 'The object store answered without a body. Try again.');
    const sent = range && rangeOf(answer.ContentRange);
    if (range !== undefined && sent === undefined) {
      answer.Body.destroy();
      throw new DomainError('UNAVAILABLE', 'The object store does not serve byte ranges. Ask the operator for one that does.');
    }
    const stream = readBody(answer.Body, (error) => s3Error(error, key, this.bucket));
    if (signal !== undefined) addAbortSignal(signal, stream);
    return { ...infoOf(answer), sizeBytes: sent?.sizeBytes ?? answer.ContentLength ?? 0, stream, range: sent && { start: sent.start, end: sent.end } };
  }

  async head(key: string): Promise<ObjectInfo> {
    const answer = await this.run(key, () => this.client.send(new HeadObjectCommand(this.target(key))));
    return { ...infoOf(answer), sizeBytes: answer.ContentLength ?? 0 };
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page<ObjectEntry>> {
    rules.checkPrefix(prefix);
    const command = new ListObjectsV2Command({
      Bucket: this.bucket,
      Prefix: this.keyPrefix + prefix,
      Delimiter: options.delimiter,
      MaxKeys: rules.checkPageSize(options.limit),
      ContinuationToken: options.cursor === undefined ? undefined : decodeCursor(options.cursor, cursorShape).token,
    });
    const answer = await this.run(prefix, () => this.client.send(command));
    const token = answer.IsTruncated === true ? answer.NextContinuationToken : undefined;
    return { items: entriesOf(answer, this.keyPrefix.length), nextCursor: token === undefined ? null : encodeCursor({ token }) };
  }

  async delete(key: string): Promise<void> {
    const target = this.target(key);
    try {
      await this.run(key, () => this.client.send(new DeleteObjectCommand(target)));
    } catch (error) {
      if (!isDomainError(error, 'NOT_FOUND')) throw error;
    }
  }

  /** A page of keys at a time: what fails half-way is finished by calling it again. */
  async deletePrefix(prefix: string): Promise<void> {
    rules.checkDeletablePrefix(prefix);
    let cursor: string | undefined;
    do {
      const page = await this.list(prefix, { cursor });
      await this.deleteAll(page.items.map(({ key }) => key));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  async copy(from: string, to: string): Promise<void> {
    const target = this.target(to);
    const { sizeBytes, contentType } = await this.head(from);
    if (sizeBytes > MAX_COPY_BYTES) return this.copyThroughUs(from, to, contentType);
    const CopySource = [this.bucket, ...(this.keyPrefix + from).split('/')].map(encodeURIComponent).join('/');
    await this.run(from, () => this.client.send(new CopyObjectCommand({ ...target, CopySource })));
  }

  async createMultipart(key: string, options: Pick<PutOptions, 'contentType'> = {}): Promise<MultipartUpload> {
    const { Key } = this.target(key);
    const contentType = rules.checkContentType(options.contentType);
    return { key, uploadId: await this.run(key, () => this.multipart.create(Key, contentType)) };
  }

  async putPart(upload: MultipartUpload, partNumber: number, body: ObjectBody, options: PutOptions = {}): Promise<StoredObject> {
    rules.checkPartNumber(partNumber);
    const whole = this.wholeUpload(upload);
    const contentLength = rules.partLength(body, options.contentLength);
    const measured = new MeasuredBody(body, { ...options, contentLength });
    const send = () => this.multipart.putPart(whole, partNumber, measured, contentLength);
    return this.run(upload.key, send, measured, options.signal);
  }

  async completeMultipart(upload: MultipartUpload, parts: readonly UploadedPart[], options: Pick<PutOptions, 'ifNoneMatch'> = {}) {
    const whole = this.wholeUpload(upload);
    return this.run(upload.key, () => this.multipart.complete(whole, parts, options.ifNoneMatch));
  }

  async abortMultipart(upload: MultipartUpload): Promise<void> {
    const whole = this.wholeUpload(upload);
    await this.run(upload.key, () => this.multipart.abort(whole));
  }

  async listStaleUploads(options: { before: Date; limit?: number }): Promise<StaleUpload[]> {
    const limit = rules.checkPageSize(options.limit);
    const uploads = await this.run('', () => this.multipart.listStale(this.keyPrefix, options.before, limit));
    return uploads.map((upload) => ({ ...upload, key: upload.key.slice(this.keyPrefix.length) }));
  }

  /** The server's own business. */
  async sweepTemporaryFiles(): Promise<number> {
    return 0;
  }

  async probe(): Promise<void> {
    const target = this.target(`.modelyard-probe/${randomUUID()}`);
    try {
      await this.run(target.Key, () => this.client.send(new PutObjectCommand({ ...target, Body: 'probe' })));
      await this.run(target.Key, () => this.client.send(new DeleteObjectCommand(target)));
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown error';
      throw new DomainError('UNAVAILABLE', `The bucket '${this.bucket}' at ${this.options.endpoint ?? 'Amazon S3'} cannot be written. ${why}`);
    }
  }

  close(): void {
    this.client.destroy();
  }

  private async deleteAll(keys: string[]): Promise<void> {
    if (keys.length === 0) return;
    const Objects = keys.map((key) => ({ Key: this.keyPrefix + key }));
    const command = new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await this.run('', () => this.client.send(command));
    const [first] = Errors;
    if (first === undefined) return;
    const reason = first.Code ?? 'unknown error';
    throw new DomainError('UNAVAILABLE', `The object store kept ${Errors.length} of the objects to delete (${reason}). Try again.`, { reason });
  }

  private async copyThroughUs(from: string, to: string, contentType: string): Promise<void> {
    const { stream, sizeBytes } = await this.get(from);
    try {
      await this.put(to, stream, { contentType, contentLength: sizeBytes });
    } finally {
      stream.destroy();
    }
  }

  private target(key: string): { Bucket: string; Key: string } {
    rules.checkKey(key);
    rules.checkKey(this.keyPrefix + key);
    return { Bucket: this.bucket, Key: this.keyPrefix + key };
  }

  private wholeUpload({ key, uploadId }: MultipartUpload): MultipartUpload {
    return { key: this.target(key).Key, uploadId };
  }

  private async run<T>(key: string, operation: () => Promise<T>, body?: MeasuredBody, signal?: AbortSignal): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw body?.failure ?? s3Error(error, key, this.bucket);
    }
  }
}
