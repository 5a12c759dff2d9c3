import type { IncomingMessage } from 'node:http';

/** The tenant a URL names: `/orgs/<org>` or `/orgs/<org>/projects/<project>` before the rest of the path. */
export interface TenantPrefix {
  readonly organizationSlug: string | null;
  readonly projectName: string | null;
}

const NONE: TenantPrefix = { organizationSlug: null, projectName: null };
const PREFIX = /^\/orgs\/([a-z0-9-]{1,63})(?:\/projects\/([a-z0-9-]{1,63}))?(?=\/|\?|$)/;

const prefixes = new WeakMap<IncomingMessage, TenantPrefix>();

/** Fastify's `rewriteUrl`: takes the installation's base path and the tenant prefix off, so that routes know neither. */
export function tenantUrlRewriter(basePath: string): (request: IncomingMessage) => string {
  return (request) => {
    const url = request.url ?? '/';
    const path = basePath !== '' && (url === basePath || url.startsWith(`${basePath}/`) || url.startsWith(`${basePath}?`)) ? url.slice(basePath.length) : url;
    const match = PREFIX.exec(path);
    if (match === null) return path === '' ? '/' : path;
    prefixes.set(request, { organizationSlug: match[1] ?? null, projectName: match[2] ?? null });
    const rest = path.slice(match[0].length);
    return rest.startsWith('/') ? rest : `/${rest}`;
  };
}

export function tenantPrefixOf(request: IncomingMessage): TenantPrefix {
  return prefixes.get(request) ?? NONE;
}
