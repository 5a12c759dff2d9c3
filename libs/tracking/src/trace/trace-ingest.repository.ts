import type { TenantSql } from '@modelyard/db';
import type { Sums } from '../span/span-sums.js';
import { COST_COLUMNS, TOKEN_COLUMNS, TRACE_METADATA, TRACE_TAG, TRACKING_STORE } from './trace.js';
import type { TraceAggregate } from './trace-aggregate.js';

/** A trace that spans go to, locked until the end of the transaction. */
export interface TraceRow {
  readonly tid: string;
  readonly trace_id: string;
  /** The client has said what the sums are. */
  readonly tokens_given: boolean;
  readonly costs_given: boolean;
  /** Made in this transaction. */
  readonly isNew?: boolean;
}

const SUM_COLUMNS = [...TOKEN_COLUMNS, ...COST_COLUMNS];
const SUM_TYPES = [...TOKEN_COLUMNS.map(() => 'bigint'), ...COST_COLUMNS.map(() => 'float8')];

/** Locks the traces that are there, in order of their id. */
export async function lockTraces(tx: TenantSql, projectId: number, traceIds: readonly string[]): Promise<TraceRow[]> {
  return tx.query<TraceRow>({
    name: 'traces_lock',
    text: `SELECT tid::text, trace_id, tokens_given, costs_given FROM traces
           WHERE organization_id = $1 AND project_id = $2 AND trace_id = ANY ($3::text[]) ORDER BY trace_id FOR UPDATE`,
    values: [tx.organizationId, projectId, traceIds],
  });
}

/**
 * Makes traces in an experiment (0 is the project's Default), with the tag of their artifacts. Leaves out those that
 * somebody else made meanwhile. Null when the project has no such experiment.
 */
export async function insertTraces(tx: TenantSql, projectId: number, experimentId: bigint, traces: readonly TraceAggregate[]): Promise<TraceRow[] | null> {
  const [row] = await tx.query<{ known: boolean; made: { tid: string; trace_id: string }[] }>({
    name: 'traces_insert',
    text: INSERT_TRACES,
    values: [tx.organizationId, projectId, experimentId, ...traceColumns(traces)],
  });
  if (row?.known !== true) return null;
  return row.made.map((made) => ({ ...made, tokens_given: false, costs_given: false, isNew: true }));
}

/** Writes spans, tags and metadata of traces, in one statement. A span that is there already is replaced. */
export async function writeSpans(tx: TenantSql, traces: readonly { readonly tid: string; readonly trace: TraceAggregate }[]): Promise<void> {
  const spans = traces.flatMap(({ tid, trace }) => trace.spans.map((span) => ({ tid, span })));
  const tags = traces.flatMap(({ tid, trace }) => [...new Map([[TRACE_TAG.spansLocation, TRACKING_STORE], ...trace.tags])].map(([key, value]) => ({ tid, key, value })));
  const users = traces.filter(({ trace }) => trace.userId !== null);
  const column = <T>(pick: (row: (typeof spans)[number]['span']) => T) => spans.map(({ span }) => pick(span));
  await tx.query({
    name: 'spans_write',
    text: WRITE_SPANS,
    values: [
      tx.organizationId,
      spans.map(({ tid }) => tid),
      column((span) => String(span.startTime)),
      column((span) => (span.endTime === null ? null : String(span.endTime))),
      column((span) => span.inputCost),
      column((span) => span.outputCost),
      column((span) => span.totalCost),
      column((span) => span.spanId),
      column((span) => span.parentSpanId),
      column((span) => span.name),
      column((span) => span.type),
      column((span) => span.status),
      column((span) => span.modelName),
      column((span) => span.modelProvider),
      column((span) => span.tokenUsage),
      column((span) => span.cost),
      column((span) => span.content),
      tags.map(({ tid }) => tid),
      tags.map(({ key }) => key),
      tags.map(({ value }) => value),
      users.map(({ tid }) => tid),
      users.map(({ trace }) => trace.userId),
    ],
  });
}

/** Of all spans of some traces what their sums are made of. */
export async function findSumNodes(tx: TenantSql, tids: readonly string[]) {
  return tx.query<{ tid: string; spanId: string; parentSpanId: string | null; tokenUsage: string | null; cost: string | null }>({
    name: 'spans_sums',
    text: `SELECT tid::text, span_id AS "spanId", parent_span_id AS "parentSpanId", token_usage AS "tokenUsage", cost
           FROM spans WHERE organization_id = $1 AND tid = ANY ($2::bigint[])`,
    values: [tx.organizationId, tids],
  });
}

/** Tells traces that were there before what new spans say of them. What the client finalised stays. */
export async function updateTraces(tx: TenantSql, traces: readonly { readonly tid: string; readonly trace: TraceAggregate }[]): Promise<void> {
  await tx.query({ name: 'traces_update', text: UPDATE_TRACES, values: [tx.organizationId, traces.map(({ tid }) => tid), ...traceColumns(traces.map(({ trace }) => trace))] });
}

function traceColumns(traces: readonly TraceAggregate[]): unknown[] {
  const sums = (pick: (trace: TraceAggregate) => Sums, key: string) => traces.map((trace) => storable(pick(trace)?.[key], pick === tokensOf));
  return [
    traces.map(({ traceId }) => traceId),
    traces.map(({ start }) => start),
    traces.map(({ end }) => end),
    traces.map(({ rootState }) => rootState),
    traces.map(({ name }) => name),
    traces.map(({ sessionId }) => sessionId),
    traces.map(({ requestPreview }) => requestPreview),
    traces.map(({ responsePreview }) => responsePreview),
    ...TOKEN_COLUMNS.map((key) => sums(tokensOf, key)),
    ...COST_COLUMNS.map((key) => sums(costsOf, key)),
  ];
}

const tokensOf = (trace: TraceAggregate) => trace.tokens;
const costsOf = (trace: TraceAggregate) => trace.costs;

/** Counts must be whole. */
function storable(value: number | undefined, whole: boolean): number | null {
  if (value === undefined || !Number.isFinite(value)) return null;
  return whole && !Number.isSafeInteger(value) ? null : value;
}

const traceRows = (first: number, leading: readonly { name: string; type: string }[] = []) => {
  const types = [...leading.map(({ type }) => type), 'text', 'bigint', 'bigint', 'text', 'text', 'text', 'text', 'text', ...SUM_TYPES];
  const columns = [...leading.map(({ name }) => name), 'trace_id', 'start_time', 'end_time', 'state', 'name', 'session_id', 'request_preview', 'response_preview', ...SUM_COLUMNS];
  return `unnest(${types.map((type, index) => `$${first + index}::${type}[]`).join(', ')}) n (${columns.join(', ')})`;
};

const INSERT_TRACES = `
  WITH e AS (
    SELECT id, rtrim(artifact_location, '/') AS location FROM experiments
    WHERE organization_id = $1 AND project_id = $2 AND CASE WHEN $3::bigint = 0 THEN is_default ELSE id = $3 END),
  made AS (
    INSERT INTO traces (organization_id, project_id, experiment_id, trace_id, request_time, execution_duration, state, name, session_id, request_preview, response_preview, ${SUM_COLUMNS.join(', ')})
    SELECT $1, $2, e.id, n.trace_id, n.start_time, n.end_time - n.start_time, coalesce(n.state, 'IN_PROGRESS'), n.name, n.session_id, n.request_preview, n.response_preview, ${SUM_COLUMNS.map((name) => `n.${name}`).join(', ')}
    FROM e, ${traceRows(4)} ORDER BY n.trace_id
    ON CONFLICT (organization_id, project_id, trace_id) DO NOTHING
    RETURNING tid, trace_id),
  located AS (
    INSERT INTO trace_tags (organization_id, tid, key, value)
    SELECT $1, made.tid, '${TRACE_TAG.artifactLocation}', e.location || '/traces/' || made.trace_id || '/artifacts' FROM made, e)
  SELECT EXISTS (SELECT FROM e) AS known, coalesce((SELECT json_agg(json_build_object('tid', made.tid::text, 'trace_id', made.trace_id)) FROM made), '[]') AS made`;

const SPAN_COLUMNS = ['start_time', 'end_time', 'input_cost', 'output_cost', 'total_cost', 'span_id', 'parent_span_id', 'name', 'type', 'status', 'model_name', 'model_provider', 'token_usage', 'cost', 'content'];
const SPAN_TYPES = ['bigint', 'bigint', 'float8', 'float8', 'float8', ...SPAN_COLUMNS.slice(5).map(() => 'text')];

const WRITE_SPANS = `
  WITH written AS (
    INSERT INTO spans (organization_id, tid, ${SPAN_COLUMNS.join(', ')})
    SELECT $1, n.* FROM unnest($2::bigint[], ${SPAN_TYPES.map((type, index) => `$${index + 3}::${type}[]`).join(', ')}) n
    ON CONFLICT (organization_id, tid, span_id) DO UPDATE SET ${SPAN_COLUMNS.filter((name) => name !== 'span_id').map((name) => `${name} = excluded.${name}`).join(', ')}),
  tagged AS (
    INSERT INTO trace_tags AS t (organization_id, tid, key, value)
    SELECT $1, n.* FROM unnest($18::bigint[], $19::text[], $20::text[]) n
    ON CONFLICT (organization_id, tid, key) DO UPDATE SET value = excluded.value WHERE t.value <> excluded.value)
  INSERT INTO trace_metadata (organization_id, tid, key, value)
  SELECT $1, n.tid, '${TRACE_METADATA.user}', n.value FROM unnest($21::bigint[], $22::text[]) n (tid, value)
  ON CONFLICT DO NOTHING`;

const UPDATE_TRACES = `
  UPDATE traces t SET
    request_time = CASE WHEN t.finalized THEN t.request_time ELSE least(t.request_time, n.start_time) END,
    execution_duration = CASE WHEN t.finalized OR n.end_time IS NULL THEN t.execution_duration
                              ELSE greatest(t.request_time + t.execution_duration, n.end_time) - least(t.request_time, n.start_time) END,
    state = CASE WHEN t.state IN ('IN_PROGRESS', 'STATE_UNSPECIFIED') THEN coalesce(n.state, t.state) ELSE t.state END,
    name = coalesce(n.name, t.name),
    session_id = coalesce(t.session_id, n.session_id),
    request_preview = coalesce(t.request_preview, n.request_preview),
    response_preview = coalesce(t.response_preview, n.response_preview),
    ${SUM_COLUMNS.map((name) => `${name} = coalesce(n.${name}, t.${name})`).join(', ')}
  FROM ${traceRows(2, [{ name: 'tid', type: 'bigint' }])}
  WHERE t.organization_id = $1 AND t.tid = n.tid`;
