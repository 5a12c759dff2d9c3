import { Injectable } from '@nestjs/common';
import { Database, type TenantSql } from '@modelyard/db';
import { decodeCursor, encodeCursor, type Page, type TenantContext } from '@modelyard/kernel';
import { z } from 'zod';
import type { AuditEvent } from './audit-event.js';
import { EVENT_COLUMNS, toAuditEvent, type AuditEventRow } from './audit-event.rows.js';

export interface AuditEntry {
  /** Verb and noun, e.g. `project.create`. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string | number | bigint;
  readonly projectId?: number;
  /** What changed, without secrets and without bulky values. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditFilter {
  readonly resourceType?: string;
  readonly resourceId?: string;
  readonly actorName?: string;
  readonly action?: string;
}

const cursorSchema = z.object({ id: z.union([z.number().int(), z.bigint()]) });

/** Records who did what, in the caller's transaction; the sealer chains the rows after commit. */
@Injectable()
export class AuditService {
  constructor(private readonly db: Database) {}

  async record(tx: Pick<TenantSql, 'query' | 'organizationId'>, ctx: TenantContext, entry: AuditEntry): Promise<void> {
    await tx.query({ name: 'audit_record', text: INSERT_EVENT, values: eventValues(tx.organizationId, ctx, entry, 'allowed') });
  }

  /** Records an attempt that was refused, in a transaction of its own. */
  async recordDenied(ctx: TenantContext, entry: AuditEntry): Promise<void> {
    await this.db.tenantSql(ctx, (tx) =>
      tx.query({ name: 'audit_record', text: INSERT_EVENT, values: eventValues(ctx.organizationId, ctx, entry, 'denied') }),
    );
  }

  /** Newest first. `first` is at most 200. */
  async list(ctx: TenantContext, filter: AuditFilter, first: number, after?: string): Promise<Page<AuditEvent>> {
    const before = after === undefined ? null : decodeCursor(after, cursorSchema).id;
    const rows = await this.db.tenantSql(ctx, (tx) =>
      tx.query<AuditEventRow>({
        name: 'audit_list',
        text: `SELECT ${EVENT_COLUMNS} FROM audit_events
               WHERE organization_id = $1 AND ($2::bigint IS NULL OR id < $2)
                 AND ($3::text IS NULL OR resource_type = $3) AND ($4::text IS NULL OR resource_id = $4)
                 AND ($5::text IS NULL OR actor_name = $5) AND ($6::text IS NULL OR action = $6)
               -- Qualified: the output column of that name is text, and would sort 9 after 10.
               ORDER BY audit_events.id DESC LIMIT $7`,
        values: [ctx.organizationId, before, filter.resourceType, filter.resourceId, filter.actorName, filter.action, first + 1],
      }),
    );
    const items = rows.slice(0, first).map(toAuditEvent);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > first && last !== undefined ? encodeCursor({ id: last.id }) : null };
  }
}

const INSERT_EVENT = `INSERT INTO audit_events
  (organization_id, actor_kind, actor_id, actor_name, action, resource_type, resource_id, project_id, outcome, request_id, source_address, details)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

function eventValues(organizationId: number, ctx: TenantContext, entry: AuditEntry, outcome: AuditEvent['outcome']): unknown[] {
  return [
    organizationId,
    ctx.actor.kind,
    ctx.actor.id,
    ctx.actor.name,
    entry.action,
    entry.resourceType,
    String(entry.resourceId),
    entry.projectId ?? ctx.projectId ?? null,
    outcome,
    ctx.requestId,
    ctx.sourceAddress ?? null,
    JSON.stringify(entry.details ?? {}),
  ];
}
