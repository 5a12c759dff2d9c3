import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerError, HttpRefusal } from './http-errors.js';
import { protocolOf, routeOf, type Answer, type Readiness, type Route, type Served } from './routes.js';

export interface ServerLimits {
  readonly maxBodyBytes: number;
  readonly requestTimeoutMs: number;
}

/** Builds the server; the caller listens. `onBug` hears of errors that are ours. */
export function createModelServer(served: Served, limits: ServerLimits, ready: Readiness, onBug: (error: unknown) => void): Server {
  const server = createServer(
    // Slow senders must not hold connections: headers in 10 s, the whole request within its time limit.
    { headersTimeout: 10_000, requestTimeout: limits.requestTimeoutMs, keepAliveTimeout: 75_000, maxHeaderSize: 16_384 },
    (request, response) => void respond(request, response).catch(onBug),
  );

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = pathOf(request);
    const route = routeOf(path, served, ready);
    const answer = await withDeadline(answerOf(request, path, route), limits.requestTimeoutMs).catch((error: unknown) => {
      const failure = answerError(error, route?.protocol ?? protocolOf(path));
      if (failure.status === 500 && !request.destroyed) onBug(error);
      return failure;
    });
    send(request, response, answer, ready());
  }

  async function answerOf(request: IncomingMessage, path: string, route: Route | null): Promise<Answer> {
    if (route === null) throw new HttpRefusal(404, `There is nothing at this path${path.startsWith('/v2/models/') ? `: this server serves the model '${served.name}'` : ''}.`);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (method !== route.method) throw new HttpRefusal(405, `Use ${route.method} here.`, { allow: route.method });
    if (route.method === 'GET') return route.answer({ contentType: undefined, body: Buffer.alloc(0) });
    return route.answer({ contentType: request.headers['content-type'], body: await readBody(request, limits.maxBodyBytes) });
  }

  return server;
}

function pathOf(request: IncomingMessage): string {
  const [path = '/'] = (request.url ?? '/').split('?');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new HttpRefusal(415, 'Send the body without content encoding.');
  const tooLarge = new HttpRefusal(413, `The body is larger than ${maxBytes} bytes. Send fewer rows per request.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new HttpRefusal(504, 'Request processing time exceeded limit.')), milliseconds);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, ready: boolean): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, {
    'content-type': answer.contentType ?? 'application/json',
    'content-length': Buffer.byteLength(answer.body),
    ...answer.headers,
    // An unread body, or a server about to stop, ends the connection.
    ...(request.complete && ready ? {} : { connection: 'close' }),
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}
