import type { IncomingHttpHeaders } from 'node:http';
import { DomainError, notFound, parseToken, readCredential, secretMatches, type TokenDigest, type TokenTable } from '@modelyard/kernel';
import type { EndpointPath } from './endpoint-path.js';
import type { ProjectChoice, RoutedEndpoint, RouteIndex } from './route-index.js';

export type TokenIndex = ReadonlyMap<string, TokenDigest & { readonly digest: Buffer }>;

export function indexTokens(table: TokenTable): TokenIndex {
  return new Map(table.tokens.map((token) => [token.id, { ...token, digest: Buffer.from(token.sha256, 'hex') }]));
}

/** Null: the person at the machine. */
export type Caller = TokenDigest | null;

export interface CallerRules {
  /** In `local` auth mode a request without a credential is the person at the machine. */
  readonly local: boolean;
  /** Throws PERMISSION_DENIED for a request that a web page of another site may have sent. */
  readonly checkOrigin: (headers: IncomingHttpHeaders, usesCookieOrNothing: boolean) => void;
}

/**
 * Who calls, from `Authorization` alone: the gateway turns a browser's session into one. Throws UNAUTHENTICATED, in
 * either mode, for a credential that is wrong or expired; UNAVAILABLE while no token table is known.
 */
export function identifyCaller(headers: IncomingHttpHeaders, tokens: TokenIndex | null, rules: CallerRules, now = Date.now()): Caller {
  const credential = readCredential({ authorization: headers.authorization });
  if (credential === null) {
    if (!rules.local) throw new DomainError('UNAUTHENTICATED', 'You are not authenticated. Send a Modelyard token as Bearer token, or as the password of HTTP Basic.');
    rules.checkOrigin(headers, true);
    return null;
  }
  if (tokens === null) throw new DomainError('UNAVAILABLE', 'The router has just started and does not know the tokens yet. Try again in a few seconds.');
  const parsed = parseToken(credential.token);
  const known = parsed === null ? undefined : tokens.get(parsed.id);
  if (parsed === null || known === undefined || !secretMatches(parsed.secret, known.digest) || (known.expiresAt !== null && known.expiresAt <= now)) {
    throw new DomainError('UNAUTHENTICATED', 'You are not authenticated. The token is wrong, expired or revoked: make a new one in Settings > Tokens.');
  }
  return known;
}

/**
 * The endpoint that a caller means. Throws NOT_FOUND for one that is absent, another organization's, or in a project
 * where the caller may not call endpoints: they look the same. INVALID_ARGUMENT when URL and header disagree.
 */
export function resolveEndpoint(path: EndpointPath, headers: IncomingHttpHeaders, caller: Caller, routes: RouteIndex): RoutedEndpoint {
  const project = requestedProject(path, headers);
  const organizationId = requestedOrganization(path, caller, routes);
  const found = organizationId === undefined ? undefined : routes.find(organizationId, projectChoice(project, caller), path.endpoint);
  if (found === undefined || !mayInvoke(caller, found.projectId)) throw notFound(`Endpoint '${path.endpoint}'`);
  return found;
}

function requestedOrganization(path: EndpointPath, caller: Caller, routes: RouteIndex): number | undefined {
  if (caller === null) return routes.organizationId(path.organization ?? 'default');
  const agrees = path.organization === null || routes.organizationId(path.organization) === caller.organizationId;
  return agrees ? caller.organizationId : undefined;
}

function requestedProject(path: EndpointPath, headers: IncomingHttpHeaders): string | null {
  const header = headers['x-mlflow-workspace'];
  const workspace = typeof header === 'string' && header !== '' ? header : null;
  if (path.project !== null && workspace !== null && workspace !== path.project) {
    throw new DomainError('INVALID_ARGUMENT', `The URL names project '${path.project}', the X-MLFLOW-WORKSPACE header '${workspace.slice(0, 100)}'. Send one of them.`);
  }
  return path.project ?? workspace;
}

function projectChoice(name: string | null, caller: Caller): ProjectChoice {
  if (name !== null) return { name };
  return caller === null || caller.defaultProjectId === null ? 'default' : { id: caller.defaultProjectId };
}

function mayInvoke(caller: Caller, projectId: number): boolean {
  if (caller === null) return true;
  return (caller.projects === null || caller.projects.includes(projectId)) && !caller.except.includes(projectId);
}
