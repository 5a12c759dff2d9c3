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

/**
 * Sends bytes, or with `canStream` a stream of known length, in one request and anything else in parts. Nothing stays
 * when it fails. `canStream` needs checksum trailers: without them some look-alikes (versitygw 1.7.0) keep what came
 * before a broken connection as a whole object.
 */
export async function uploadBody(client: S3Client, target: Target, body: MeasuredBody, contentLength: number | undefined, canStream: boolean): Promise<string> {
  const fitsOneRequest = contentLength !== undefined && contentLength <= MAX_SINGLE_PUT_BYTES;
  if (!fitsOneRequest || (!canStream && body.wholeBytes === undefined)) return uploadInParts(client, target, body, contentLength);
  const { ETag } = await client.send(
    new PutObjectCommand({ ...target, Body: await sendable(body, contentLength), ContentLength: contentLength }),
    { abortSignal: body.stopped },
  );
  return ETag ?? '';
}

async function uploadInParts(client: S3Client, target: Target, body: MeasuredBody, contentLength: number | undefined): Promise<string> {
  const partSize = Math.max(MIN_PART_BYTES, Math.ceil((contentLength ?? 0) / PARTS_TO_AIM_AT));
  const upload = new Upload({ client, params: { ...target, Body: streamOf(body.chunks()) }, partSize, queueSize: QUEUE, leavePartsOnError: false });
  // Not stopped by `upload.abort()`, which returns before the parts are gone: a failed body ends it, and then it cleans up.
  const { ETag } = await upload.done();
  return ETag ?? '';
}

/**
 * The body for a request with Content-Length. Bytes, and the empty body, are checked before they are sent; the client
 * can then send them again after a failure, which it cannot do with a stream.
 */
export async function sendable(body: MeasuredBody, contentLength: number): Promise<Readable | Uint8Array> {
  if (contentLength > 0 && body.wholeBytes === undefined) return streamOf(chunksThenSilence(body));
  for await (const _ of body.chunks());
  return body.wholeBytes ?? new Uint8Array();
}

function streamOf(chunks: AsyncGenerator<Uint8Array>): Readable {
  return Readable.from(chunks, { objectMode: false });
}

/**
 * The chunks, and silence after a failure. The client wraps a body for its checksum trailer and leaves an error of the
 * wrapping unheard, which would end the process; it stops by `body.stopped` instead.
 */
async function* chunksThenSilence(body: MeasuredBody): AsyncGenerator<Uint8Array> {
  try {
    yield* body.chunks();
  } catch {
    await new Promise<never>(() => undefined);
  }
}
