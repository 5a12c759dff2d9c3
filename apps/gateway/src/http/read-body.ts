import type { FastifyRequest } from 'fastify';
import { DomainError } from '@modelyard/kernel';

/**
 * Reads a request body as UTF-8 text, at most `limit` bytes. Bodies are streams until a handler asks, so that artifact
 * uploads never pass through memory. Throws INVALID_ARGUMENT when it is longer or not UTF-8.
 */
export async function readBody(request: FastifyRequest, limit: number): Promise<string> {
  const bytes = await readBytes(request, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'The request body is not valid UTF-8.', {}, { cause });
  }
}

/** Reads a request body, at most `limit` bytes. Throws INVALID_ARGUMENT when it is longer. */
export async function readBytes(request: FastifyRequest, limit: number): Promise<Buffer> {
  const stream = request.body as AsyncIterable<Buffer> | null | undefined;
  if (stream === null || stream === undefined) return Buffer.alloc(0);
  const tooLong = () => new DomainError('INVALID_ARGUMENT', `The request body is longer than ${limit} bytes. Send it in smaller parts.`, { limitBytes: limit });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLong();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > limit) throw tooLong();
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
