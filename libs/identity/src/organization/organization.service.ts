import { Injectable } from '@nestjs/common';
import { Database, type SystemHandle } from '@modelyard/db';
import { DomainError, hashSecret, isDomainError, type TenantContext } from '@modelyard/kernel';
import { checkName } from '../name.js';
import { newToken } from '../token/token.js';

/** The person at the machine, in `local` mode; also the first operator of an installation. */
export const LOCAL_USER = 'local';

export interface Organization {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface CreatedOrganization {
  readonly organization: Organization;
  /** The owner's first token, shown this once. */
  readonly token: string;
}

/** Organizations of the installation. Making one needs `installation:operate`. */
@Injectable()
export class OrganizationService {
  private localUserRow: Promise<{ id: number }> | undefined;

  constructor(private readonly db: Database) {}

  /**
   * Makes an organization with its owner, first project `default` (and with it the Default experiment) and a token.
   * Throws INVALID_ARGUMENT for the name, ALREADY_EXISTS when it is taken, PERMISSION_DENIED.
   */
  async create(ctx: TenantContext, input: { slug: string; name?: string; owner?: string }): Promise<CreatedOrganization> {
    if (!ctx.access.organization.has('installation:operate')) {
      throw new DomainError('PERMISSION_DENIED', 'Only an operator of this installation makes organizations. Ask whoever runs it.', { permission: 'installation:operate' });
    }
    checkName('organization', input.slug);
    const ownerName = input.owner ?? ctx.actor.name;
    try {
      return await this.db.system('create an organization', async (tx) => {
        const owner = await ensureUser(tx, ownerName);
        const organization = await insertOrganization(tx, input.slug, input.name ?? input.slug);
        await insertOwner(tx, organization.id, owner.id, ownerName, ctx.actor.name);
        const token = await insertToken(tx, organization.id, owner.id);
        await tx.query({
          text: `INSERT INTO audit_events (organization_id, actor_kind, actor_id, actor_name, action, resource_type, resource_id, outcome, request_id, source_address, details)
                 VALUES ($1, $2, $3, $4, 'organization.create', 'organization', $5, 'allowed', $6, $7, $8)`,
          values: [organization.id, ctx.actor.kind, ctx.actor.id, ctx.actor.name, input.slug, ctx.requestId, ctx.sourceAddress ?? null, JSON.stringify({ owner: ownerName })],
        });
        return { organization, token };
      });
    } catch (error) {
      if (isDomainError(error, 'ALREADY_EXISTS')) throw new DomainError('ALREADY_EXISTS', `Organization '${input.slug}' exists already. Choose another name.`, { field: 'slug' }, { cause: error });
      throw error;
    }
  }

  /** All organizations, oldest first; for operators. */
  async list(ctx: TenantContext): Promise<Organization[]> {
    if (!ctx.access.organization.has('installation:operate')) return [await this.get(ctx)];
    return this.db.system('list organizations for an operator', (tx) => tx.query<Organization>({ text: `SELECT ${COLUMNS} FROM organizations ORDER BY id LIMIT 1000` }));
  }

  /** The context's own organization. */
  async get(ctx: TenantContext): Promise<Organization> {
    const [row] = await this.db.tenantSql(ctx, (tx) => tx.query<Organization>({ name: 'organization_get', text: `SELECT ${COLUMNS} FROM organizations WHERE id = $1`, values: [ctx.organizationId] }));
    if (row === undefined) throw new DomainError('NOT_FOUND', 'The organization does not exist.');
    return row;
  }

  /** The user row of the person at the machine, and organization `default`; both are made on the first call. */
  localUser(): Promise<{ id: number }> {
    this.localUserRow ??= this.db
      .system('find the person at the machine', async (tx) => {
        const user = await ensureUser(tx, LOCAL_USER, true);
        await tx.query({ text: 'SELECT pg_advisory_xact_lock(72707371)' });
        const [existing] = await tx.query({ text: `SELECT id FROM organizations WHERE slug = 'default'` });
        if (existing === undefined) {
          const organization = await insertOrganization(tx, 'default', 'Default');
          await insertOwner(tx, organization.id, user.id, LOCAL_USER, LOCAL_USER);
        }
        return user;
      })
      .catch((error: unknown) => {
        this.localUserRow = undefined;
        throw error;
      });
    return this.localUserRow;
  }
}

const COLUMNS = `id, slug, name, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt"`;

async function ensureUser(tx: SystemHandle, name: string, operator = false): Promise<{ id: number }> {
  const [row] = await tx.query<{ id: number }>({
    text: `INSERT INTO users (name, is_operator) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
    values: [name, operator],
  });
  if (row === undefined) throw new Error('the user was not inserted');
  return row;
}

async function insertOrganization(tx: SystemHandle, slug: string, name: string): Promise<Organization> {
  const [organization] = await tx.query<Organization>({ text: `INSERT INTO organizations (slug, name) VALUES ($1, $2) RETURNING ${COLUMNS}`, values: [slug, name] });
  if (organization === undefined) throw new Error('the organization was not inserted');
  await tx.query({ text: `INSERT INTO projects (organization_id, name, is_default) VALUES ($1, 'default', true)`, values: [organization.id] });
  return organization;
}

async function insertOwner(tx: SystemHandle, organizationId: number, userId: number, name: string, by: string): Promise<void> {
  await tx.query({ text: 'INSERT INTO members (organization_id, user_id, name) VALUES ($1, $2, $3)', values: [organizationId, userId, name] });
  await tx.query({ text: `INSERT INTO grants (organization_id, user_id, role, created_by) VALUES ($1, $2, 'owner', $3)`, values: [organizationId, userId, by] });
}

async function insertToken(tx: SystemHandle, organizationId: number, userId: number): Promise<string> {
  const token = newToken();
  await tx.query({
    text: `INSERT INTO tokens (organization_id, id, secret_sha256, name, user_id) VALUES ($1, $2, $3, 'first token', $4)`,
    values: [organizationId, token.id, hashSecret(token.secret), userId],
  });
  return token.text;
}
