import { DomainError, isDomainError } from '@modelyard/kernel';
import { createHash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { errorCode } from './error-code.js';
import { checkSha256 } from './object-key.js';
import type { ObjectBody, PutOptions } from './object-store.js';

const BROKEN_CONNECTION = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED']);

/**
 * A body on its way into a store: counts and hashes what passes, and stops when length or digest are not as announced.
 * The last chunk is held back until that is known, so that a store which commits on the last byte never gets it.
 */
export class MeasuredBody {
  sizeBytes = 0;
  /** Why the body failed, as the caller is to see it; undefined while it has not. */
  failure: unknown;

  private readonly broken = new AbortController();
  private readonly hash = createHash('sha256');
  private digest: string | undefined;
  private readonly source: AsyncIterator<unknown>;

  constructor(
    private readonly body: ObjectBody,
    private readonly options: Pick<PutOptions, 'contentLength' | 'expectedSha256' | 'signal'> = {},
  ) {
    if (options.expectedSha256 !== undefined) checkSha256(options.expectedSha256);
    this.source = iterate(body, options.signal);
  }

  /** Fires when the body fails or its signal does: for clients that go on waiting for a body which has failed. */
  get stopped(): AbortSignal {
    const { signal } = this.options;
    return signal === undefined ? this.broken.signal : AbortSignal.any([signal, this.broken.signal]);
  }

  /** Lower-case hex digest of what passed. Call it when the body has ended. */
  get sha256(): string {
    this.digest ??= this.hash.digest('hex');
    return this.digest;
  }

  /** The body itself when it is no stream: it can be sent again. Check it by reading `chunks` first. */
  get wholeBytes(): Uint8Array | undefined {
    return this.body instanceof Uint8Array ? this.body : undefined;
  }

  /** The bytes, once. */
  async *chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let held: Uint8Array | undefined;
    for (let chunk = await this.next(); chunk !== undefined; chunk = await this.next()) {
      if (held !== undefined) yield held;
      held = chunk;
    }
    if (held !== undefined) yield held;
  }

  private async next(): Promise<Uint8Array | undefined> {
    try {
      this.options.signal?.throwIfAborted();
      const { done, value } = await this.source.next();
      if (done === true) return this.verify();
      return this.measure(value);
    } catch (error) {
      this.failure = callersError(error, this.options.signal);
      this.broken.abort(this.failure);
      throw this.failure;
    }
  }

  private measure(value: unknown): Uint8Array {
    const chunk = typeof value === 'string' ? Buffer.from(value) : value;
    if (!(chunk instanceof Uint8Array)) throw new TypeError('A body must yield bytes.');
    this.sizeBytes += chunk.length;
    const announced = this.options.contentLength;
    if (announced !== undefined && this.sizeBytes > announced) {
      throw wrongBody(`The body is longer than the announced ${announced} bytes`);
    }
    this.hash.update(chunk);
    return chunk;
  }

  private verify(): undefined {
    const { contentLength, expectedSha256 } = this.options;
    if (contentLength !== undefined && this.sizeBytes !== contentLength) {
      throw wrongBody(`The body ended after ${this.sizeBytes} of ${contentLength} bytes`);
    }
    if (expectedSha256 !== undefined && this.sha256 !== expectedSha256) {
      throw wrongBody(`The SHA-256 of the body is ${this.sha256}, not ${expectedSha256}`);
    }
    return undefined;
  }
}

function iterate(body: ObjectBody, signal: AbortSignal | undefined): AsyncIterator<unknown> {
  if (body instanceof Uint8Array) return Readable.from([body]).iterator();
  if (!(body instanceof Readable)) return body[Symbol.asyncIterator]();
  // A stream may fail while nobody reads it yet; without a listener that would end the process. The iterator still sees it.
  body.on('error', () => undefined);
  if (signal !== undefined) addAbortSignal(signal, body);
  return body.iterator({ destroyOnReturn: false });
}

function callersError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (isDomainError(error)) return error;
  return BROKEN_CONNECTION.has(errorCode(error) ?? '') ? wrongBody('The upload broke off before its end', error) : error;
}

function wrongBody(what: string, cause?: unknown): DomainError {
  return new DomainError('INVALID_ARGUMENT', `${what}. Nothing was stored; send it again.`, { field: 'body' }, { cause });
}
