import type { TenantSql } from '@modelyard/db';
import { sql, type Sql } from '@modelyard/filter';
import type { AssessmentDocument, AssessmentRow } from './assessment.js';

/** `assessments a` of `traces t` as the JSON of an AssessmentDocument. */
export const ASSESSMENT_DOCUMENT: Sql = sql`json_build_object('assessmentId', a.assessment_id, 'traceId', t.trace_id, 'name', a.name, 'kind', a.kind, 'value', a.value, 'error', a.error,
  'metadata', a.metadata, 'sourceType', a.source_type, 'sourceId', a.source_id, 'runId', a.run_id, 'spanId', a.span_id, 'rationale', a.rationale,
  'overrides', a.overrides, 'valid', a.valid, 'createTime', a.created_time, 'lastUpdateTime', a.last_updated_time)`;

export async function findAssessment(tx: TenantSql, tid: string, assessmentId: string): Promise<AssessmentDocument | null> {
  const statement = sql`SELECT ${ASSESSMENT_DOCUMENT} AS document FROM assessments a JOIN traces t ON t.organization_id = a.organization_id AND t.tid = a.tid
    WHERE a.organization_id = ${tx.organizationId} AND a.tid = ${tid}::bigint AND a.assessment_id = ${assessmentId}`;
  const [row] = await tx.query<{ document: AssessmentDocument }>({ name: 'assessment_find', ...statement.render() });
  return row?.document ?? null;
}

/** Inserts assessments of a trace; one that is there already under its id is replaced, and stays as valid as it was. */
export async function upsertAssessments(tx: TenantSql, tid: string, rows: readonly AssessmentRow[]): Promise<void> {
  const last = [...new Map(rows.map((row) => [row.assessment_id, row])).values()];
  await tx.query({ name: 'assessments_upsert', text: UPSERT, values: [tx.organizationId, tid, JSON.stringify(last)] });
}

/** Marks whether an assessment counts. False when there is none of this id. */
export async function setValid(tx: TenantSql, tid: string, assessmentId: string, valid: boolean): Promise<boolean> {
  const rows = await tx.query({
    name: 'assessment_valid',
    text: 'UPDATE assessments SET valid = $4 WHERE organization_id = $1 AND tid = $2 AND assessment_id = $3 RETURNING assessment_id',
    values: [tx.organizationId, tid, assessmentId, valid],
  });
  return rows.length > 0;
}

export async function updateAssessment(tx: TenantSql, tid: string, assessmentId: string, row: Pick<AssessmentRow, 'name' | 'value' | 'error' | 'metadata' | 'rationale' | 'aggregate_value' | 'is_numeric_value' | 'last_updated_time'>): Promise<void> {
  await tx.query({
    name: 'assessment_update',
    text: `UPDATE assessments SET name = $4, value = $5, error = $6, metadata = $7, rationale = $8, aggregate_value = $9, is_numeric_value = $10, last_updated_time = $11
           WHERE organization_id = $1 AND tid = $2 AND assessment_id = $3`,
    values: [tx.organizationId, tid, assessmentId, row.name, row.value, row.error, row.metadata, row.rationale, row.aggregate_value, row.is_numeric_value, row.last_updated_time],
  });
}

/** Deletes an assessment; the one it overrode counts again. */
export async function deleteAssessment(tx: TenantSql, tid: string, assessmentId: string): Promise<void> {
  await tx.query({
    name: 'assessment_delete',
    text: `WITH gone AS (DELETE FROM assessments WHERE organization_id = $1 AND tid = $2 AND assessment_id = $3 RETURNING overrides)
           UPDATE assessments a SET valid = true FROM gone WHERE a.organization_id = $1 AND a.tid = $2 AND a.assessment_id = gone.overrides`,
    values: [tx.organizationId, tid, assessmentId],
  });
}

const COLUMNS = ['assessment_id', 'name', 'kind', 'value', 'error', 'metadata', 'aggregate_value', 'is_numeric_value', 'source_type', 'source_id', 'run_id', 'span_id', 'rationale', 'overrides', 'created_time', 'last_updated_time'];

const UPSERT = `INSERT INTO assessments (organization_id, tid, ${COLUMNS.join(', ')})
  SELECT $1, $2, ${COLUMNS.map((name) => `n.${name}`).join(', ')}
  FROM json_to_recordset($3::json) n (assessment_id text, name text, kind text, value text, error text, metadata text, aggregate_value float8, is_numeric_value boolean,
    source_type text, source_id text, run_id text, span_id text, rationale text, overrides text, created_time bigint, last_updated_time bigint)
  ON CONFLICT (organization_id, tid, assessment_id) DO UPDATE SET ${COLUMNS.slice(1).map((name) => `${name} = excluded.${name}`).join(', ')}`;
