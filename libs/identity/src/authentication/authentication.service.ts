import { Injectable } from '@nestjs/common';
import { Database } from '@modelyard/db';
import { createTenantContext, DomainError, notFound, parseToken, secretMatches, type Access, type Actor, type TenantContext } from '@modelyard/kernel';
import { accessOf } from '../access.js';
import { LOCAL_USER, OrganizationService } from '../organization/organization.service.js';
import { findScope, findTokenPrincipal, touchToken, type ScopeRow, type TokenPrincipalRow } from './principal.repository.js';

export interface RequestIdentity {
  /** Token text, from `Authorization: Bearer` or the password of HTTP Basic. Null when nothing was sent. */
  readonly token: string | null;
  /** From the path prefix `/orgs/<org>`. */
  readonly organizationSlug: string | null;
  /** From the path prefix, or MLflow's workspace header. */
  readonly projectName: string | null;
  readonly requestId: string;
  readonly sourceAddress?: string;
}

export interface AuthenticationOptions {
  /** A request without credentials is the person at the machine. */
  readonly local: boolean;
}


interface Principal {
  readonly organizationSlug: string | null;
  readonly defaultProject: string | null;
  readonly actor: Actor;
  readonly access: Access;
}

// Bounds how long a revoked token or a removed grant still works; the design allows 60 s.
const CACHE_MS = 5_000;
const CACHE_ENTRIES = 10_000;
const TOUCH_INTERVAL_MS = 60_000;

/** Who is asking, and for which tenant. The only maker of tenant contexts for requests. */
@Injectable()
export class AuthenticationService {
  private readonly tokens = new ExpiringMap<TokenPrincipalRow | null>(CACHE_MS, CACHE_ENTRIES);
  private readonly scopes = new ExpiringMap<ScopeRow | null>(CACHE_MS, CACHE_ENTRIES);
  private readonly touched = new ExpiringMap<true>(TOUCH_INTERVAL_MS, CACHE_ENTRIES);

  constructor(
    private readonly db: Database,
    private readonly organizations: OrganizationService,
    private readonly options: AuthenticationOptions,
  ) {}

  /**
   * The context of a request. Throws UNAUTHENTICATED for a missing or wrong credential, NOT_FOUND when token and
   * prefix disagree or the organization or project does not exist for this caller.
   */
  async authenticate(request: RequestIdentity): Promise<TenantContext> {
    const principal = request.token === null ? await this.localPrincipal() : await this.tokenPrincipal(request.token);
    const slug = principal.organizationSlug ?? request.organizationSlug ?? 'default';
    if (request.organizationSlug !== null && request.organizationSlug !== slug) throw notFound(`Organization '${request.organizationSlug}'`);
    const projectName = request.projectName ?? principal.defaultProject;
    const scope = await this.scope(slug, projectName);
    if (scope === null) throw notFound(`Organization '${slug}'`);
    if (scope.project_id === null || scope.project_name === null) throw notFound(`Project '${projectName ?? 'default'}'`);
    return createTenantContext({
      organizationId: scope.organization_id,
      organizationSlug: scope.organization_slug,
      projectId: scope.project_id,
      projectName: scope.project_name,
      actor: principal.actor,
      access: principal.access,
      requestId: request.requestId,
      sourceAddress: request.sourceAddress,
    });
  }

  /** Forgets cached look-ups, after a change that must be seen at once by this process. */
  forget(): void {
    this.tokens.clear();
    this.scopes.clear();
  }

  private async localPrincipal(): Promise<Principal> {
    if (!this.options.local) throw new DomainError('UNAUTHENTICATED', 'You are not authenticated. Send a Modelyard token as Bearer token, or as the password of HTTP Basic.');
    const user = await this.organizations.localUser();
    return {
      organizationSlug: null,
      defaultProject: null,
      actor: { kind: 'user', id: String(user.id), name: LOCAL_USER },
      access: withOperator(accessOf([{ role: 'owner', effect: 'allow', project_id: null }], null), true),
    };
  }

  private async tokenPrincipal(text: string): Promise<Principal> {
    const refused = () => new DomainError('UNAUTHENTICATED', 'You are not authenticated. The token is wrong, expired or revoked: make a new one in Settings > Tokens.');
    const token = parseToken(text);
    if (token === null) throw refused();
    const row = await this.tokens.get(token.id, () => this.db.system('look up a token', (tx) => findTokenPrincipal(tx, token.id)));
    if (row === null || !row.usable || !secretMatches(token.secret, row.secret_sha256)) throw refused();
    void this.touched.get(token.id, () => this.db.system('note the use of a token', (tx) => touchToken(tx, token.id)).then(() => true as const)).catch(() => undefined);
    return {
      organizationSlug: row.organization_slug,
      defaultProject: row.default_project,
      actor: { kind: row.kind, id: String(row.principal_id), name: row.principal_name },
      access: withOperator(accessOf(row.grants, row.scopes), row.is_operator && (row.scopes ?? []).length === 0),
    };
  }

  private scope(slug: string, projectName: string | null): Promise<ScopeRow | null> {
    return this.scopes.get(`${slug}/${projectName ?? ''}`, () => this.db.system('find the tenant of a request', (tx) => findScope(tx, slug, projectName)));
  }
}

function withOperator(access: Access, operator: boolean): Access {
  return operator ? { ...access, organization: new Set([...access.organization, 'installation:operate']) } : access;
}

/** A bounded cache of promises; a failed or null look-up is not kept. */
class ExpiringMap<T> {
  private readonly entries = new Map<string, { value: Promise<T>; until: number }>();

  constructor(
    private readonly lifetimeMs: number,
    private readonly capacity: number,
  ) {}

  get(key: string, load: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const cached = this.entries.get(key);
    if (cached !== undefined && cached.until > now) return cached.value;
    this.entries.delete(key);
    const [oldest] = this.entries.keys();
    if (oldest !== undefined && this.entries.size >= this.capacity) this.entries.delete(oldest);
    const value = load();
    this.entries.set(key, { value, until: now + this.lifetimeMs });
    const drop = () => { if (this.entries.get(key)?.value === value) this.entries.delete(key); };
    value.then((found) => { if (found === null) drop(); }, drop);
    return value;
  }

  clear(): void {
    this.entries.clear();
  }
}
