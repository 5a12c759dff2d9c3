import type { AuditEvent } from './audit-event.js';

/** Columns of `audit_events` as `AuditEventRow`; times as text, so that hashing sees just what is stored. */
export const EVENT_COLUMNS = `id::text, to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at,
  actor_kind, actor_id, actor_name, action, resource_type, resource_id, project_id, outcome, request_id, source_address, details`;

export interface AuditEventRow {
  readonly id: string;
  readonly occurred_at: string;
  readonly actor_kind: string;
  readonly actor_id: string;
  readonly actor_name: string;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly project_id: number | null;
  readonly outcome: 'allowed' | 'denied';
  readonly request_id: string;
  readonly source_address: string | null;
  readonly details: Record<string, unknown>;
}

export function toAuditEvent(row: AuditEventRow): AuditEvent {
  return {
    id: BigInt(row.id),
    occurredAt: row.occurred_at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    projectId: row.project_id,
    outcome: row.outcome,
    requestId: row.request_id,
    sourceAddress: row.source_address,
    details: row.details,
  };
}
