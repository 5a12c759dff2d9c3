import { randomBytes } from 'node:crypto';
import { Agent, createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createLogger } from '@modelyard/config';
import { FEED_SIGNATURE, hashSecret, signFeed, trafficReport, type Route, type RouteTable, type TokenDigest, type TokenTable, type TrafficReport } from '@modelyard/kernel';
import { startRouter, type Router, type RouterOptions } from './router.js';

export const CREDENTIAL = 'router-credential-of-tests';
export const PROVENANCE_KEY = randomBytes(32);
const HOLD_MS = 1_000;

/** Waits until it holds; throws after a while. */
export async function eventually(holds: () => boolean, limitMs = 5_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** The control plane's side of the feed, over real sockets; what it says is up to the test. */
export class ScriptedControlPlane {
  routes: RouteTable = { version: 1, routes: [] };
  tokens: TokenTable = { version: 'a', tokens: [] };
  readonly reports: TrafficReport[] = [];
  readonly applied: number[] = [];
  readonly credentials = new Set<string | undefined>();
  /** Signs with another credential. */
  forged = false;
  reportStatus = 204;
  polls = 0;
  private server: Server | undefined;
  private readonly waiting = new Set<() => void>();

  /** On the same port as before, unless it is the first time. */
  async start(port = this.port): Promise<void> {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.port = await listen(this.server, port);
  }

  port = 0;

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.server?.close(() => resolve());
      this.server?.closeAllConnections();
    });
  }

  publish(routes: readonly Route[]): number {
    this.routes = { version: this.routes.version + 1, routes: [...routes] };
    this.wake();
    return this.routes.version;
  }

  publishTokens(tokens: readonly TokenDigest[]): void {
    this.tokens = { version: randomBytes(4).toString('hex'), tokens: [...tokens] };
    this.wake();
  }

  /** Requests of all reports, by revision. */
  counted(): Record<number, { requests: number; errors: number; latencies: number }> {
    const counts: Record<number, { requests: number; errors: number; latencies: number }> = {};
    for (const { revision, requests, errors, latency } of this.reports.flatMap((report) => report.entries)) {
      const count = (counts[revision] ??= { requests: 0, errors: 0, latencies: 0 });
      count.requests += requests;
      count.errors += errors;
      count.latencies += latency.reduce((sum, bucket) => sum + bucket, 0);
    }
    return counts;
  }

  private wake(): void {
    for (const wake of [...this.waiting]) wake();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://feed');
    this.credentials.add(request.headers.authorization);
    if (url.pathname === '/internal/router/reports') return this.takeReport(request, response);
    const kind = url.pathname === '/internal/router/routes' ? 'routes' : 'tokens';
    this.polls += 1;
    if (kind === 'routes') this.applied.push(Number(url.searchParams.get('applied')));
    if (String(this[kind].version) === url.searchParams.get('after')) await this.news();
    if (String(this[kind].version) === url.searchParams.get('after')) return void response.writeHead(304).end();
    const body = JSON.stringify(this[kind]);
    response.writeHead(200, { [FEED_SIGNATURE]: signFeed(this.forged ? 'another' : CREDENTIAL, body) }).end(body);
  }

  private async takeReport(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (this.reportStatus === 204) this.reports.push(trafficReport.parse(JSON.parse(Buffer.concat(chunks).toString())));
    response.writeHead(this.reportStatus).end();
  }

  private news(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, HOLD_MS);
      this.waiting.add(done);
    });
  }
}

export function startTestRouter(controlPlanePort: number, options: Partial<Omit<RouterOptions, 'settings'>> & { auth?: 'local' | 'required' } = {}): Promise<Router> {
  const { auth = 'local', ...rest } = options;
  const settings = { MODELYARD_AUTH: auth, MODELYARD_PUBLIC_URL: undefined, MODELYARD_ALLOWED_HOSTS: [] };
  return startRouter({ settings, gatewayUrl: `http://127.0.0.1:${controlPlanePort}`, credential: CREDENTIAL, provenanceKey: PROVENANCE_KEY, logger: createLogger('test', 'fatal'), reportIntervalMs: 50, firstTablesMs: 200, ...rest }, 0, '127.0.0.1');
}

export interface TestModel {
  readonly address: string;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  requests: number;
  /** Stops as a model server does: no new connections, those in use finish. */
  close(): Promise<void>;
  /** Stops as a killed process does. */
  kill(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A model server that answers `name`, or as the handler does. */
export async function startModel(name: string, handler: Handler = (request, response) => void request.resume().on('end', () => response.end(name)), configure: (server: Server) => void = () => undefined): Promise<TestModel> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    model.requests += 1;
    handler(request, response);
  });
  configure(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  const end = (stop: () => void) => new Promise<void>((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    stop();
  });
  const model: TestModel = { address: `127.0.0.1:${port}`, server, sockets, requests: 0, close: () => end(() => server.closeIdleConnections()), kill: () => end(() => server.closeAllConnections()) };
  return model;
}

export function route(revisions: Route['revisions'], overrides: Partial<Route> = {}): Route {
  return { organizationId: 1, organization: 'default', projectId: 10, project: 'default', defaultProject: true, endpointId: 100, endpoint: 'iris', revisions, ...overrides };
}

const SECRET_LENGTH = 52;

/** A token's text and what the router is told of it. */
export function token(id: string, overrides: Partial<TokenDigest> = {}): { text: string; digest: TokenDigest } {
  const name = id.padEnd(16, '0');
  const secret = id.padEnd(SECRET_LENGTH, 'z');
  return { text: `my_${name}_${secret}`, digest: { id: name, sha256: hashSecret(secret).toString('hex'), organizationId: 1, defaultProjectId: null, projects: null, except: [], expiresAt: null, ...overrides } };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

export function call(port: number, { path = '/endpoints/iris/invocations', method = 'POST', headers, body, agent }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const client = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: agent ?? new Agent() }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    client.on('error', reject);
    client.end(body ?? (method === 'POST' ? '{"inputs":[1]}' : undefined));
  });
}
