import type { Database } from './database.js';

export interface OutboxRef {
  readonly organizationId: number;
  readonly outboxId: string;
}

export interface DueOutboxRow extends OutboxRef {
  readonly name: string;
  /** Deliveries so far, this one included. */
  readonly attempts: number;
}

export interface OutboxRow {
  readonly name: string;
  readonly key: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly organizationSlug: string;
}

/** The delivery side of the outbox, as the system role. A row stays until it is acknowledged or buried. */
export class OutboxStore {
  constructor(private readonly db: Database) {}

  /**
   * Takes rows that are due and makes them due again in `ringAgainMs`, should nobody acknowledge them.
   * The column keeps milliseconds, rounded: a row added at .6 ms lies in the future of the same instant unless `now()` is rounded too.
   */
  claim(batch: number, ringAgainMs: number): Promise<DueOutboxRow[]> {
    return this.db.system('claim due outbox rows', (tx) =>
      tx.query<DueOutboxRow>({
        name: 'outbox_claim',
        text: `UPDATE outbox SET attempts = attempts + 1, available_at = now() + make_interval(secs => $1)
               WHERE (organization_id, id) IN (
                 SELECT organization_id, id FROM outbox WHERE available_at <= now()::timestamptz(3) ORDER BY available_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
               RETURNING organization_id AS "organizationId", id::text AS "outboxId", name, attempts`,
        values: [ringAgainMs / 1000, batch],
      }),
    );
  }

  /** Null when it was acknowledged already. */
  async find(ref: OutboxRef): Promise<OutboxRow | null> {
    const [row] = await this.db.system('read an outbox row', (tx) =>
      tx.query<OutboxRow>({
        name: 'outbox_read',
        text: `SELECT b.name, b.key, b.payload, b.attempts, o.slug AS "organizationSlug"
               FROM outbox b JOIN organizations o ON o.id = b.organization_id WHERE b.organization_id = $1 AND b.id = $2`,
        values: [ref.organizationId, ref.outboxId],
      }),
    );
    return row ?? null;
  }

  async acknowledge(ref: OutboxRef): Promise<void> {
    await this.db.system('acknowledge an outbox row', (tx) =>
      tx.query({ name: 'outbox_done', text: 'DELETE FROM outbox WHERE organization_id = $1 AND id = $2', values: [ref.organizationId, ref.outboxId] }),
    );
  }

  async retryLater(ref: OutboxRef, error: string, backoffMs: number): Promise<void> {
    await this.db.system('note a failed job', (tx) =>
      tx.query({
        text: `UPDATE outbox SET last_error = $3, available_at = now() + make_interval(secs => $4) WHERE organization_id = $1 AND id = $2`,
        values: [ref.organizationId, ref.outboxId, error, backoffMs / 1000],
      }),
    );
  }

  /** Moves the row to the dead letters. */
  async bury(ref: OutboxRef, error: string): Promise<void> {
    await this.db.system('bury a failed job', (tx) =>
      tx.query({
        text: `WITH dead AS (DELETE FROM outbox WHERE organization_id = $1 AND id = $2 RETURNING *)
               INSERT INTO dead_letters (organization_id, name, key, payload, attempts, error)
               SELECT organization_id, name, key, payload, attempts, $3 FROM dead`,
        values: [ref.organizationId, ref.outboxId, error],
      }),
    );
  }
}
