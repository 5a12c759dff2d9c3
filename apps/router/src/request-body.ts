import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './answers.js';

const MEBIBYTE = 1024 * 1024;
/** Bodies up to this size are kept until the answer, so that another replica can be asked. */
export const REPLAY_BYTES = MEBIBYTE;
const ALL_REPLAYS_BYTES = 256 * MEBIBYTE;

/** A body that can be sent again, or one that is read while it is sent (`head` was read already). */
export type RequestBody = { readonly whole: Buffer; readonly release: () => void } | { readonly head: Buffer; readonly length: number | undefined };

/** Bounds the memory of all kept bodies together; when it is used up, bodies are streamed. */
export class ReplayMemory {
  private free = ALL_REPLAYS_BYTES;

  take(bytes: number): boolean {
    if (bytes > this.free) return false;
    this.free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.free += bytes;
  }
}

export class ClientGone extends Error {}

/** Reads the body if it is small. Throws HttpRefusal 413 for one that says it is too large, ClientGone when it breaks off. */
export async function readRequestBody(request: IncomingMessage, maxBytes: number, memory: ReplayMemory): Promise<RequestBody> {
  const length = bodyLength(request);
  if (length !== undefined && length > maxBytes) throw bodyTooLarge(maxBytes);
  const reserved = Math.min(length ?? REPLAY_BYTES, REPLAY_BYTES);
  const release = () => memory.give(reserved);
  if ((length ?? 0) > REPLAY_BYTES || !memory.take(reserved)) return { head: Buffer.alloc(0), length };
  try {
    const { bytes, ended } = length === 0 ? { bytes: Buffer.alloc(0), ended: true } : await readUpTo(request, REPLAY_BYTES);
    if (ended) return { whole: bytes, release };
    release();
    return { head: bytes, length };
  } catch (error) {
    release();
    throw error;
  }
}

export function bodyTooLarge(maxBytes: number): HttpRefusal {
  return new HttpRefusal(413, 'BAD_REQUEST', `The body is larger than ${maxBytes} bytes. Send fewer rows per request.`);
}

/** undefined: not known beforehand (chunked). Node's parser has already refused a wrong content-length. */
function bodyLength(request: IncomingMessage): number | undefined {
  return request.headers['transfer-encoding'] === undefined ? Number(request.headers['content-length'] ?? 0) : undefined;
}

/** Leaves the rest of a longer body in the paused stream. */
function readUpTo(request: IncomingMessage, limit: number): Promise<{ bytes: Buffer; ended: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (ended: boolean) => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      const [first] = chunks;
      resolve({ bytes: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size), ended });
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      request.pause();
      settle(false);
    };
    const onEnd = () => settle(true);
    const onClose = () => reject(new ClientGone());
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}
