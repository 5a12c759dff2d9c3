import type { TenantSql } from '@modelyard/db';
import type { EvaluationDataset } from './evaluation-dataset.js';
import type { StoredRecord } from './dataset-record.js';
import { pythonJson } from './python-json.js';

type Tx = Pick<TenantSql, 'query' | 'organizationId'>;

export interface DatasetRow {
  readonly id: string;
  readonly name: string;
  readonly schema: string | null;
  readonly record_count: number | null;
  readonly digest: string;
  readonly created_time: string;
  readonly last_update_time: string;
  readonly created_by: string | null;
  readonly last_updated_by: string | null;
  readonly tags: Record<string, string>;
}

/** Columns of `evaluation_datasets d` as a DatasetRow. */
export const DATASET_COLUMNS = `d.id, d.name, d.schema, d.record_count, d.digest, d.created_time::text, d.last_update_time::text, d.created_by, d.last_updated_by,
  (SELECT coalesce(json_object_agg(t.key, t.value ORDER BY t.key), '{}') FROM evaluation_dataset_tags t WHERE t.organization_id = d.organization_id AND t.dataset_id = d.id) AS tags`;

export function toDataset(row: DatasetRow): EvaluationDataset {
  return {
    id: row.id,
    name: row.name,
    tags: row.tags,
    schema: row.schema,
    profile: row.record_count === null ? null : pythonJson(row.record_count === 0 ? null : { num_records: row.record_count }),
    digest: row.digest,
    createdTime: Number(row.created_time),
    lastUpdateTime: Number(row.last_update_time),
    createdBy: row.created_by,
    lastUpdatedBy: row.last_updated_by,
  };
}

export async function findDataset(tx: Tx, projectId: number, id: string): Promise<EvaluationDataset | null> {
  const [row] = await tx.query<DatasetRow>({ name: 'evaluation_dataset_find', text: `SELECT ${DATASET_COLUMNS} FROM evaluation_datasets d WHERE d.organization_id = $1 AND d.project_id = $2 AND d.id = $3`, values: [tx.organizationId, projectId, id] });
  return row === undefined ? null : toDataset(row);
}

/** Finds a dataset that is about to change and holds it until the end of the transaction. */
export async function lockDataset(tx: Tx, projectId: number, id: string): Promise<EvaluationDataset | null> {
  await tx.query({ name: 'evaluation_dataset_lock', text: 'SELECT FROM evaluation_datasets WHERE organization_id = $1 AND project_id = $2 AND id = $3 FOR NO KEY UPDATE', values: [tx.organizationId, projectId, id] });
  return findDataset(tx, projectId, id);
}

export async function insertDataset(tx: Tx, projectId: number, row: { id: string; name: string; digest: string; now: number; user: string | null }): Promise<void> {
  await tx.query({
    text: `INSERT INTO evaluation_datasets (organization_id, id, project_id, name, digest, created_time, last_update_time, created_by, last_updated_by) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $7)`,
    values: [tx.organizationId, row.id, projectId, row.name, row.digest, row.now, row.user],
  });
}

export async function deleteDataset(tx: Tx, id: string): Promise<void> {
  await tx.query({ text: 'DELETE FROM evaluation_datasets WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, id] });
}

export async function setTags(tx: Tx, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
  await tx.query({
    text: `INSERT INTO evaluation_dataset_tags (organization_id, dataset_id, key, value) SELECT $1, $2, * FROM unnest($3::text[], $4::text[])
           ON CONFLICT (organization_id, dataset_id, key) DO UPDATE SET value = excluded.value`,
    values: [tx.organizationId, id, Object.keys(tags), Object.values(tags)],
  });
}

/** False when there was none. */
export async function deleteTag(tx: Tx, id: string, key: string): Promise<boolean> {
  return (await tx.query({ text: 'DELETE FROM evaluation_dataset_tags WHERE organization_id = $1 AND dataset_id = $2 AND key = $3 RETURNING 1', values: [tx.organizationId, id, key] })).length > 0;
}

export async function touchDataset(tx: Tx, id: string, now: number): Promise<void> {
  await tx.query({ text: 'UPDATE evaluation_datasets SET last_update_time = $3 WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, id, now] });
}

export async function noteRecords(tx: Tx, id: string, change: { schema: string | null; digest: string; now: number; user: string | null }): Promise<void> {
  await tx.query({
    text: `UPDATE evaluation_datasets SET schema = $3, digest = $4, last_update_time = $5, last_updated_by = $6,
             record_count = nullif((SELECT count(*) FROM evaluation_dataset_records r WHERE r.organization_id = $1 AND r.dataset_id = $2), 0)
           WHERE organization_id = $1 AND id = $2`,
    values: [tx.organizationId, id, change.schema, change.digest, change.now, change.user],
  });
}

export async function addExperiments(tx: Tx, id: string, experimentIds: readonly bigint[]): Promise<void> {
  await tx.query({
    text: 'INSERT INTO evaluation_dataset_experiments (organization_id, dataset_id, experiment_id) SELECT $1, $2, * FROM unnest($3::bigint[]) ON CONFLICT DO NOTHING',
    values: [tx.organizationId, id, experimentIds.map(String)],
  });
}

/** Returns how many were there. */
export async function removeExperiments(tx: Tx, id: string, experimentIds: readonly bigint[]): Promise<number> {
  const rows = await tx.query({ text: 'DELETE FROM evaluation_dataset_experiments WHERE organization_id = $1 AND dataset_id = $2 AND experiment_id = ANY ($3::bigint[]) RETURNING 1', values: [tx.organizationId, id, experimentIds.map(String)] });
  return rows.length;
}

/** Ids of the wire, in the order in which they were added. */
export async function listExperiments(tx: Tx, projectId: number, id: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>({
    text: `SELECT CASE WHEN e.is_default THEN 0 ELSE e.id END::text AS id FROM evaluation_dataset_experiments a
           JOIN experiments e ON e.organization_id = a.organization_id AND e.id = a.experiment_id AND e.project_id = $2
           WHERE a.organization_id = $1 AND a.dataset_id = $3 ORDER BY a.position LIMIT 10000`,
    values: [tx.organizationId, projectId, id],
  });
  return rows.map((row) => row.id);
}

const RECORD_COLUMNS = `id, inputs, outputs, expectations, tags, source, created_time::float8 AS "createdTime", last_update_time::float8 AS "lastUpdateTime", created_by AS "createdBy", last_updated_by AS "lastUpdatedBy"`;

export async function findRecordsByHash(tx: Tx, datasetId: string, hashes: readonly Buffer[]): Promise<Map<string, StoredRecord>> {
  const rows = await tx.query<StoredRecord & { hash: string }>({
    text: `SELECT encode(input_hash, 'hex') AS hash, ${RECORD_COLUMNS} FROM evaluation_dataset_records WHERE organization_id = $1 AND dataset_id = $2 AND input_hash = ANY ($3::bytea[])`,
    values: [tx.organizationId, datasetId, hashes],
  });
  return new Map(rows.map(({ hash, ...record }) => [hash, record]));
}

/** Inserts records, or overwrites those with the same inputs. */
export async function writeRecords(tx: Tx, datasetId: string, records: ReadonlyMap<string, StoredRecord>): Promise<void> {
  const list = [...records.values()];
  const column = <K extends keyof StoredRecord>(key: K) => list.map((record) => record[key]);
  await tx.query({
    text: `INSERT INTO evaluation_dataset_records
             (organization_id, dataset_id, input_hash, id, inputs, outputs, expectations, tags, source, created_time, last_update_time, created_by, last_updated_by)
           SELECT $1, $2, decode(h, 'hex'), i, a, b, c, d, e, f, g, j, k
           FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::text[]) AS u (h, i, a, b, c, d, e, f, g, j, k)
           ON CONFLICT (organization_id, dataset_id, input_hash) DO UPDATE SET
             outputs = excluded.outputs, expectations = excluded.expectations, tags = excluded.tags, last_update_time = excluded.last_update_time, last_updated_by = excluded.last_updated_by`,
    values: [
      tx.organizationId, datasetId, [...records.keys()], column('id'), column('inputs'), column('outputs'), column('expectations'), column('tags'), column('source'),
      column('createdTime'), column('lastUpdateTime'), column('createdBy'), column('lastUpdatedBy'),
    ],
  });
}

/** Oldest first, after a position. */
export async function listRecords(tx: Tx, datasetId: string, limit: number, after: { time: number; id: string } | null): Promise<StoredRecord[]> {
  return tx.query<StoredRecord>({
    text: `SELECT ${RECORD_COLUMNS} FROM evaluation_dataset_records
           WHERE organization_id = $1 AND dataset_id = $2 AND ($3::bigint IS NULL OR (created_time, id) > ($3, $4)) ORDER BY created_time, id LIMIT $5`,
    values: [tx.organizationId, datasetId, after?.time ?? null, after?.id ?? null, limit],
  });
}

/** Returns how many were there. */
export async function deleteRecords(tx: Tx, datasetId: string, ids: readonly string[]): Promise<number> {
  const [row] = await tx.query<{ count: number }>({
    text: `WITH gone AS (DELETE FROM evaluation_dataset_records WHERE organization_id = $1 AND dataset_id = $2 AND id = ANY ($3::text[]) RETURNING 1),
             noted AS (UPDATE evaluation_datasets SET record_count = greatest(0, coalesce(record_count, 0) - (SELECT count(*) FROM gone))
                       WHERE organization_id = $1 AND id = $2 AND EXISTS (SELECT FROM gone))
           SELECT count(*)::integer AS count FROM gone`,
    values: [tx.organizationId, datasetId, ids],
  });
  return row?.count ?? 0;
}
