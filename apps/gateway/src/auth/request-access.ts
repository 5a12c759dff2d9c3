import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { originCheck, peerCheck, type Settings } from '@modelyard/config';
import type { AuthenticationService } from '@modelyard/identity';
import { canSomewhere, DomainError, readCredential, type Permission, type TenantContext } from '@modelyard/kernel';
import type { Access } from './access.decorators.js';
import { tenantPrefixOf } from './tenant-prefix.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
}

const contexts = new WeakMap<FastifyRequest, TenantContext>();

/** The context of an authenticated request. Throws when the route is public: a bug in the handler. */
export function contextOf(request: FastifyRequest): TenantContext {
  const ctx = contexts.get(request);
  if (ctx === undefined) throw new Error(`${request.method} ${request.routeOptions.url ?? request.url} is public and has no tenant context`);
  return ctx;
}

/**
 * Closes the gateway by default, in the outermost layer: every route, whoever registered it, either says what it
 * demands or keeps the process from starting; every request is authenticated before anything of it is read.
 */
export function guardRoutes(fastify: FastifyInstance, authentication: AuthenticationService, settings: Settings): void {
  const checkOrigin = originCheck(settings);
  const checkPeer = peerCheck(settings);
  const unmarked: string[] = [];
  fastify.addHook('onRoute', (route: RouteOptions) => {
    if (route.config?.access === undefined) unmarked.push(`${String(route.method)} ${route.url}`);
  });
  fastify.addHook('onReady', async () => {
    if (unmarked.length > 0) throw new Error(`These routes have neither @Can nor @Public: ${unmarked.join(', ')}`);
  });
  fastify.addHook('onRequest', async (request) => {
    const access = request.routeOptions.config.access;
    // No route matched: nothing to protect, and clients rely on a plain 404.
    if (access === undefined) return;
    const credential = 'public' in access ? null : readCredential(request.headers);
    checkOrigin(request.headers, credential === null || credential.fromCookie);
    if ('public' in access) return;
    if (credential === null) checkPeer(request.raw.socket);
    const ctx = await authentication.authenticate({
      token: credential?.token ?? null,
      ...requestedTenant(request),
      requestId: request.id,
      sourceAddress: request.ip,
    });
    if ('can' in access) demandSomewhere(ctx, access.can);
    contexts.set(request, ctx);
  });
}

/** Prefix and MLflow's workspace header; a header that disagrees with the prefix is a mistake of the client. */
export function requestedTenant(request: Pick<FastifyRequest, 'raw' | 'headers'>): { organizationSlug: string | null; projectName: string | null } {
  const prefix = tenantPrefixOf(request.raw);
  const header = request.headers['x-mlflow-workspace'];
  const workspace = typeof header === 'string' && header !== '' ? header : null;
  if (prefix.projectName !== null && workspace !== null && workspace !== prefix.projectName) {
    throw new DomainError('INVALID_ARGUMENT', `The URL names project '${prefix.projectName}', the X-MLFLOW-WORKSPACE header '${workspace.slice(0, 100)}'. Send one of them.`);
  }
  return { organizationSlug: prefix.organizationSlug, projectName: prefix.projectName ?? workspace };
}

/** First gate: the permission in the organization or any project. */
export function demandSomewhere(ctx: TenantContext, permission: Permission): void {
  if (canSomewhere(ctx, permission)) return;
  throw new DomainError('PERMISSION_DENIED', `Permission denied: '${permission}' is needed. Ask an owner of organization '${ctx.organizationSlug}' for a role that has it.`, { permission });
}
