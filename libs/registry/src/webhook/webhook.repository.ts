import type { TenantSql } from '@modelyard/db';
import type { Webhook, WebhookEvent, WebhookStatus } from './webhook.js';

type Tx = Pick<TenantSql, 'query' | 'organizationId'>;

export interface WebhookRow {
  readonly name: string;
  readonly url: string;
  readonly description: string | null;
  readonly status: WebhookStatus;
  readonly events: readonly WebhookEvent[];
}

interface StoredWebhook extends WebhookRow {
  readonly id: string;
  readonly projectId: number;
  readonly creationTimestamp: string;
  readonly lastUpdatedTimestamp: string;
}

const COLUMNS = `id, project_id AS "projectId", name, url, description, status, events,
  creation_timestamp::text AS "creationTimestamp", last_updated_timestamp::text AS "lastUpdatedTimestamp"`;

export async function countWebhooks(tx: Tx, projectId: number): Promise<number> {
  const [row] = await tx.query<{ count: number }>({ text: 'SELECT count(*)::integer AS count FROM webhooks WHERE organization_id = $1 AND project_id = $2', values: [tx.organizationId, projectId] });
  return row?.count ?? 0;
}

export async function insertWebhook(tx: Tx, row: WebhookRow & { id: string; projectId: number; sealedSecret: Buffer | null; now: number }): Promise<void> {
  await tx.query({
    text: `INSERT INTO webhooks (organization_id, id, project_id, name, url, description, status, events, sealed_secret, creation_timestamp, last_updated_timestamp)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)`,
    values: [tx.organizationId, row.id, row.projectId, row.name, row.url, row.description, row.status, row.events, row.sealedSecret, row.now],
  });
}

/** Writes all of a webhook; its secret only when one is given (null takes it away). */
export async function updateWebhook(tx: Tx, id: string, row: WebhookRow & { now: number; sealedSecret?: Buffer | null }): Promise<void> {
  await tx.query({
    text: `UPDATE webhooks SET name = $3, url = $4, description = $5, status = $6, events = $7, last_updated_timestamp = $8,
             sealed_secret = CASE WHEN $9 THEN $10 ELSE sealed_secret END
           WHERE organization_id = $1 AND id = $2`,
    values: [tx.organizationId, id, row.name, row.url, row.description, row.status, row.events, row.now, row.sealedSecret !== undefined, row.sealedSecret ?? null],
  });
}

export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  await tx.query({ text: 'DELETE FROM webhooks WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, id] });
}

export async function findWebhook(tx: Tx, projectId: number, id: string): Promise<Webhook | null> {
  const [row] = await tx.query<StoredWebhook>({ text: `SELECT ${COLUMNS} FROM webhooks WHERE organization_id = $1 AND project_id = $2 AND id = $3`, values: [tx.organizationId, projectId, id] });
  return row === undefined ? null : toWebhook(row);
}

/** Newest first, after a position. */
export async function listWebhooks(tx: Tx, projectId: number, limit: number, after: { time: number; id: string } | null): Promise<Webhook[]> {
  const rows = await tx.query<StoredWebhook>({
    text: `SELECT ${COLUMNS} FROM webhooks WHERE organization_id = $1 AND project_id = $2 AND ($3::bigint IS NULL OR (creation_timestamp, id) < ($3, $4))
           ORDER BY creation_timestamp DESC, id DESC LIMIT $5`,
    values: [tx.organizationId, projectId, after?.time ?? null, after?.id ?? null, limit],
  });
  return rows.map(toWebhook);
}

export async function findSealedSecret(tx: Tx, id: string): Promise<Buffer | null> {
  const [row] = await tx.query<{ sealed_secret: Buffer | null }>({ text: 'SELECT sealed_secret FROM webhooks WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, id] });
  return row?.sealed_secret ?? null;
}

export async function allowedHosts(tx: Tx): Promise<ReadonlySet<string>> {
  const rows = await tx.query<{ host: string }>({ text: 'SELECT host FROM webhook_allowed_hosts WHERE organization_id = $1', values: [tx.organizationId] });
  return new Set(rows.map(({ host }) => host));
}

function toWebhook({ creationTimestamp, lastUpdatedTimestamp, ...row }: StoredWebhook): Webhook {
  return { ...row, creationTimestamp: Number(creationTimestamp), lastUpdatedTimestamp: Number(lastUpdatedTimestamp) };
}
