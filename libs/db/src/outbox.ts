import type { JobDefinition, PayloadOf } from '@modelyard/kernel';
import type { TenantSql } from './database.js';

/** The channel that wakes the relay after a commit. Never used in hot transactions: NOTIFY takes a database-wide lock. */
export const OUTBOX_CHANNEL = 'modelyard_outbox';

/** Adds a job to the outbox in the caller's transaction: it is delivered at least once if, and only if, that commits. */
export async function addToOutbox<J extends JobDefinition>(tx: Pick<TenantSql, 'query' | 'organizationId'>, job: J, payload: PayloadOf<J>): Promise<void> {
  const checked = job.payload.parse(payload);
  await tx.query({
    name: 'outbox_add',
    text: `WITH added AS (
             INSERT INTO outbox (organization_id, name, key, payload) VALUES ($1, $2, $3, $4) RETURNING 1)
           SELECT pg_notify('${OUTBOX_CHANNEL}', '') FROM added`,
    values: [tx.organizationId, job.name, job.key(checked), JSON.stringify(checked)],
  });
}
