import { z } from 'zod';
import { COST_COLUMNS, TOKEN_COLUMNS, TRACE_METADATA, TRACE_STATES, TRACE_TAG } from '../trace/trace.js';
import { floatField, floatSql } from './checksum.js';
import { defineStep, items } from './import-step.js';
import { findItems, idOf, jsonRows } from './rows.js';
import { flag, int64, optionalFloat, optionalInt64, optionalText, text, textOrEmpty } from './source-values.js';

const OF_EXPERIMENT = 'experiment_id IN (SELECT experiment_id FROM experiments)';
/** Rows of a trace that the store lost count for nothing in MLflow either. */
const ofTrace = (column: string) => `EXISTS (SELECT 1 FROM trace_info i WHERE i.request_id = ${column})`;
const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');
const TRACES = items('trace');
const SUMS = [...TOKEN_COLUMNS, ...COST_COLUMNS];

const traces = defineStep({
  name: 'traces',
  source: {
    from: 'trace_info t',
    columns: `t.request_id, t.experiment_id, t.timestamp_ms, t.execution_time_ms, t.status, t.client_request_id, t.request_preview, t.response_preview, t.trace_name, t.session_id, ${SUMS.map((name) => `t.${name}`).join(', ')},
      EXISTS (SELECT 1 FROM trace_request_metadata m WHERE m.request_id = t.request_id AND m.key = '${TRACE_METADATA.finalized}') AS finalized`,
    key: ['t.request_id'], batch: 2000, where: OF_EXPERIMENT,
  },
  row: z.object({
    request_id: text,
    experiment_id: int64.transform(String),
    timestamp_ms: int64,
    execution_time_ms: optionalInt64,
    status: z.enum(TRACE_STATES).catch('STATE_UNSPECIFIED'),
    client_request_id: optionalText,
    request_preview: optionalText,
    response_preview: optionalText,
    trace_name: optionalText,
    session_id: optionalText,
    finalized: flag,
    input_tokens: optionalInt64,
    output_tokens: optionalInt64,
    total_tokens: optionalInt64,
    cache_read_input_tokens: optionalInt64,
    cache_creation_input_tokens: optionalInt64,
    cache_creation_input_tokens_above_1hr: optionalInt64,
    input_cost: optionalFloat,
    output_cost: optionalFloat,
    total_cost: optionalFloat,
  }),
  async write(tx, scope, rows) {
    const experiments = await findItems(tx, scope, 'experiment', rows.map((row) => row.experiment_id));
    const given = (names: readonly string[]) => names.map((name) => `n.${name}`).join(', ');
    await tx.query({
      text: `WITH made AS (
               INSERT INTO traces (organization_id, project_id, trace_id, experiment_id, request_time, execution_duration, state, client_request_id, request_preview, response_preview, name, session_id, finalized, tokens_given, costs_given, ${SUMS.join(', ')})
               SELECT $1, $3, n.request_id, n.experiment_id, n.timestamp_ms, n.execution_time_ms, n.status, n.client_request_id, n.request_preview, n.response_preview, n.trace_name, n.session_id, n.finalized,
                 n.finalized AND num_nonnulls(${given(TOKEN_COLUMNS)}) > 0, n.finalized AND num_nonnulls(${given(COST_COLUMNS)}) > 0, ${given(SUMS)}
               FROM json_to_recordset($4::json) n (request_id text, experiment_id bigint, timestamp_ms bigint, execution_time_ms bigint, status text, client_request_id text, request_preview text, response_preview text,
                 trace_name text, session_id text, finalized boolean, ${TOKEN_COLUMNS.map((name) => `${name} bigint`).join(', ')}, ${COST_COLUMNS.map((name) => `${name} float8`).join(', ')})
               RETURNING tid, trace_id)
             INSERT INTO mlflow_import_items (organization_id, import_id, kind, source_id, row_id) SELECT $1::integer, $2::bigint, 'trace', trace_id, tid FROM made`,
      values: [tx.organizationId, scope.importId, scope.projectId, jsonRows(rows.map((row) => ({ ...row, experiment_id: idOf(experiments, row.experiment_id) })))],
    });
  },
  fields: (row) => [
    row.request_id, row.experiment_id, row.timestamp_ms, row.execution_time_ms, row.status, row.client_request_id, row.request_preview, row.response_preview, row.trace_name, row.session_id, row.finalized,
    ...TOKEN_COLUMNS.map((name) => row[name]), ...COST_COLUMNS.map((name) => floatField(row[name])),
  ],
  ours: {
    from: `${TRACES} JOIN traces t ON t.organization_id = $1 AND t.tid = i.row_id JOIN ${items('experiment', 'e')} ON e.row_id = t.experiment_id`,
    fields: [
      't.trace_id', 'e.source_id', 't.request_time', 't.execution_duration', 't.state', 't.client_request_id', 't.request_preview', 't.response_preview', 't.name', 't.session_id', 't.finalized',
      ...TOKEN_COLUMNS.map((name) => `t.${name}`), ...COST_COLUMNS.map((name) => floatSql(`t.${name}`)),
    ],
  },
});

/** What has columns of its own is left out, as MLflow leaves it out of its answers. */
const entries = (name: string, table: 'trace_tags' | 'trace_metadata', source: string, columns: readonly string[]) =>
  defineStep({
    name,
    source: { from: source, columns: 'request_id, key, value', key: ['key', 'request_id'], batch: 5000, where: `key NOT IN (${quoted(columns)}) AND ${ofTrace(`${source}.request_id`)}` },
    row: z.object({ request_id: text, key: text, value: textOrEmpty }),
    async write(tx, scope, rows) {
      const tids = await findItems(tx, scope, 'trace', rows.map((row) => row.request_id));
      await tx.query({
        text: `INSERT INTO ${table} (organization_id, tid, key, value) SELECT $1, n.* FROM unnest($2::bigint[], $3::text[], $4::text[]) n`,
        values: [tx.organizationId, rows.map((row) => idOf(tids, row.request_id)), rows.map((row) => row.key), rows.map((row) => located(row.key, row.value, scope.uris.map(row.value)))],
      });
    },
    fields: (row, { uris }) => [row.request_id, row.key, located(row.key, row.value, uris.map(row.value))],
    ours: { from: `${TRACES} JOIN ${table} t ON t.organization_id = $1 AND t.tid = i.row_id`, fields: ['i.source_id', 't.key', 't.value'] },
  });

function located(key: string, value: string, mapped: string): string {
  return key === TRACE_TAG.artifactLocation ? mapped : value;
}

const assessments = defineStep({
  name: 'assessments',
  source: {
    from: 'assessments', columns: 'assessment_id, trace_id, name, assessment_type, value, error, created_timestamp, last_updated_timestamp, source_type, source_id, run_id, span_id, rationale, overrides, valid, assessment_metadata, aggregate_value, is_numeric_value',
    // In the order in which they came.
    key: ['created_timestamp', 'assessment_id'], batch: 2000, where: ofTrace('assessments.trace_id'),
  },
  row: z.object({
    assessment_id: text, trace_id: text, name: text, assessment_type: z.enum(['feedback', 'expectation', 'issue']), value: text, error: optionalText, created_timestamp: int64, last_updated_timestamp: int64,
    source_type: text, source_id: optionalText, run_id: optionalText, span_id: optionalText, rationale: optionalText, overrides: optionalText, valid: flag, assessment_metadata: optionalText,
    aggregate_value: optionalFloat, is_numeric_value: flag,
  }),
  async write(tx, scope, rows) {
    const tids = await findItems(tx, scope, 'trace', rows.map((row) => row.trace_id));
    await tx.query({
      text: `INSERT INTO assessments (organization_id, tid, assessment_id, name, kind, value, error, created_time, last_updated_time, source_type, source_id, run_id, span_id, rationale, overrides, valid, metadata, aggregate_value, is_numeric_value)
             SELECT $1, n.* FROM json_to_recordset($2::json) n (tid bigint, assessment_id text, name text, assessment_type text, value text, error text, created_timestamp bigint, last_updated_timestamp bigint, source_type text,
               source_id text, run_id text, span_id text, rationale text, overrides text, valid boolean, assessment_metadata text, aggregate_value float8, is_numeric_value boolean)
             ORDER BY n.created_timestamp, n.assessment_id`,
      values: [tx.organizationId, jsonRows(rows.map((row) => ({ ...row, tid: idOf(tids, row.trace_id) })))],
    });
  },
  fields: (row) => [
    row.trace_id, row.assessment_id, row.name, row.assessment_type, row.value, row.error, row.created_timestamp, row.last_updated_timestamp, row.source_type, row.source_id, row.run_id, row.span_id,
    row.rationale, row.overrides, row.valid, row.assessment_metadata, floatField(row.aggregate_value), row.is_numeric_value,
  ],
  ours: {
    from: `${TRACES} JOIN assessments a ON a.organization_id = $1 AND a.tid = i.row_id`,
    fields: [
      'i.source_id', ...['assessment_id', 'name', 'kind', 'value', 'error', 'created_time', 'last_updated_time', 'source_type', 'source_id', 'run_id', 'span_id', 'rationale', 'overrides', 'valid', 'metadata'].map((name) => `a.${name}`),
      floatSql('a.aggregate_value'), 'a.is_numeric_value',
    ],
  },
});

const links = (name: string, destination: 'run' | 'prompt_version', table: 'trace_runs' | 'trace_prompts', column: 'run_id' | 'prompt') =>
  defineStep({
    name,
    source: { from: 'entity_associations a', columns: 'a.source_id, a.destination_id', key: ['a.source_id', 'a.destination_id'], batch: 5000, where: `a.source_type = 'trace' AND a.destination_type = '${destination}' AND ${ofTrace('a.source_id')}` },
    row: z.object({ source_id: text, destination_id: text }),
    async write(tx, scope, rows) {
      const tids = await findItems(tx, scope, 'trace', rows.map((row) => row.source_id));
      await tx.query({
        text: `INSERT INTO ${table} (organization_id, tid, ${column}) SELECT $1, n.* FROM unnest($2::bigint[], $3::text[]) n`,
        values: [tx.organizationId, rows.map((row) => idOf(tids, row.source_id)), rows.map((row) => row.destination_id)],
      });
    },
    fields: (row) => [row.source_id, row.destination_id],
    ours: { from: `${TRACES} JOIN ${table} l ON l.organization_id = $1 AND l.tid = i.row_id`, fields: ['i.source_id', `l.${column}`] },
  });

export const TRACE_STEPS = [
  traces,
  entries('trace_tags', 'trace_tags', 'trace_tags', [TRACE_TAG.name]),
  entries('trace_metadata', 'trace_metadata', 'trace_request_metadata', [TRACE_METADATA.session, TRACE_METADATA.tokenUsage, TRACE_METADATA.cost]),
  assessments,
  links('trace_runs', 'run', 'trace_runs', 'run_id'),
  links('trace_prompts', 'prompt_version', 'trace_prompts', 'prompt'),
];
