import type { FastifyRequest } from 'fastify';
import { DomainError } from '@modelyard/kernel';

/**
 * Reads a request body as UTF-8 text, at most `limit` bytes. Bodies are streams until a handler asks, so that artifact
 * uploads never pass through memory. Throws INVALID_ARGUMENT when it is longer or not UTF-8.
 */
export async function readBody(request: FastifyRequest, limit: number): Promise<string> {
  const stream = request.body as AsyncIterable<Buffer> | null | undefined;
  if (stream === null || stream === undefined) return '';
  const tooLong = () => new DomainError('INVALID_ARGUMENT', `The request body is longer than ${limit} bytes. Send it in smaller parts.`, { limitBytes: limit });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) throw tooLong();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'The request body is not valid UTF-8.', {}, { cause });
  }
}
