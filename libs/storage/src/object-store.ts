import type { Page } from '@modelyard/kernel';
import type { Readable } from 'node:stream';

/**
 * Bytes to store. A stream belongs to its caller: the store reads it and, when it refuses or fails, leaves it open
 * (destroying a request's body would cut the answer off too).
 */
export type ObjectBody = Uint8Array | Readable | AsyncIterable<Uint8Array>;

export interface PutOptions {
  /** Kept and given back. Default `application/octet-stream`. */
  readonly contentType?: string;
  /** Bytes that must arrive; fewer or more is INVALID_ARGUMENT. Lets S3 send one request instead of a multipart upload. */
  readonly contentLength?: number;
  /** `'*'`: only if the key is free, otherwise FAILED_PRECONDITION. */
  readonly ifNoneMatch?: '*';
  /** Lower-case hex digest that the bytes must have; another one is INVALID_ARGUMENT and nothing is stored. */
  readonly expectedSha256?: string;
  readonly signal?: AbortSignal;
}

export interface StoredObject {
  readonly sizeBytes: number;
  /** Opaque and quoted, as in HTTP. Changes when the bytes change. */
  readonly etag: string;
  /** Lower-case hex. Absent for S3 multipart uploads whose parts came one by one. */
  readonly sha256?: string;
}

export interface ObjectInfo extends StoredObject {
  readonly contentType: string;
  readonly modifiedAt: Date;
}

/** Byte positions, both inclusive, as in an HTTP Range header. `end` may lie behind the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

export interface ObjectRead extends ObjectInfo {
  /** Must be consumed or destroyed. A body that breaks off ends in an error, never in a short read. */
  readonly stream: Readable;
  /** What the stream holds, when a range was asked for: `end` is cut to the last byte. `sizeBytes` is the whole object. */
  readonly range?: { readonly start: number; readonly end: number };
}

export interface ListOptions {
  /** With `'/'` a level is listed: deeper keys show as one entry per directory. Without: every key below the prefix. */
  readonly delimiter?: '/';
  readonly cursor?: string;
  /** Entries on a page, 1 to 1000 (default 1000). */
  readonly limit?: number;
}

export interface ObjectEntry {
  /** The whole key; a directory's ends in `/`. */
  readonly key: string;
  readonly isDirectory: boolean;
  /** 0 for a directory. */
  readonly sizeBytes: number;
  /** Null for a directory. */
  readonly modifiedAt: Date | null;
}

export interface MultipartUpload {
  readonly key: string;
  readonly uploadId: string;
}

export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

export interface StaleUpload extends MultipartUpload {
  readonly startedAt: Date;
}

/**
 * Objects under keys such as `a/b/c.bin`. `a` and `a/b` may both be objects. A reader sees one whole version of an
 * object, the last finished writer wins, and a write that fails leaves nothing.
 *
 * All methods throw DomainError: INVALID_ARGUMENT for a key, range, part or checksum that is wrong, NOT_FOUND,
 * FAILED_PRECONDITION, UNAVAILABLE when the store is full, unreachable or refuses its credentials. An error of the
 * caller's own stream or signal comes back as it is, but for a broken connection (INVALID_ARGUMENT).
 */
export interface ObjectStore {
  put(key: string, body: ObjectBody, options?: PutOptions): Promise<StoredObject & { readonly sha256: string }>;
  get(key: string, options?: { readonly range?: ByteRange; readonly signal?: AbortSignal }): Promise<ObjectRead>;
  head(key: string): Promise<ObjectInfo>;
  /** Entries below a prefix in byte order of their keys. The prefix is `''` or ends in `/`. */
  list(prefix: string, options?: ListOptions): Promise<Page<ObjectEntry>>;
  /** A missing key is no error. */
  delete(key: string): Promise<void>;
  /** Deletes every key below a prefix that ends in `/`. The empty prefix is refused. */
  deletePrefix(prefix: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;

  /** Starts an upload in parts; nothing shows under the key until it is completed. */
  createMultipart(key: string, options?: Pick<PutOptions, 'contentType'>): Promise<MultipartUpload>;
  /** Stores part 1 to 10000; sending a part again replaces it. A stream needs `contentLength`. */
  putPart(
    upload: MultipartUpload,
    partNumber: number,
    body: ObjectBody,
    options?: Pick<PutOptions, 'contentLength' | 'expectedSha256' | 'signal'>,
  ): Promise<StoredObject>;
  /** Joins the parts in the order of their numbers. On S3 every part but the last needs 5 MiB. */
  completeMultipart(
    upload: MultipartUpload,
    parts: readonly UploadedPart[],
    options?: Pick<PutOptions, 'ifNoneMatch'>,
  ): Promise<StoredObject>;
  /** Drops the parts. An upload that is gone is no error. */
  abortMultipart(upload: MultipartUpload): Promise<void>;
  /** Uploads begun before a moment, for a sweeper to abort. */
  listStaleUploads(options: { readonly before: Date; readonly limit?: number }): Promise<readonly StaleUpload[]>;
  /** Removes what crashed writers left behind and nobody touched since `before`. Returns how many files went. */
  sweepTemporaryFiles(before: Date): Promise<number>;

  /** Writes and deletes a small object. Throws UNAVAILABLE with a sentence for the operator. */
  probe(): Promise<void>;
  /** Closes idle connections. */
  close(): void;
}
