import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Logger, type Settings } from '@modelyard/config';
import { AuthenticationService, TokenDigestService } from '@modelyard/identity';
import { EndpointStatsService, RouteTableService } from '@modelyard/serving';
import type { FastifyInstance } from 'fastify';
import { refuseUnmarkedResolvers } from './auth/closed-by-default.js';
import { guardRoutes } from './auth/request-access.js';
import { tenantUrlRewriter } from './auth/tenant-prefix.js';
import { GatewayModule } from './gateway.module.js';
import { serveDashboard } from './http/dashboard.js';
import { DomainErrorFilter } from './http/domain-error.filter.js';
import { proxyEndpoints } from './http/endpoint-proxy.js';
import { sendExactIntegers } from './http/exact-integers.js';
import { serveRouterFeed } from './http/router-feed.js';

// Slow headers and bodies must not hold sockets (slowloris); artifact uploads may take their time once they move.
const REQUEST_HEADERS_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export interface GatewayOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** Folder of the built dashboard; without it `/` says how to build it. */
  readonly dashboardDir: string;
  /** Told of every route; for tests that walk them. */
  readonly onRoute?: (route: { method: string; url: string }) => void;
}

/** The gateway, ready to `listen`. */
export async function createGateway({ settings, logger, dashboardDir, onRoute }: GatewayOptions): Promise<NestFastifyApplication> {
  const basePath = settings.MODELYARD_PUBLIC_URL === undefined ? '' : new URL(settings.MODELYARD_PUBLIC_URL).pathname.replace(/\/+$/, '');
  const adapter = new FastifyAdapter({
    rewriteUrl: tenantUrlRewriter(basePath),
    trustProxy: settings.MODELYARD_TRUSTED_PROXIES.length === 0 ? false : [...settings.MODELYARD_TRUSTED_PROXIES],
    bodyLimit: Number.MAX_SAFE_INTEGER,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: 0,
    routerOptions: { maxParamLength: 2048 },
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    logger: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.forRoot(settings, logger), adapter, { bodyParser: false, logger: ['error', 'fatal'], abortOnError: false });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  fastify.server.headersTimeout = REQUEST_HEADERS_TIMEOUT_MS;
  if (onRoute !== undefined) fastify.addHook('onRoute', ({ method, url }) => [method].flat().forEach((verb) => onRoute({ method: verb, url })));
  leaveBodiesAsStreams(fastify);
  sendExactIntegers(fastify);
  guardRoutes(fastify, app.get(AuthenticationService), settings);
  app.useGlobalFilters(new DomainErrorFilter(logger));
  proxyEndpoints(fastify, settings);
  serveRouterFeed(fastify, { routes: app.get(RouteTableService), tokens: app.get(TokenDigestService), stats: app.get(EndpointStatsService), settings, logger });
  await serveDashboard(fastify, dashboardDir, basePath);
  await app.init();
  refuseUnmarkedResolvers(app);
  return app;
}

function leaveBodiesAsStreams(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}
