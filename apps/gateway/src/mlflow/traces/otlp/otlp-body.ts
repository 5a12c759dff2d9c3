import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw, type InputType, type ZlibOptions } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { isDomainError } from '@modelyard/kernel';
import { readBytes } from '../../../http/read-body.js';
import { OtlpRefusal } from './otlp-refusal.js';

/** Exporters send batches of 512 spans; a few prompts with images in it are some megabytes. */
const MAX_SENT_BYTES = 16 * 1024 * 1024;
const MAX_INFLATED_BYTES = 64 * 1024 * 1024;

type Inflate = (data: InputType, options: ZlibOptions) => Promise<Buffer>;

/** In order of trial: some clients send deflate without its header. */
const DECODERS: Readonly<Record<string, readonly Inflate[]>> = {
  gzip: [promisify<InputType, ZlibOptions, Buffer>(gunzip)],
  deflate: [promisify<InputType, ZlibOptions, Buffer>(inflate), promisify<InputType, ZlibOptions, Buffer>(inflateRaw)],
};

/** The body as it was before compression. Throws OtlpRefusal. */
export async function readOtlpBody(request: FastifyRequest): Promise<Buffer> {
  const sent = await readBytes(request, MAX_SENT_BYTES).catch((error: unknown) => {
    throw isDomainError(error, 'INVALID_ARGUMENT') ? tooLarge(MAX_SENT_BYTES) : error;
  });
  const encoding = request.headers['content-encoding']?.toLowerCase();
  if (!encoding) return sent;
  const decoders = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined;
  if (decoders === undefined) throw new OtlpRefusal(400, `Unsupported Content-Encoding: ${encoding.slice(0, 100)}`);
  for (const decode of decoders) {
    try {
      return await decode(sent, { maxOutputLength: MAX_INFLATED_BYTES });
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(MAX_INFLATED_BYTES);
    }
  }
  throw new OtlpRefusal(400, `Failed to decompress ${encoding} payload`);
}

function tooLarge(limit: number): OtlpRefusal {
  return new OtlpRefusal(413, `The request holds more than ${limit} bytes. Send fewer spans at a time.`);
}
