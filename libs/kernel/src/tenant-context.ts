import { DomainError, notFound } from './domain-error.js';
import type { Permission } from './permission.js';

export interface Actor {
  readonly kind: 'user' | 'service_account' | 'system';
  readonly id: string;
  /** What MLflow calls the user id, and what the audit log shows. */
  readonly name: string;
}

/** What the caller may do: organization-wide, and beyond that per project. Deny entries are already taken out. */
export interface Access {
  readonly organization: ReadonlySet<Permission>;
  readonly projects: ReadonlyMap<number, ReadonlySet<Permission>>;
  /** Verbs taken away again in single projects by an explicit deny. */
  readonly denied: ReadonlyMap<number, ReadonlySet<Permission>>;
}

/** Who asks, for which tenant, with which rights: an immutable value and the first argument of every service method. */
export interface TenantContext {
  readonly organizationId: number;
  readonly organizationSlug: string;
  /** The project a request is about; MLflow requests always have one, GraphQL requests name it in the query. */
  readonly projectId?: number;
  readonly projectName?: string;
  readonly actor: Actor;
  readonly access: Access;
  readonly requestId: string;
  /** The caller's network address, for the audit log. */
  readonly sourceAddress?: string;
}

/** The one factory. Lint lets only gateway auth, router auth, the job runner and test factories import it. */
export function createTenantContext(fields: TenantContext): TenantContext {
  return Object.freeze({ ...fields });
}

/** May the caller do this in the project (default: the context's own), or organization-wide (`null`)? */
export function can(ctx: TenantContext, permission: Permission, projectId: number | null = ctx.projectId ?? null): boolean {
  if (projectId === null) return ctx.access.organization.has(permission);
  if (ctx.access.denied.get(projectId)?.has(permission)) return false;
  return ctx.access.organization.has(permission) || (ctx.access.projects.get(projectId)?.has(permission) ?? false);
}

/** Throws PERMISSION_DENIED, or NOT_FOUND when the caller may not even read there (existence is not leaked). */
export function demand(ctx: TenantContext, permission: Permission, projectId: number | null = ctx.projectId ?? null): void {
  if (can(ctx, permission, projectId)) return;
  if (projectId !== null && !can(ctx, 'project:read', projectId)) throw notFound('The project');
  throw new DomainError(
    'PERMISSION_DENIED',
    `Permission denied: '${permission}' is needed. Ask an owner of organization '${ctx.organizationSlug}' for a role that has it.`,
    { permission },
  );
}

/** May the caller do this in the organization or in any of its projects? The first gate; services look at the object. */
export function canSomewhere(ctx: TenantContext, permission: Permission): boolean {
  return ctx.access.organization.has(permission) || [...ctx.access.projects.values()].some((set) => set.has(permission));
}

/** The context's project id. Throws INVALID_ARGUMENT when the request names none. */
export function projectOf(ctx: TenantContext): number {
  if (ctx.projectId === undefined) {
    throw new DomainError('INVALID_ARGUMENT', 'This request needs a project. Name one in the query or the URL prefix.');
  }
  return ctx.projectId;
}

/** The same caller, looking at one project. Rights are not widened: `can` reads them per project. */
export function inProject(ctx: TenantContext, project: { id: number; name: string }): TenantContext {
  return createTenantContext({ ...ctx, projectId: project.id, projectName: project.name });
}

/**
 * The projects in which the caller holds a permission, for SQL list filters: `null` means all of the organization,
 * less `except`.
 */
export function projectsWith(ctx: TenantContext, permission: Permission): { only: number[] | null; except: number[] } {
  const except = [...ctx.access.denied].filter(([, set]) => set.has(permission)).map(([id]) => id);
  if (ctx.access.organization.has(permission)) return { only: null, except };
  const only = [...ctx.access.projects].filter(([id, set]) => set.has(permission) && !except.includes(id));
  return { only: only.map(([id]) => id), except };
}
