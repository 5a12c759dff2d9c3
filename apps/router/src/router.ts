import { randomUUID } from 'node:crypto';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { originCheck, peerCheck, type Logger, type Settings } from '@modelyard/config';
import { indexTokens } from './caller.js';
import { ControlPlane, ReportRefused } from './control-plane.js';
import { follow } from './follow.js';
import { ReplayMemory } from './request-body.js';
import { RouteIndex } from './route-index.js';
import { createRouterServer, type Tables } from './router-server.js';
import { TrafficCounter } from './traffic-counter.js';
import type { UpstreamLimits } from './upstream.js';

export interface RouterOptions {
  readonly settings: Pick<Settings, 'MODELYARD_AUTH' | 'MODELYARD_PUBLIC_URL' | 'MODELYARD_ALLOWED_HOSTS'>;
  readonly gatewayUrl: string;
  readonly credential: string;
  readonly provenanceKey: Buffer;
  readonly logger: Logger;
  readonly limits?: Partial<UpstreamLimits>;
  readonly reportIntervalMs?: number;
  /** How long a request waits for the first tables. */
  readonly firstTablesMs?: number;
}

export interface Router {
  readonly port: number;
  /** Settles when the router was told once what there is. */
  readonly known: Promise<void>;
  /** Takes no new request, lets those in flight finish for up to `graceMs`, reports what was counted. */
  close(graceMs: number): Promise<void>;
}

const LIMITS: UpstreamLimits = { maxBodyBytes: 64 * 1024 * 1024, connectTimeoutMs: 2_000, silenceTimeoutMs: 60_000 };
const FIRST_TABLES_MS = 5_000;
const REPORT_INTERVAL_MS = 2_000;
const LAST_REPORT_MS = 500;
const IDLE_CHECK_MS = 50;

/** Starts to listen and to follow the control plane, which need not be there yet. */
export async function startRouter(options: RouterOptions, port: number, host: string): Promise<Router> {
  const { settings, logger } = options;
  const { promise: known, resolve: nowKnown } = Promise.withResolvers<void>();
  const tables: Tables = { routes: null, tokens: null, known };
  const counter = new TrafficCounter();
  const controlPlane = new ControlPlane({ url: options.gatewayUrl.replace(/\/+$/, ''), credential: options.credential, routerId: randomUUID() });
  const server = createRouterServer({
    tables,
    rules: { local: settings.MODELYARD_AUTH === 'local', checkOrigin: originCheck(settings) },
    checkPeer: peerCheck(settings),
    firstTablesMs: options.firstTablesMs ?? FIRST_TABLES_MS,
    forward: { limits: { ...LIMITS, ...options.limits }, memory: new ReplayMemory(), counter, provenanceKey: options.provenanceKey, current: (endpoint) => tables.routes?.current(endpoint) ?? endpoint },
    onBug: (err, requestId) => logger.error({ err, requestId }, 'internal error'),
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const stop = new AbortController();
  const followed = followTables(controlPlane, tables, nowKnown, logger, stop.signal);
  const reporting = setInterval(() => void report(controlPlane, counter, logger), options.reportIntervalMs ?? REPORT_INTERVAL_MS);

  return {
    port: (server.address() as AddressInfo).port,
    known,
    async close(graceMs) {
      clearInterval(reporting);
      stop.abort();
      await drain(server, graceMs);
      tables.routes?.close();
      await Promise.all([followed, report(controlPlane, counter, logger, LAST_REPORT_MS)]);
    },
  };
}

/** Kept-alive connections end with the answer that is due on them. */
async function drain(server: Server, graceMs: number): Promise<void> {
  server.prependListener('request', (_request, response: ServerResponse) => response.setHeader('connection', 'close'));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const closing = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
  await Promise.race([closed, sleep(graceMs, undefined, { ref: false })]);
  clearInterval(closing);
  server.closeAllConnections();
}

async function followTables(controlPlane: ControlPlane, tables: Tables, nowKnown: () => void, logger: Logger, stop: AbortSignal): Promise<void> {
  const onAway = (error: unknown) => logger.warn({ error: describe(error) }, 'the control plane is away; serving from the last tables');
  const onBack = () => logger.info('the control plane is back');
  const askRoutes = async () => {
    const table = await controlPlane.routes(tables.routes?.version ?? 0, stop);
    if (table === null || table.version === tables.routes?.version) return false;
    tables.routes = (tables.routes ?? RouteIndex.empty()).next(table);
    if (tables.tokens !== null) nowKnown();
    logger.info({ version: table.version, endpoints: table.routes.length }, 'routes applied');
    return true;
  };
  let version = '';
  const askTokens = async () => {
    const table = await controlPlane.tokens(version, stop);
    if (table === null || (tables.tokens !== null && table.version === version)) return false;
    tables.tokens = indexTokens(table);
    if (tables.routes !== null) nowKnown();
    version = table.version;
    return true;
  };
  await Promise.all([follow({ ask: askRoutes, onAway, onBack, stop }), follow({ ask: askTokens, onAway, onBack, stop })]);
}

async function report(controlPlane: ControlPlane, counter: TrafficCounter, logger: Logger, timeoutMs?: number): Promise<void> {
  const entries = counter.take();
  if (entries.length === 0) return;
  try {
    await controlPlane.report({ entries }, timeoutMs);
  } catch (error) {
    if (error instanceof ReportRefused) logger.error({ error: error.message, entries: entries.length }, 'counts of traffic are lost');
    else counter.putBack(entries);
  }
  const dropped = counter.takeDropped();
  if (dropped > 0) logger.warn({ requests: dropped }, 'too many counts wait for the control plane; some are dropped');
}

/** Node's fetch hides why it failed in `cause`. */
function describe(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? `${String(error)} (${cause.message})` : String(error);
}
