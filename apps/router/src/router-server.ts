import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@modelyard/kernel';
import { HttpRefusal, refusalOf, sendRefusal } from './answers.js';
import { identifyCaller, resolveEndpoint, type CallerRules, type TokenIndex } from './caller.js';
import { parseEndpointPath, protocolOf, type EndpointPath } from './endpoint-path.js';
import { forward, type ForwardOptions } from './forward.js';
import { ClientGone } from './request-body.js';
import type { RouteIndex } from './route-index.js';

/** What the router knows from the control plane; null until it was told once. */
export interface Tables {
  routes: RouteIndex | null;
  tokens: TokenIndex | null;
  /** Settles when both are known. */
  readonly known: Promise<void>;
}

export interface RouterServerOptions {
  readonly tables: Tables;
  readonly rules: CallerRules;
  /** Throws UNAUTHENTICATED for a connection that is not the person's at the machine. */
  readonly checkPeer: (socket: Socket) => void;
  /** How long a request waits for the first tables, in ms. */
  readonly firstTablesMs: number;
  readonly forward: ForwardOptions;
  readonly onBug: (error: unknown, requestId: string) => void;
}

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** The data plane's HTTP server; the caller listens. */
export function createRouterServer(options: RouterServerOptions): Server {
  const server = createServer({
    // Slow senders must not hold connections: headers in 10 s, the whole request in two minutes.
    headersTimeout: 10_000,
    requestTimeout: 120_000,
    connectionsCheckingInterval: 5_000,
    keepAliveTimeout: 75_000,
    maxHeaderSize: 16_384,
    noDelay: true,
  });
  server.maxConnections = 20_000;
  server.on('request', (request, response) => void respond(request, response, options));
  // The body is asked for only when the request is going to be forwarded.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => void respond(request, response, options, () => response.writeContinue()));
  return server;
}

async function respond(request: IncomingMessage, response: ServerResponse, options: RouterServerOptions, beforeBody: () => void = () => undefined): Promise<void> {
  const url = request.url ?? '/';
  if (answerProbe(request, response, url, options.tables)) return;
  const requestId = requestIdOf(request);
  const path = parseEndpointPath(url);
  try {
    if (path !== null && !isReady(options.tables)) await firstTables(options);
    const endpoint = findEndpoint(request, path, options);
    beforeBody();
    await forward({ request, response, requestId, ...endpoint }, options.forward);
  } catch (error) {
    if (error instanceof ClientGone) return;
    const refusal = refusalOf(error);
    if (refusal === null) options.onBug(error, requestId);
    if (response.headersSent) return void response.destroy();
    const protocol = path?.protocol ?? protocolOf(url);
    sendRefusal(request, response, refusal ?? new HttpRefusal(500, 'INTERNAL_ERROR', `Internal error. Tell the operator this id: ${requestId}`), protocol, { 'x-request-id': requestId });
  }
}

function isReady({ routes, tokens }: Tables): boolean {
  return routes !== null && tokens !== null;
}

/** A router that has just started knows nothing for a moment: callers wait instead of failing. */
async function firstTables({ tables, firstTablesMs }: RouterServerOptions): Promise<void> {
  const waited = new AbortController();
  await Promise.race([tables.known, sleep(firstTablesMs, undefined, { signal: waited.signal }).catch(() => undefined)]);
  waited.abort();
}

function findEndpoint(request: IncomingMessage, path: EndpointPath | null, { tables, rules, checkPeer }: RouterServerOptions) {
  if (path === null) throw new HttpRefusal(404, 'ENDPOINT_NOT_FOUND', 'There is nothing at this URL. Endpoints are called at /endpoints/<name>/invocations.');
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method !== path.method) throw new HttpRefusal(405, 'BAD_REQUEST', `Use ${path.method} here.`, { allow: path.method });
  const caller = identifyCaller(request.headers, tables.tokens, rules);
  if (caller === null) checkPeer(request.socket);
  if (tables.routes === null) throw new DomainError('UNAVAILABLE', 'The router has just started and does not know the endpoints yet. Try again in a few seconds.');
  return { path, endpoint: resolveEndpoint(path, request.headers, caller, tables.routes) };
}

/** `/health`: the process answers. `/ready`: it was told once what there is. */
function answerProbe(request: IncomingMessage, response: ServerResponse, url: string, tables: Tables): boolean {
  if (url !== '/health' && url !== '/ready') return false;
  const ready = url === '/health' || isReady(tables);
  const body = ready ? 'OK' : 'The router has not heard from the control plane yet.';
  response.writeHead(ready ? 200 : 503, { 'content-type': 'text/plain; charset=utf-8', 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}

function requestIdOf(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
