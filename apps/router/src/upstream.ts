import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { Replica } from './replica.js';
import { bodyTooLarge, type RequestBody } from './request-body.js';

export interface UpstreamLimits {
  readonly maxBodyBytes: number;
  /** A lost address must not hold a request for long. */
  readonly connectTimeoutMs: number;
  /** The longest silence of a model server, before and within its answer. */
  readonly silenceTimeoutMs: number;
}

/** Why there is no answer. `connect`: nothing was sent. `reset`: the connection ended before an answer; `reused` when it had served before. */
export class UpstreamFailure extends Error {
  constructor(
    readonly kind: 'connect' | 'reset' | 'timeout' | 'garbled',
    readonly reused: boolean,
    options?: { cause?: unknown },
  ) {
    super(`no answer: ${kind}`, options);
  }
}

export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body: RequestBody;
  /** The caller's request, for the rest of a streamed body. */
  readonly source: IncomingMessage;
}

/** One request to one replica. */
export class Upstream {
  /** The head of the answer. Rejects with UpstreamFailure, or with HttpRefusal 413 for a stream that grows too large. */
  readonly answer: Promise<IncomingMessage>;
  private readonly client: ClientRequest;
  private refused: Error | undefined;
  private connected = false;
  private finished = false;

  /** `fresh` asks for a connection that nobody used before. Streams always get one: they cannot be sent again. */
  constructor(replica: Replica, request: UpstreamRequest, fresh: boolean, private readonly limits: UpstreamLimits) {
    const streamed = !('whole' in request.body);
    this.client = httpRequest({
      agent: fresh || streamed ? new Agent() : replica.agent,
      host: replica.hostname,
      port: replica.port,
      method: request.method,
      path: request.path,
      headers: { ...request.headers, host: replica.address, ...lengthHeaders(request) },
      timeout: limits.silenceTimeoutMs,
      setHost: false,
    });
    this.answer = new Promise((resolve, reject) => {
      this.client.once('response', (answer) => {
        answer.once('end', () => (this.finished = true));
        resolve(answer);
      });
      // Nobody asked for another protocol.
      this.client.once('upgrade', () => this.abort(new UpstreamFailure('garbled', false)));
      this.client.on('error', (error: NodeJS.ErrnoException) => reject(this.refused ?? this.failure(error)));
      this.client.once('close', () => reject(this.refused ?? this.failure()));
    });
    this.client.once('timeout', () => this.abort(new UpstreamFailure(this.connected ? 'timeout' : 'connect', false)));
    this.client.once('socket', (socket) => this.onSocket(socket, request));
  }

  /** Ends it; `reason` becomes the outcome when there is none yet. */
  abort(reason: Error): void {
    this.refused ??= reason;
    this.client.destroy();
  }

  /** Lets go of the connection, unless the exchange is over on it and it can serve again. */
  release(): void {
    if (!this.finished || !this.client.writableFinished) this.client.destroy();
  }

  private onSocket(socket: Socket, request: UpstreamRequest): void {
    if (!socket.connecting) return this.send(request);
    const timer = setTimeout(() => this.abort(new UpstreamFailure('connect', false)), this.limits.connectTimeoutMs);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      this.send(request);
    });
  }

  private send({ body, source }: UpstreamRequest): void {
    this.connected = true;
    if ('whole' in body) {
      this.client.end(body.whole);
      return;
    }
    let size = body.head.length;
    if (size > 0) this.client.write(body.head);
    source.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > this.limits.maxBodyBytes) this.abort(bodyTooLarge(this.limits.maxBodyBytes));
    });
    source.pipe(this.client);
    this.client.once('close', () => source.unpipe(this.client));
  }

  private failure(error?: NodeJS.ErrnoException): UpstreamFailure {
    if (!this.connected) return new UpstreamFailure('connect', false, { cause: error });
    return new UpstreamFailure(error?.code?.startsWith('HPE_') === true ? 'garbled' : 'reset', this.client.reusedSocket, { cause: error });
  }
}

function lengthHeaders({ body, method }: UpstreamRequest): OutgoingHttpHeaders {
  if (!('whole' in body)) return body.length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length };
  return body.whole.length === 0 && method !== 'POST' ? {} : { 'content-length': body.whole.length };
}
