import type { TenantSql } from '@modelyard/db';
import { COST_COLUMNS, TOKEN_COLUMNS, type TraceState } from './trace.js';

/** Columns of a trace that a client sets as a whole. */
export interface TraceValues {
  readonly traceId: string;
  readonly requestTime: number;
  readonly executionDuration: number | null;
  readonly state: TraceState;
  readonly name: string | null;
  readonly clientRequestId: string | null;
  readonly requestPreview: string | null;
  readonly responsePreview: string | null;
  /** `session_id` and the columns of token usage and cost. */
  readonly columns: Readonly<Record<string, string | number | null>>;
  readonly finalized: boolean;
}

const OPTIONAL = ['session_id', ...TOKEN_COLUMNS, ...COST_COLUMNS];
const GIVEN = ['tokens_given', 'costs_given'];

/** Makes a trace, or gives one that spans have made its final values; what is not said stays. Returns its row id. */
export async function upsertTrace(tx: TenantSql, projectId: number, experimentId: bigint, trace: TraceValues): Promise<string> {
  const [row] = await tx.query<{ tid: string }>({
    name: 'trace_upsert',
    text: `INSERT INTO traces AS t (organization_id, project_id, experiment_id, trace_id, request_time, execution_duration, state, client_request_id, finalized, name, request_preview, response_preview, ${[...OPTIONAL, ...GIVEN].join(', ')})
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ${[...OPTIONAL, ...GIVEN].map((_, index) => `$${index + 13}`).join(', ')})
           ON CONFLICT (organization_id, project_id, trace_id) DO UPDATE SET
             experiment_id = excluded.experiment_id, request_time = excluded.request_time, execution_duration = excluded.execution_duration, state = excluded.state,
             client_request_id = excluded.client_request_id, finalized = excluded.finalized,
             ${GIVEN.map((name) => `${name} = excluded.${name} OR t.${name}`).join(', ')},
             ${['name', 'request_preview', 'response_preview', ...OPTIONAL].map((name) => `${name} = coalesce(excluded.${name}, t.${name})`).join(', ')}
           RETURNING tid::text`,
    values: [
      tx.organizationId, projectId, experimentId, trace.traceId, trace.requestTime, trace.executionDuration, trace.state, trace.clientRequestId, trace.finalized,
      trace.name, trace.requestPreview, trace.responsePreview, ...OPTIONAL.map((name) => trace.columns[name] ?? null),
      ...[TOKEN_COLUMNS, COST_COLUMNS].map((names) => names.some((name) => (trace.columns[name] ?? null) !== null)),
    ],
  });
  if (row === undefined) throw new Error('the upsert of a trace returned no row');
  return row.tid;
}

/** Sets tags or metadata of a trace. */
export async function setEntries(tx: TenantSql, table: 'trace_tags' | 'trace_metadata', tid: string, entries: ReadonlyMap<string, string>): Promise<void> {
  if (entries.size === 0) return;
  await tx.query({
    name: `${table}_set`,
    text: `INSERT INTO ${table} (organization_id, tid, key, value) SELECT $1, $2, n.key, n.value FROM unnest($3::text[], $4::text[]) n (key, value)
           ON CONFLICT (organization_id, tid, key) DO UPDATE SET value = excluded.value`,
    values: [tx.organizationId, tid, [...entries.keys()], [...entries.values()]],
  });
}

/** Sets the name of a trace; null takes it away. */
export async function setTraceName(tx: TenantSql, tid: string, name: string | null): Promise<void> {
  await tx.query({ name: 'trace_name', text: 'UPDATE traces SET name = $3 WHERE organization_id = $1 AND tid = $2', values: [tx.organizationId, tid, name] });
}

/** Deletes a tag; false when the trace has none of that name. */
export async function removeTag(tx: TenantSql, tid: string, key: string): Promise<boolean> {
  const text = key === 'mlflow.traceName'
    ? 'UPDATE traces SET name = NULL WHERE organization_id = $1 AND tid = $2 AND name IS NOT NULL AND $3::text IS NOT NULL RETURNING tid'
    : 'DELETE FROM trace_tags WHERE organization_id = $1 AND tid = $2 AND key = $3 RETURNING tid';
  return (await tx.query({ text, values: [tx.organizationId, tid, key] })).length > 0;
}
