import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@modelyard/kernel';
import type { ObjectBody, PutOptions } from '@modelyard/storage';
import { guessContentType } from './content-headers.js';

const NOTHING = new Uint8Array(0);

/** The bytes of an upload as they come in, and what was announced of them. */
export function uploadOf(request: FastifyRequest, path: string): { body: ObjectBody; options: Pick<PutOptions, 'contentLength' | 'contentType'> } {
  const stream = request.body as Readable | null | undefined;
  const announced = request.headers['content-length'];
  const contentLength = announced === undefined || !/^\d{1,15}$/.test(announced) ? undefined : Number(announced);
  return { body: stream ?? NOTHING, options: { contentLength: stream ? contentLength : 0, contentType: guessContentType(path) } };
}

/** Passes a body on until it is longer than `limit` bytes. */
export async function* atMost(body: AsyncIterable<Uint8Array>, limit: number, tooLong: () => DomainError): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > limit) throw tooLong();
    yield chunk;
  }
}
