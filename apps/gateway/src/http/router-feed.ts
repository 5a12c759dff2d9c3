import { createHash, timingSafeEqual } from 'node:crypto';
import { routerCredential, type Logger, type Settings } from '@modelyard/config';
import { TokenDigestService } from '@modelyard/identity';
import { DomainError, FEED_SIGNATURE, signFeed, trafficReport } from '@modelyard/kernel';
import { EndpointStatsService, RouteTableService } from '@modelyard/serving';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../auth/access.decorators.js';
import { FeedNews } from './feed-news.js';
import { readBody } from './read-body.js';

const ACCESS: Access = { public: 'routers show their own credential, which the handler checks' };
const HOLD_MS = 25_000;
// Should a notice be lost, and for tokens, which give none.
const LOOK_MS = 2_000;
const MAX_REPORT_BYTES = 16 * 1024 * 1024;

const routesQuery = z.object({ after: z.string().max(40).default(''), router: z.string().regex(/^[\w-]{1,64}$/), applied: z.coerce.number().int().min(0) });
const tokensQuery = z.object({ after: z.string().max(64).default('') });

export interface RouterFeedParts {
  readonly routes: RouteTableService;
  readonly tokens: TokenDigestService;
  readonly stats: EndpointStatsService;
  readonly settings: Settings;
  readonly logger: Logger;
}

/** What routers pull: routes and token digests, by long poll, signed; and what they report. They never see the database. */
export function serveRouterFeed(fastify: FastifyInstance, { routes, tokens, stats, settings, logger }: RouterFeedParts): void {
  const credential = routerCredential(settings);
  const routeNews = new FeedNews(() => routes.read());
  const tokenNews = new FeedNews(() => tokens.table());
  const isRouter = credentialCheck(credential);
  const stopping = keepLooking(fastify, routes, [routeNews, tokenNews], logger);
  const until = (reply: FastifyReply) => AbortSignal.any([stopping, gone(reply)]);

  fastify.get('/internal/router/routes', { config: { access: ACCESS } }, async (request, reply) => {
    isRouter(request);
    const { after, router, applied } = parse(routesQuery, request.query);
    await routes.acknowledge(router, applied);
    return send(reply, credential, await routeNews.next(after, HOLD_MS, until(reply)));
  });
  fastify.get('/internal/router/tokens', { config: { access: ACCESS } }, async (request, reply) => {
    isRouter(request);
    return send(reply, credential, await tokenNews.next(parse(tokensQuery, request.query).after, HOLD_MS, until(reply)));
  });
  fastify.post('/internal/router/reports', { config: { access: ACCESS } }, async (request, reply) => {
    isRouter(request);
    await stats.add(parse(trafficReport, readJson(await readBody(request, MAX_REPORT_BYTES))));
    return reply.status(204).send();
  });
}

/** Looks when the database says so, and now and then, while somebody waits. The signal fires when the server stops. */
function keepLooking(fastify: FastifyInstance, routes: RouteTableService, feeds: readonly FeedNews<{ version: string | number }>[], logger: Logger): AbortSignal {
  const stopping = new AbortController();
  const look = () => {
    for (const feed of feeds) if (feed.isAwaited) feed.look().catch((error: unknown) => logger.warn({ err: error }, 'the router feed could not be read'));
  };
  const timer = setInterval(look, LOOK_MS);
  let stop: (() => Promise<void>) | undefined;
  const listen = async () => {
    if (stopping.signal.aborted) return;
    const again = () => setTimeout(() => void listen(), LOOK_MS).unref();
    stop = await routes.watch(look, again).catch(() => {
      again();
      return undefined;
    });
  };
  void listen();
  fastify.addHook('preClose', async () => {
    clearInterval(timer);
    stopping.abort();
    await stop?.();
  });
  return stopping.signal;
}

function credentialCheck(credential: string): (request: FastifyRequest) => void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${credential}`);
  return (request) => {
    if (credential !== '' && timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return;
    throw new DomainError('UNAUTHENTICATED', "This is for routers, with the credential of MODELYARD_ROUTER_TOKEN_FILE.");
  };
}

function send(reply: FastifyReply, credential: string, table: object | null) {
  if (table === null) return reply.status(304).send();
  const body = JSON.stringify(table);
  return reply.header(FEED_SIGNATURE, signFeed(credential, body)).header('content-type', 'application/json; charset=utf-8').serializer((text: string) => text).send(body);
}

/** Fires when the router hangs up. */
function gone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'The body is not JSON.', {}, { cause });
  }
}

function parse<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DomainError('INVALID_ARGUMENT', `${issue?.path.join('.') ?? 'input'}: ${issue?.message ?? 'wrong'}`);
}
