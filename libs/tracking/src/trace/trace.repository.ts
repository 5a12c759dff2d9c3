import type { TenantSql } from '@modelyard/db';
import { sql, type Sql } from '@modelyard/filter';
import { DomainError } from '@modelyard/kernel';
import type { AssessmentDocument } from '../assessment/assessment.js';
import { ASSESSMENT_DOCUMENT } from '../assessment/assessment.repository.js';
import { dumpPython, pythonFloat, PythonNumber } from '../span/python-json.js';
import { COST_COLUMNS, TOKEN_COLUMNS, TRACE_METADATA, TRACE_TAG, type CostColumn, type TokenColumn, type TraceInfo, type TraceState } from './trace.js';

export type TraceInfoRow = Readonly<Record<TokenColumn, string | null> & Record<CostColumn, number | null>> & {
  readonly tid: string;
  readonly trace_id: string;
  readonly experiment_id: string;
  readonly request_time: string;
  readonly execution_duration: string | null;
  readonly state: TraceState;
  readonly name: string | null;
  readonly session_id: string | null;
  readonly client_request_id: string | null;
  readonly request_preview: string | null;
  readonly response_preview: string | null;
  readonly tags: Record<string, string> | null;
  readonly metadata: Record<string, string> | null;
  readonly assessments: AssessmentDocument[] | null;
};

/** Columns of a TraceInfoRow from `TRACES_FROM`. */
export const TRACE_INFO_COLUMNS: Sql = sql`t.tid::text, t.trace_id, CASE WHEN e.is_default THEN '0' ELSE e.id::text END AS experiment_id, t.request_time::text, t.execution_duration::text,
  t.state, t.name, t.session_id, t.client_request_id, t.request_preview, t.response_preview,
  t.input_tokens::text, t.output_tokens::text, t.total_tokens::text, t.cache_read_input_tokens::text, t.cache_creation_input_tokens::text,
  t.cache_creation_input_tokens_above_1hr::text, t.input_cost, t.output_cost, t.total_cost,
  (SELECT json_object_agg(g.key, g.value) FROM trace_tags g WHERE g.organization_id = t.organization_id AND g.tid = t.tid) AS tags,
  (SELECT json_object_agg(m.key, m.value) FROM trace_metadata m WHERE m.organization_id = t.organization_id AND m.tid = t.tid) AS metadata,
  (SELECT json_agg(${ASSESSMENT_DOCUMENT} ORDER BY a.position) FROM assessments a WHERE a.organization_id = t.organization_id AND a.tid = t.tid) AS assessments`;
export const TRACES_FROM: Sql = sql`traces t JOIN experiments e ON e.organization_id = t.organization_id AND e.id = t.experiment_id`;

/** The row id of a trace of the project; null when there is none. With `lock` it is held until the end of the transaction. */
export async function findTid(tx: TenantSql, projectId: number, traceId: string, lock?: 'lock'): Promise<string | null> {
  const [row] = await tx.query<{ tid: string }>({
    name: `trace_tid_${lock ?? 'read'}`,
    text: `SELECT tid::text FROM traces WHERE organization_id = $1 AND project_id = $2 AND trace_id = $3${lock === undefined ? '' : ' FOR UPDATE'}`,
    values: [tx.organizationId, projectId, traceId],
  });
  return row?.tid ?? null;
}

/** Infos of those of the traces that the project has, in the order asked for; a repeated id counts once. */
export async function findTraceInfos(tx: TenantSql, projectId: number, traceIds: readonly string[]): Promise<(TraceInfo & { readonly tid: string })[]> {
  const ids = [...new Set(traceIds)];
  const statement = sql`SELECT ${TRACE_INFO_COLUMNS} FROM ${TRACES_FROM}
    WHERE t.organization_id = ${tx.organizationId} AND t.project_id = ${projectId} AND t.trace_id = ANY (${ids}::text[])`;
  const rows = await tx.query<TraceInfoRow>({ name: 'trace_infos', ...statement.render() });
  const byId = new Map(rows.map((row) => [row.trace_id, row]));
  return ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [{ ...toTraceInfo(row), tid: row.tid }];
  });
}

/** All of it lies in memory at once, several times over. */
const MAX_CONTENT_BYTES = 128 * 1024 * 1024;

/** Stored spans of traces by row id: roots first, then by start. Throws INVALID_ARGUMENT when they are too much for one answer. */
export async function findSpanContents(tx: TenantSql, tids: readonly string[]): Promise<Map<string, string[]>> {
  const [size] = await tx.query<{ bytes: string | null }>({
    name: 'span_contents_size',
    text: 'SELECT sum(octet_length(content))::text AS bytes FROM spans WHERE organization_id = $1 AND tid = ANY ($2::bigint[])',
    values: [tx.organizationId, tids],
  });
  if (Number(size?.bytes ?? 0) > MAX_CONTENT_BYTES) {
    throw new DomainError('INVALID_ARGUMENT', `The spans of these traces take ${size?.bytes ?? 0} bytes, an answer can hold ${MAX_CONTENT_BYTES}. Ask for fewer traces at a time.`, { field: 'trace_ids' });
  }
  const rows = await tx.query<{ tid: string; content: string }>({
    name: 'span_contents',
    text: `SELECT tid::text, content FROM spans WHERE organization_id = $1 AND tid = ANY ($2::bigint[])
           ORDER BY tid, parent_span_id IS NOT NULL, start_time, span_id`,
    values: [tx.organizationId, tids],
  });
  return new Map([...Map.groupBy(rows, ({ tid }) => tid)].map(([tid, spans]) => [tid, spans.map(({ content }) => content)]));
}

export function toTraceInfo(row: TraceInfoRow): TraceInfo {
  return {
    traceId: row.trace_id,
    experimentId: row.experiment_id,
    clientRequestId: row.client_request_id,
    requestPreview: row.request_preview,
    responsePreview: row.response_preview,
    requestTime: Number(row.request_time),
    executionDuration: row.execution_duration === null ? null : Number(row.execution_duration),
    state: row.state,
    metadata: { ...row.metadata, ...promotedMetadata(row) },
    tags: { ...row.tags, ...(row.name === null ? {} : { [TRACE_TAG.name]: row.name }) },
    assessments: row.assessments ?? [],
  };
}

/** Columns that MLflow shows as metadata. */
function promotedMetadata(row: TraceInfoRow): Record<string, string> {
  const tokens = TOKEN_COLUMNS.flatMap((key) => (row[key] === null ? [] : [[key, new PythonNumber(row[key], true)] as const]));
  const costs = COST_COLUMNS.flatMap((key) => (row[key] === null ? [] : [[key, new PythonNumber(pythonFloat(row[key]), false)] as const]));
  return {
    ...(row.session_id === null ? {} : { [TRACE_METADATA.session]: row.session_id }),
    ...(tokens.length === 0 ? {} : { [TRACE_METADATA.tokenUsage]: dumpPython(Object.fromEntries(tokens)) }),
    ...(costs.length === 0 ? {} : { [TRACE_METADATA.cost]: dumpPython(Object.fromEntries(costs)) }),
  };
}
