import { createHash } from 'node:crypto';

/** One row of the audit log, as it was written in the transaction of the change. */
export interface AuditEvent {
  readonly id: bigint;
  /** ISO 8601 UTC with milliseconds. */
  readonly occurredAt: string;
  readonly actorKind: string;
  readonly actorId: string;
  readonly actorName: string;
  /** Verb and noun, e.g. `project.create`. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly projectId: number | null;
  readonly outcome: 'allowed' | 'denied';
  readonly requestId: string;
  readonly sourceAddress: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** The hash before the first event of an organization. */
export const GENESIS = Buffer.alloc(32);

/** SHA-256(previous hash || canonical event): changing, dropping or reordering any event changes all later hashes. */
export function chainHash(previous: Buffer, organizationId: number, event: AuditEvent): Buffer {
  return createHash('sha256').update(previous).update(canonicalEvent(organizationId, event)).digest();
}

function canonicalEvent(organizationId: number, event: AuditEvent): string {
  return JSON.stringify([
    1,
    organizationId,
    event.id.toString(),
    event.occurredAt,
    event.actorKind,
    event.actorId,
    event.actorName,
    event.action,
    event.resourceType,
    event.resourceId,
    event.projectId,
    event.outcome,
    event.requestId,
    event.sourceAddress,
    sortKeys(event.details),
  ]);
}

// jsonb does not keep the order of keys.
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, sortKeys(item)]));
}
