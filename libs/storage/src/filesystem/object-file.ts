import { DomainError } from '@modelyard/kernel';
import { constants, createWriteStream, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { MeasuredBody } from '../measured-body.js';
import { DEFAULT_CONTENT_TYPE } from '../object-key.js';
import type { ObjectInfo, StoredObject } from '../object-store.js';

/**
 * An object file is the object's bytes and a trailer of 512 bytes: JSON with size, SHA-256 and content type, padded
 * with spaces. Bytes and description are thus renamed in one step, and a listing knows the size from `stat` alone.
 */
export const TRAILER_BYTES = 512;
const WRITE_BUFFER_BYTES = 1024 * 1024;
const READ_BUFFER_BYTES = 256 * 1024;

const trailer = z.object({
  modelyardObject: z.literal(1),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string().length(64),
  contentType: z.string().default(DEFAULT_CONTENT_TYPE),
});

export type FileInfo = ObjectInfo & { readonly sha256: string };

/** Writes a new file, mode 0600, and makes it durable. It is the caller's to remove when this throws. */
export async function writeObjectFile(file: string, body: MeasuredBody, contentType: string, fsync: boolean): Promise<StoredObject & { sha256: string }> {
  const bytesAndTrailer = async function* () {
    yield* body.chunks();
    yield trailerOf(body, contentType);
  };
  await pipeline(bytesAndTrailer, createWriteStream(file, { flags: 'wx', mode: 0o600, highWaterMark: WRITE_BUFFER_BYTES, flush: fsync }));
  return { sizeBytes: body.sizeBytes, sha256: body.sha256, etag: etagOf(body.sha256) };
}

function trailerOf({ sizeBytes, sha256 }: MeasuredBody, contentType: string): Buffer {
  const json = JSON.stringify({ modelyardObject: 1, sizeBytes, sha256, contentType });
  return Buffer.from(`${json.padEnd(TRAILER_BYTES - 1)}\n`);
}

export interface OpenObject {
  readonly handle: FileHandle;
  readonly info: FileInfo;
}

/** Opens an object file; the caller closes the handle. Never follows a symbolic link. */
export async function openObjectFile(file: string): Promise<OpenObject> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return { handle, info: await describe(handle) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function describe(handle: FileHandle): Promise<FileInfo> {
  const stats = await handle.stat();
  const size = objectSize(stats);
  const { buffer } = await handle.read(Buffer.alloc(TRAILER_BYTES), 0, TRAILER_BYTES, Math.max(size, 0));
  const read = parseTrailer(buffer.toString('utf8'));
  if (read?.sizeBytes !== size) {
    throw new DomainError('FAILED_PRECONDITION', 'The stored object is damaged: its file was cut or changed on disk. Restore it from a backup.');
  }
  return { sizeBytes: size, sha256: read.sha256, etag: etagOf(read.sha256), contentType: read.contentType, modifiedAt: new Date(stats.mtimeMs) };
}

function parseTrailer(text: string): z.output<typeof trailer> | undefined {
  try {
    return trailer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A stream of the bytes from `start` to `end`, both inclusive. It closes the handle when it ends or is destroyed. */
export function streamObjectFile(handle: FileHandle, start: number, end: number): Readable {
  return handle.createReadStream({ start, end, autoClose: true, highWaterMark: READ_BUFFER_BYTES });
}

/** Size of the object in a file: listings need not open it. */
export function objectSize(stats: Stats): number {
  return stats.size - TRAILER_BYTES;
}

function etagOf(sha256: string): string {
  return `"${sha256}"`;
}
