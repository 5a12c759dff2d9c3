import type { TenantSql } from '@modelyard/db';
import { DomainError } from '@modelyard/kernel';
import { sumQuery, type TableSum } from './checksum.js';
import type { OurTable } from './import-step.js';

export interface ImportRecord {
  readonly id: string;
  readonly artifactRoot: string | null;
  readonly isNew: boolean;
}

export interface StepProgress {
  readonly cursor: string | null;
  readonly rows: number;
  readonly isComplete: boolean;
}

/** Finds or makes the record of an import, and waits for the last transaction of a process that was killed. */
export async function openImport(tx: TenantSql, projectId: number, fingerprint: string, source: string, artifactRoot: string | null): Promise<ImportRecord> {
  const made = await tx.query({
    text: `INSERT INTO mlflow_imports (organization_id, into_project, fingerprint, source, artifact_root) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id`,
    values: [tx.organizationId, projectId, fingerprint, source, artifactRoot],
  });
  const [row] = await tx.query<Omit<ImportRecord, 'isNew'>>({
    text: `SELECT id::text, artifact_root AS "artifactRoot" FROM mlflow_imports WHERE organization_id = $1 AND into_project = $2 AND fingerprint = $3 FOR UPDATE`,
    values: [tx.organizationId, projectId, fingerprint],
  });
  if (row === undefined) throw new Error('the record of the import was not made');
  return { ...row, isNew: made.length > 0 };
}

export async function listProgress(tx: TenantSql, importId: string): Promise<ReadonlyMap<string, StepProgress>> {
  const rows = await tx.query<{ step: string; cursor: string | null; row_count: string; is_complete: boolean }>({
    text: 'SELECT step, cursor, row_count::text, is_complete FROM mlflow_import_steps WHERE organization_id = $1 AND import_id = $2',
    values: [tx.organizationId, importId],
  });
  return new Map(rows.map((row) => [row.step, { cursor: row.cursor, rows: Number(row.row_count), isComplete: row.is_complete }]));
}

/** Moves a step from one state to the next. Throws CONFLICT when somebody else moved it meanwhile. */
export async function advanceStep(tx: TenantSql, importId: string, step: string, from: StepProgress | undefined, to: StepProgress): Promise<void> {
  await tx.query({ name: 'import_lock', text: 'SELECT FROM mlflow_imports WHERE organization_id = $1 AND id = $2 FOR UPDATE', values: [tx.organizationId, importId] });
  const moved = await tx.query({
    name: 'import_advance',
    text: `INSERT INTO mlflow_import_steps AS s (organization_id, import_id, step, cursor, row_count, is_complete) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (organization_id, import_id, step) DO UPDATE SET cursor = excluded.cursor, row_count = excluded.row_count, is_complete = excluded.is_complete
           WHERE s.cursor IS NOT DISTINCT FROM $7 AND s.row_count = $8 RETURNING step`,
    values: [tx.organizationId, importId, step, to.cursor, to.rows, to.isComplete, from?.cursor ?? null, from?.rows ?? 0],
  });
  if (moved.length === 0) throw new DomainError('CONFLICT', 'Another process imports this store into the same project. Wait for it to end, and run the import again.');
}

export interface MappedExperiment {
  /** The id in the source. */
  readonly from: string;
  /** The id on the wire here. */
  readonly to: string;
  /** The first folder of its artifacts' URIs. */
  readonly folder: string;
  readonly name: string;
}

export async function listExperiments(tx: TenantSql, importId: string): Promise<MappedExperiment[]> {
  return tx.query({
    text: `SELECT i.source_id AS "from", CASE WHEN e.is_default THEN '0' ELSE e.id::text END AS "to", CASE WHEN e.is_default AND p.is_default THEN '0' ELSE e.id::text END AS folder, e.name
           FROM mlflow_import_items i
           JOIN experiments e ON e.organization_id = i.organization_id AND e.id = i.row_id
           JOIN projects p ON p.organization_id = i.organization_id AND p.id = e.project_id
           WHERE i.organization_id = $1 AND i.import_id = $2 AND i.kind = 'experiment' ORDER BY i.source_id::bigint`,
    values: [tx.organizationId, importId],
  });
}

/** The row ids of the experiments, by their ids in the source: what the keys of their artifacts begin with. */
export async function listExperimentRows(tx: TenantSql, importId: string): Promise<ReadonlyMap<string, bigint>> {
  const rows = await tx.query<{ source_id: string; row_id: string }>({
    text: `SELECT source_id, row_id::text FROM mlflow_import_items WHERE organization_id = $1 AND import_id = $2 AND kind = 'experiment'`,
    values: [tx.organizationId, importId],
  });
  return new Map(rows.map((row) => [row.source_id, BigInt(row.row_id)]));
}

/** What the import made of one table of the source. Takes as long as reading it. */
export async function sumOurs(tx: TenantSql, importId: string, ours: OurTable): Promise<TableSum> {
  await tx.query({ text: `SELECT set_config('statement_timeout', '0', true)` });
  const [row] = await tx.query<{ rows: string; sum: string }>({ text: sumQuery(ours.from, ours.fields), values: [tx.organizationId, importId] });
  return { rows: BigInt(row?.rows ?? 0), sum: BigInt(row?.sum ?? 0) };
}

/** URIs of runs, logged models and experiments that lie outside this server, by their first parts. */
export async function listOutside(tx: TenantSql, importId: string): Promise<{ kind: string; place: string; count: number; example: string }[]> {
  const rows = await tx.query<{ kind: string; place: string; count: string; example: string }>({
    text: `SELECT kind, substring(uri FROM '^[A-Za-z0-9+.-]*:?/*[^/]*') AS place, count(*)::text AS count, min(uri) AS example FROM (
             SELECT 'runs' AS kind, r.artifact_uri AS uri FROM mlflow_import_items i JOIN runs r ON r.organization_id = $1 AND r.rid = i.row_id WHERE i.organization_id = $1 AND i.import_id = $2 AND i.kind = 'run'
             UNION ALL
             SELECT 'logged models', m.artifact_uri FROM mlflow_import_items i JOIN logged_models m ON m.organization_id = $1 AND m.model_id = i.source_id WHERE i.organization_id = $1 AND i.import_id = $2 AND i.kind = 'logged_model'
             UNION ALL
             SELECT 'experiments', e.artifact_location FROM mlflow_import_items i JOIN experiments e ON e.organization_id = $1 AND e.id = i.row_id WHERE i.organization_id = $1 AND i.import_id = $2 AND i.kind = 'experiment') u
           WHERE uri NOT LIKE 'mlflow-artifacts:%' GROUP BY kind, place ORDER BY kind, place LIMIT 100`,
    values: [tx.organizationId, importId],
  });
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export async function finishImport(tx: TenantSql, importId: string): Promise<void> {
  await tx.query({ text: 'UPDATE mlflow_imports SET finished_at = now() WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, importId] });
}
