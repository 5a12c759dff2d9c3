import { Agent, request as send, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { peerCheck, type Settings } from '@modelyard/config';
import { DomainError, readCredential } from '@modelyard/kernel';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.decorators.js';
import { tenantPrefixOf } from '../auth/tenant-prefix.js';

const ACCESS: Access = { public: 'the router checks who calls; nothing of the request is read here' };
// Longer than the router waits for a model.
const TIMEOUT_MS = 130_000;
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-connection', 'expect']);

/** Calls of endpoints on the gateway's own port go to the router as they are, bytes streamed both ways. */
export function proxyEndpoints(fastify: FastifyInstance, settings: Settings): void {
  const router = new URL(routerUrl(settings));
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 });
  const checkPeer = peerCheck(settings);
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    // The router would take it for the gateway.
    if (readCredential(request.headers) === null) checkPeer(request.raw.socket);
    await forward(request, reply, router, agent);
  };
  fastify.route({ method: 'POST', url: '/endpoints/:endpoint/invocations', config: { access: ACCESS }, handler });
  for (const url of ['/endpoints/:endpoint/v2', '/endpoints/:endpoint/v2/*', '/v2/models/:endpoint', '/v2/models/:endpoint/*']) {
    fastify.route({ method: ['GET', 'POST'], url, config: { access: ACCESS }, handler });
  }
  fastify.addHook('onClose', async () => agent.destroy());
}

function routerUrl({ MODELYARD_ROUTER_URL, MODELYARD_HOST, MODELYARD_ROUTER_PORT }: Settings): string {
  if (MODELYARD_ROUTER_URL !== undefined) return MODELYARD_ROUTER_URL;
  const host = MODELYARD_HOST === '0.0.0.0' ? '127.0.0.1' : MODELYARD_HOST === '::' ? '::1' : MODELYARD_HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${MODELYARD_ROUTER_PORT}`;
}

function forward(request: FastifyRequest, reply: FastifyReply, router: URL, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const upstream = send({ agent, hostname: router.hostname.replace(/^\[(.*)\]$/, '$1'), port: router.port === '' ? 80 : router.port, method: request.method, path: pathFor(request), headers: headersFor(request, router), timeout: TIMEOUT_MS });
    const unreachable = (cause?: unknown) => new DomainError('UNAVAILABLE', 'The router cannot be reached at the moment. Try again in a few seconds.', {}, { cause });
    upstream.once('response', (answer) => {
      deliver(answer, reply);
      resolve();
    });
    upstream.once('timeout', () => upstream.destroy(new Error('the router is silent')));
    upstream.once('error', (error) => {
      if (reply.raw.headersSent) reply.raw.destroy();
      reject(unreachable(error));
    });
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) upstream.destroy();
    });
    request.raw.pipe(upstream);
  });
}

function deliver(answer: IncomingMessage, reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
  answer.once('error', () => reply.raw.destroy());
  answer.pipe(reply.raw);
}

/** With the tenant that the URL named, which was taken off before routing. */
function pathFor(request: FastifyRequest): string {
  const { organizationSlug, projectName } = tenantPrefixOf(request.raw);
  const organization = organizationSlug === null ? '' : `/orgs/${organizationSlug}`;
  return `${organization}${projectName === null ? '' : `/projects/${projectName}`}${request.url}`;
}

/** A browser's session becomes a bearer token; where the page came from was checked already. */
function headersFor(request: FastifyRequest, router: URL): OutgoingHttpHeaders {
  const { cookie: _cookie, origin: _origin, ...headers } = endToEnd(request.headers);
  const credential = readCredential(request.headers);
  const authorization = credential?.fromCookie === true ? { authorization: `Bearer ${credential.token}` } : {};
  return { ...headers, ...authorization, host: router.host, 'x-request-id': request.id };
}

function endToEnd(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name) && !named.has(name)));
}
