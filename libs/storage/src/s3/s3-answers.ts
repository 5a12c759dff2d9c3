import type { GetObjectCommandOutput, HeadObjectCommandOutput, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { compareKeys, DEFAULT_CONTENT_TYPE } from '../object-key.js';
import type { ObjectEntry, ObjectInfo } from '../object-store.js';

const CONTENT_RANGE = /^bytes (\d+)-(\d+)\/(\d+)$/;

export function infoOf(answer: GetObjectCommandOutput | HeadObjectCommandOutput): Omit<ObjectInfo, 'sizeBytes'> {
  return {
    etag: answer.ETag ?? '',
    contentType: answer.ContentType ?? DEFAULT_CONTENT_TYPE,
    modifiedAt: answer.LastModified ?? new Date(0),
  };
}

/** Reads a Content-Range header; undefined when there is none. */
export function rangeOf(contentRange: string | undefined): { start: number; end: number; sizeBytes: number } | undefined {
  const [, start, end, sizeBytes] = CONTENT_RANGE.exec(contentRange ?? '') ?? [];
  if (start === undefined || end === undefined || sizeBytes === undefined) return undefined;
  return { start: Number(start), end: Number(end), sizeBytes: Number(sizeBytes) };
}

/** One page in the order of the keys. Keys that end in `/` are folder marks of consoles, not objects. */
export function entriesOf(answer: ListObjectsV2CommandOutput, prefixLength: number): ObjectEntry[] {
  const folders = (answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => ({ key: Prefix, isDirectory: true, sizeBytes: 0, modifiedAt: null }));
  const files = (answer.Contents ?? [])
    .filter(({ Key = '' }) => Key !== '' && !Key.endsWith('/'))
    .map(({ Key = '', Size = 0, LastModified = null }) => ({ key: Key, isDirectory: false, sizeBytes: Size, modifiedAt: LastModified }));
  return [...folders, ...files]
    .map((entry) => ({ ...entry, key: entry.key.slice(prefixLength) }))
    .sort((a, b) => compareKeys(a.key, b.key));
}

/** The body with its errors translated; it is destroyed together with the stream. */
export function readBody(body: Readable, translate: (error: unknown) => unknown): Readable {
  const chunks = async function* () {
    try {
      for await (const chunk of body) yield chunk;
    } catch (error) {
      throw translate(error);
    } finally {
      body.destroy();
    }
  };
  return Readable.from(chunks(), { objectMode: false });
}
