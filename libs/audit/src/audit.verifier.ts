import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@modelyard/db';
import { chainHash, GENESIS } from './audit-event.js';
import { EVENT_COLUMNS, toAuditEvent, type AuditEventRow } from './audit-event.rows.js';
import { auditKeyId, checkpointMessage, verifyCheckpoint } from './audit.sealer.js';

export interface AuditVerification {
  readonly valid: boolean;
  readonly sealedEvents: number;
  /** Committed events that the sealer has not reached yet. */
  readonly unsealedEvents: number;
  readonly checkpoints: number;
  /** The first fault found: which link, and what is wrong with it. */
  readonly fault?: string;
}

interface LinkRow extends AuditEventRow {
  readonly sequence: string;
  readonly prev_hash: Buffer;
  readonly hash: Buffer;
}

const BATCH = 2000;

/** Recomputes an organization's chain from the stored rows and checks every signed checkpoint. */
@Injectable()
export class AuditVerifier {
  constructor(private readonly db: Database) {}

  async verify(organizationId: number, publicKey: KeyObject): Promise<AuditVerification> {
    return this.db.tenantSql({ organizationId }, async (tx) => {
      const checkpoints = await tx.query<{ sequence: string; hash: Buffer; key_id: string; signature: Buffer }>({
        text: 'SELECT sequence::text, hash, key_id, signature FROM audit_checkpoints WHERE organization_id = $1 ORDER BY sequence',
        values: [organizationId],
      });
      const [counts] = await tx.query<{ unsealed: number }>({
        text: 'SELECT count(*)::int AS unsealed FROM audit_pending WHERE organization_id = $1',
        values: [organizationId],
      });
      const heads = new Map(checkpoints.map((row) => [row.sequence, row.hash]));
      let previous: Buffer = GENESIS;
      let sequence = 0n;
      const result = (fault?: string): AuditVerification => ({
        valid: fault === undefined,
        sealedEvents: Number(sequence),
        unsealedEvents: counts?.unsealed ?? 0,
        checkpoints: checkpoints.length,
        ...(fault === undefined ? {} : { fault }),
      });
      for (const row of checkpoints) {
        if (row.key_id !== auditKeyId(publicKey)) return result(`The checkpoint at ${row.sequence} was signed with another key (${row.key_id}).`);
        const message = checkpointMessage(organizationId, BigInt(row.sequence), row.hash);
        if (!verifyCheckpoint(publicKey, message, row.signature)) return result(`The signature of the checkpoint at ${row.sequence} is wrong.`);
      }
      for (;;) {
        const rows = await tx.query<LinkRow>({ text: LINKS, values: [organizationId, sequence, BATCH] });
        for (const row of rows) {
          sequence += 1n;
          if (BigInt(row.sequence) !== sequence) return result(`Link ${sequence} is missing.`);
          if (row.id === null) return result(`The event of link ${sequence} is missing.`);
          if (!row.prev_hash.equals(previous)) return result(`Link ${sequence} does not follow the link before it.`);
          previous = chainHash(previous, organizationId, toAuditEvent(row));
          if (!row.hash.equals(previous)) return result(`Event ${row.id} (link ${sequence}, ${row.action}, ${row.occurred_at}) was altered after it was sealed.`);
          const signed = heads.get(row.sequence);
          if (signed !== undefined && !signed.equals(previous)) return result(`The checkpoint at ${sequence} does not match the chain.`);
          heads.delete(row.sequence);
        }
        if (rows.length < BATCH) break;
      }
      const beyond = [...heads.keys()][0];
      return result(beyond === undefined ? undefined : `The chain ends at ${sequence}, but a signed checkpoint at ${beyond} exists: links were removed.`);
    });
  }
}

const LINKS = `SELECT s.sequence::text, s.prev_hash, s.hash, e.* FROM audit_seals s
  LEFT JOIN LATERAL (SELECT ${EVENT_COLUMNS} FROM audit_events WHERE organization_id = s.organization_id AND audit_events.id = s.event_id) e ON true
  WHERE s.organization_id = $1 AND s.sequence > $2 ORDER BY s.sequence LIMIT $3`;
