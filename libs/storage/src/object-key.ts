import { DomainError } from '@modelyard/kernel';
import { z } from 'zod';
import type { ByteRange, ObjectBody, UploadedPart } from './object-store.js';

/** S3's limit, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;
/** The limit of a file name on every common filesystem. */
export const MAX_SEGMENT_BYTES = 255;
export const MAX_PAGE_SIZE = 1000;
export const MAX_PARTS = 10_000;
export const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

// Control characters (C0, DEL, C1): S3 cannot list them in XML, terminals obey them.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTENT_TYPE = /^[\x20-\x7e]{1,200}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Throws INVALID_ARGUMENT unless the key is `/`-separated names that every store can keep. Nothing is decoded. */
export function checkKey(key: string): void {
  const problem = keyProblem(key);
  if (problem !== undefined) throw new DomainError('INVALID_ARGUMENT', `Invalid object key: ${problem}.`, { field: 'key' });
}

/** As `checkKey`, for `''` or a key with a `/` behind it. */
export function checkPrefix(prefix: string): void {
  if (prefix === '') return;
  if (!prefix.endsWith('/')) throw new DomainError('INVALID_ARGUMENT', "Invalid prefix: it must be empty or end in '/'.", { field: 'prefix' });
  checkKey(prefix.slice(0, -1));
}

/** As `checkPrefix`, without the empty prefix: nobody deletes a whole store by an empty variable. */
export function checkDeletablePrefix(prefix: string): void {
  if (prefix === '') throw new DomainError('INVALID_ARGUMENT', 'Deleting needs a prefix that is not empty.', { field: 'prefix' });
  checkPrefix(prefix);
}

/** The sentence part that says what is wrong with a key; undefined when nothing is. */
export function keyProblem(key: string): string | undefined {
  if (key === '') return 'it is empty';
  if (!key.isWellFormed()) return 'it is not valid Unicode';
  if (CONTROL.test(key)) return 'it holds a control character';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  return key.split('/').map(segmentProblem).find((problem) => problem !== undefined);
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return "it has an empty name (a leading, trailing or double '/')";
  if (segment === '.' || segment === '..') return `it has the name '${segment}'`;
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `one of its names is longer than ${MAX_SEGMENT_BYTES} bytes`;
  return undefined;
}

export function checkContentType(contentType = DEFAULT_CONTENT_TYPE): string {
  if (!CONTENT_TYPE.test(contentType)) {
    throw new DomainError('INVALID_ARGUMENT', 'Invalid content type: give 1 to 200 printable ASCII characters.', { field: 'contentType' });
  }
  return contentType;
}

export function checkSha256(digest: string): void {
  if (!SHA256.test(digest)) {
    throw new DomainError('INVALID_ARGUMENT', 'Invalid SHA-256: give 64 lower-case hex digits.', { field: 'expectedSha256' });
  }
}

export function checkPageSize(limit = MAX_PAGE_SIZE): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_SIZE) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid page size ${limit}: give 1 to ${MAX_PAGE_SIZE}.`, { field: 'limit' });
  }
  return limit;
}

/** Throws INVALID_ARGUMENT for a range that no object can satisfy. */
export function checkRange(range: ByteRange): void {
  const { start, end = Number.MAX_SAFE_INTEGER } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid byte range ${start}-${range.end ?? ''}.`, { field: 'range' });
  }
}

/** The range cut to the object. Throws INVALID_ARGUMENT when it begins behind the last byte. */
export function clampRange(range: ByteRange, sizeBytes: number): { start: number; end: number } {
  checkRange(range);
  if (range.start >= sizeBytes) throw rangeNotSatisfiable(sizeBytes);
  return { start: range.start, end: Math.min(range.end ?? sizeBytes - 1, sizeBytes - 1) };
}

export function rangeNotSatisfiable(sizeBytes?: number): DomainError {
  const size = sizeBytes === undefined ? '' : ` of ${sizeBytes} bytes`;
  return new DomainError('INVALID_ARGUMENT', `The byte range begins behind the end of the object${size}.`, { field: 'range', sizeBytes });
}

export function checkPartNumber(partNumber: number): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MAX_PARTS) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid part number ${partNumber}: give 1 to ${MAX_PARTS}.`, { field: 'partNumber' });
  }
}

const partList = z.array(z.object({ partNumber: z.number().int(), etag: z.string().min(1).max(200) })).min(1).max(MAX_PARTS);

/** The parts in order. Throws INVALID_ARGUMENT when there are none, too many, or one twice. */
export function orderedParts(parts: readonly UploadedPart[]): UploadedPart[] {
  const read = partList.safeParse(parts);
  if (!read.success) throw invalidParts(`give 1 to ${MAX_PARTS} parts, each with number and ETag`);
  const ordered = read.data.toSorted((a, b) => a.partNumber - b.partNumber);
  ordered.forEach((part, index) => {
    checkPartNumber(part.partNumber);
    if (ordered[index - 1]?.partNumber === part.partNumber) throw invalidParts(`part ${part.partNumber} is named twice`);
  });
  return ordered;
}

export function invalidParts(why: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `The upload cannot be completed: ${why}.`, { field: 'parts' });
}

export function wrongPart(partNumber: number): DomainError {
  return invalidParts(`part ${partNumber} was never stored, or its ETag is another one`);
}

/** ETags travel with and without their quotes. */
export function sameEtag(a: string, b: string): boolean {
  return a.replaceAll('"', '') === b.replaceAll('"', '');
}

/** The length of a part. Throws INVALID_ARGUMENT for a stream without one: S3 takes no part of unknown length. */
export function partLength(body: ObjectBody, announced: number | undefined): number {
  const length = announced ?? (body instanceof Uint8Array ? body.length : undefined);
  if (length === undefined) throw new DomainError('INVALID_ARGUMENT', 'A part needs its length. Send it with Content-Length.', { field: 'contentLength' });
  return length;
}

export function uploadNotFound(): DomainError {
  return new DomainError('NOT_FOUND', 'The multipart upload does not exist: it was completed or aborted. Start a new one.');
}

export function alreadyThere(key: string): DomainError {
  return new DomainError('FAILED_PRECONDITION', `The object '${key}' exists already and is not overwritten.`);
}

/**
 * Byte order of UTF-8, which is S3's order of keys. JavaScript compares UTF-16 units, which puts surrogates (beyond
 * U+FFFF) before U+E000 to U+FFFF.
 */
export function compareKeys(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return codePointRank(left) - codePointRank(right);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
