import { AuditService } from '@modelyard/audit';
import { Database } from '@modelyard/db';
import { demand, DomainError, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';

export interface AllowedHost {
  /** As `hooks.internal` or `hooks.internal:8443`. */
  readonly host: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

const MAX_HOSTS = 100;

/** Hosts that an organization's webhooks may reach although they are private or speak http. Needs `organization:admin`. */
@Injectable()
export class AllowedHostService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** By name. */
  async list(ctx: TenantContext): Promise<AllowedHost[]> {
    demand(ctx, 'organization:admin', null);
    return this.db.tenantSql(ctx, (tx) =>
      tx.query<AllowedHost>({ text: `SELECT host, created_by AS "createdBy", created_at AS "createdAt" FROM webhook_allowed_hosts WHERE organization_id = $1 ORDER BY host`, values: [tx.organizationId] }),
    );
  }

  /** Allows a host, or no longer. Throws INVALID_ARGUMENT for what is no host, QUOTA_EXCEEDED, PERMISSION_DENIED. */
  async set(ctx: TenantContext, text: string, allowed: boolean): Promise<AllowedHost[]> {
    demand(ctx, 'organization:admin', null);
    const host = parseHost(text);
    await this.db.tenantSql(ctx, async (tx) => {
      const values = [tx.organizationId, host];
      const changed = allowed
        ? await tx.query({ text: 'INSERT INTO webhook_allowed_hosts (organization_id, host, created_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING host', values: [...values, ctx.actor.name] })
        : await tx.query({ text: 'DELETE FROM webhook_allowed_hosts WHERE organization_id = $1 AND host = $2 RETURNING host', values });
      if (changed.length === 0) return;
      const [count] = await tx.query<{ count: number }>({ text: 'SELECT count(*)::integer AS count FROM webhook_allowed_hosts WHERE organization_id = $1', values: [tx.organizationId] });
      if ((count?.count ?? 0) > MAX_HOSTS) throw new DomainError('QUOTA_EXCEEDED', `An organization allows at most ${MAX_HOSTS} hosts. Take one away first.`);
      await this.audit.record(tx, ctx, { action: allowed ? 'webhook-host.allow' : 'webhook-host.forbid', resourceType: 'organization', resourceId: ctx.organizationSlug, details: { host } });
    });
    return this.list(ctx);
  }
}

function parseHost(text: string): string {
  const url = URL.parse(`http://${text}`);
  // What the parser made of it must be what was meant: no path, user or query.
  if (url === null || url.hostname === '' || url.pathname !== '/' || url.search !== '' || url.username !== '' || /[/?#@\s]/.test(text) || text.length > 260) {
    throw new DomainError('INVALID_ARGUMENT', `'${text.slice(0, 100)}' is no host. Give a name or address, with a port if only that one is meant: 'hooks.internal:8443'.`, { field: 'host' });
  }
  return url.host;
}
