import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import type { MeasuredBody } from '../measured-body.js';

/** S3's limit for one request. */
const MAX_SINGLE_PUT_BYTES = 5 * 1024 ** 3;
/** S3 takes 10,000 parts: 80 GB when the length is unknown; bigger parts when it is known to be more. */
const MIN_PART_BYTES = 8 * 1024 ** 2;
const PARTS_TO_AIM_AT = 9_000;
/** Parts in memory at a time. */
const QUEUE = 3;

export type Target = Pick<PutObjectCommandInput, 'Bucket' | 'Key' | 'ContentType' | 'IfNoneMatch'>;

/** Sends a body of known length in one streamed request, any other in parts. Nothing stays when it fails. */
export async function uploadBody(client: S3Client, target: Target, body: MeasuredBody, contentLength: number | undefined, signal?: AbortSignal): Promise<string> {
  if (contentLength === undefined || contentLength > MAX_SINGLE_PUT_BYTES) return uploadInParts(client, target, body, contentLength, signal);
  const { ETag } = await client.send(
    new PutObjectCommand({ ...target, Body: await sendable(body, contentLength), ContentLength: contentLength }),
    { abortSignal: signal },
  );
  return ETag ?? '';
}

async function uploadInParts(client: S3Client, target: Target, body: MeasuredBody, contentLength: number | undefined, signal?: AbortSignal): Promise<string> {
  const partSize = Math.max(MIN_PART_BYTES, Math.ceil((contentLength ?? 0) / PARTS_TO_AIM_AT));
  const upload = new Upload({ client, params: { ...target, Body: streamOf(body) }, partSize, queueSize: QUEUE, leavePartsOnError: false });
  const abort = () => void upload.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const { ETag } = await upload.done();
    return ETag ?? '';
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** The body for a request with Content-Length. An empty one is read here, so that it is checked before it is sent. */
export async function sendable(body: MeasuredBody, contentLength: number): Promise<Readable | Uint8Array> {
  if (contentLength > 0) return streamOf(body);
  for await (const _ of body.chunks());
  return new Uint8Array();
}

function streamOf(body: MeasuredBody): Readable {
  return Readable.from(body.chunks(), { objectMode: false });
}
