import { randomBytes } from 'node:crypto';
import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTenantContext, inProject, type TenantContext } from '@modelyard/kernel';
import { AuthenticationService } from './authentication/authentication.service.js';
import { OrganizationService, type Organization } from './organization/organization.service.js';
import { ProjectService } from './project/project.service.js';
import { isRole, ROLES, type Role } from './role.js';

export interface TestTenant {
  readonly organization: Organization;
  /** The owner's token. */
  readonly token: string;
  /** The owner, looking at the organization's first project, `default`. */
  readonly ctx: TenantContext;
}

export interface TestTenantPair {
  readonly a: TestTenant;
  readonly b: TestTenant;
  /** The owner of `a`, looking at another project of the same organization. */
  readonly sibling: TenantContext;
}

/** A fresh organization with its owner, so that tests never share rows and nothing is cleaned up. */
export async function createTestTenant(db: Database): Promise<TestTenant> {
  const organizations = new OrganizationService(db);
  const slug = `test-${randomBytes(8).toString('hex')}`;
  const { organization, token } = await organizations.create(operator(), { slug, owner: `owner-of-${slug}` });
  const authentication = new AuthenticationService(db, organizations, { local: false });
  const ctx = await authentication.authenticate({ token, organizationSlug: null, projectName: null, requestId: 'test' });
  return { organization, token, ctx };
}

/** Two organizations, and a second project of the first: what a walk over foreign ids needs. */
export async function createTestTenantPair(db: Database): Promise<TestTenantPair> {
  const [a, b] = await Promise.all([createTestTenant(db), createTestTenant(db)]);
  return { a, b, sibling: await createSiblingProject(db, a.ctx) };
}

/** The same caller, looking at a new project of the organization. */
export async function createSiblingProject(db: Database, ctx: TenantContext, name = `sibling-${randomBytes(4).toString('hex')}`): Promise<TenantContext> {
  return inProject(ctx, await new ProjectService(db, new AuditService(db)).create(ctx, { name }));
}

/** The same caller with no more than one role in the organization. */
export function withRole(ctx: TenantContext, role: Role): TenantContext {
  if (!isRole(role)) throw new Error(`'${String(role)}' is no role`);
  return createTenantContext({ ...ctx, access: { organization: new Set(ROLES[role].permissions), projects: new Map(), denied: new Map() } });
}

function operator(): TenantContext {
  return createTenantContext({
    organizationId: 0,
    organizationSlug: 'test',
    actor: { kind: 'user', id: '0', name: 'operator' },
    access: { organization: new Set(['installation:operate'] as const), projects: new Map(), denied: new Map() },
    requestId: 'test',
  });
}
