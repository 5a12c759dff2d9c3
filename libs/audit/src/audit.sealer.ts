import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type SystemHandle } from '@modelyard/db';
import { chainHash, GENESIS } from './audit-event.js';
import { EVENT_COLUMNS, toAuditEvent, type AuditEventRow } from './audit-event.rows.js';

const BATCH = 1000;

/** Signs heads of chains; the private key lies in a file outside the database. */
export interface AuditSigner {
  readonly keyId: string;
  sign(message: Buffer): Buffer;
}

/** Makes a new Ed25519 key, PEM-encoded (PKCS #8). */
export function generateAuditKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function auditSigner(privateKeyPem: string): AuditSigner {
  const key = createPrivateKey(privateKeyPem);
  return { keyId: auditKeyId(createPublicKey(key)), sign: (message) => sign(null, message, key) };
}

/** The key's name in checkpoints: start of the hex of its raw public bytes. */
export function auditKeyId(publicKey: KeyObject): string {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex').slice(0, 16);
}

/** What a checkpoint signs. */
export function checkpointMessage(organizationId: number, sequence: bigint, hash: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`modelyard-audit-v1:${organizationId}:${sequence}:`), hash]);
}

export function verifyCheckpoint(publicKey: KeyObject, message: Buffer, signature: Buffer): boolean {
  return verify(null, message, publicKey, signature);
}

/**
 * Orders committed audit rows and chains them, one organization at a time. Rows of transactions that may still be
 * running (at or above pg_snapshot_xmin) wait, so that a late commit can never slip in before a sealed row.
 */
@Injectable()
export class AuditSealer {
  constructor(private readonly db: Database) {}

  /** Seals what is due in every organization. Returns the number of events sealed. */
  async sealAll(signer: AuditSigner): Promise<number> {
    const due = await this.db.system('find unsealed audit events', (tx) =>
      tx.query<{ organization_id: number }>({
        name: 'audit_due',
        text: 'SELECT DISTINCT organization_id FROM audit_pending WHERE transaction_id < pg_snapshot_xmin(pg_current_snapshot())',
      }),
    );
    let sealed = 0;
    for (const row of due) sealed += await this.seal(row.organization_id, signer);
    return sealed;
  }

  private seal(organizationId: number, signer: AuditSigner): Promise<number> {
    return this.db.system('chain audit events', async (tx) => {
      // One sealer at a time per organization; another worker's turn comes again within the second.
      const [lock] = await tx.query<{ locked: boolean }>({ text: 'SELECT pg_try_advisory_xact_lock(72707370, $1) AS locked', values: [organizationId] });
      if (lock?.locked !== true) return 0;
      const head = await readHead(tx, organizationId);
      const events = await readUnsealed(tx, organizationId);
      if (events.length === 0) return 0;
      let previous = head.hash;
      const links = events.map((event, index) => {
        const hash = chainHash(previous, organizationId, event);
        const link = { sequence: head.sequence + BigInt(index) + 1n, eventId: event.id, previous, hash };
        previous = hash;
        return link;
      });
      await tx.query({
        text: `INSERT INTO audit_seals (organization_id, sequence, event_id, prev_hash, hash)
               SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[])`,
        values: [organizationId, links.map((l) => l.sequence), links.map((l) => l.eventId), links.map((l) => l.previous), links.map((l) => l.hash)],
      });
      await tx.query({ text: 'DELETE FROM audit_pending WHERE organization_id = $1 AND event_id = ANY ($2)', values: [organizationId, links.map((l) => l.eventId)] });
      const sequence = head.sequence + BigInt(events.length);
      await tx.query({
        text: `INSERT INTO audit_checkpoints (organization_id, sequence, hash, key_id, signature) VALUES ($1, $2, $3, $4, $5)`,
        values: [organizationId, sequence, previous, signer.keyId, signer.sign(checkpointMessage(organizationId, sequence, previous))],
      });
      return events.length;
    });
  }
}

async function readHead(tx: SystemHandle, organizationId: number): Promise<{ sequence: bigint; hash: Buffer }> {
  const [row] = await tx.query<{ sequence: string; hash: Buffer }>({
    text: 'SELECT sequence::text, hash FROM audit_seals WHERE organization_id = $1 ORDER BY sequence DESC LIMIT 1',
    values: [organizationId],
  });
  return row === undefined ? { sequence: 0n, hash: GENESIS } : { sequence: BigInt(row.sequence), hash: row.hash };
}

async function readUnsealed(tx: SystemHandle, organizationId: number) {
  const rows = await tx.query<AuditEventRow>({
    text: `SELECT ${EVENT_COLUMNS} FROM audit_events e
           WHERE organization_id = $1 AND id IN (
             SELECT event_id FROM audit_pending
             WHERE organization_id = $1 AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
             ORDER BY event_id LIMIT ${BATCH})
           ORDER BY e.id`,
    values: [organizationId],
  });
  return rows.map(toAuditEvent);
}
