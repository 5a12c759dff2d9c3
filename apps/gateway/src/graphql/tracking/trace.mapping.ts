import { encodeGlobalId, parseJson, projectOf, type TenantContext } from '@modelyard/kernel';
import { TRACE_TAG, type TraceInfo } from '@modelyard/tracking';
import type { KeyValue } from './experiment.graphql-types.js';
import { TraceState, type Span, type Trace } from './trace.graphql-types.js';

const STATES: Readonly<Record<TraceInfo['state'], TraceState>> = { STATE_UNSPECIFIED: TraceState.UNSPECIFIED, OK: TraceState.OK, ERROR: TraceState.ERROR, IN_PROGRESS: TraceState.IN_PROGRESS };

export function toTrace(ctx: TenantContext, info: TraceInfo): Trace {
  return {
    // Clients choose trace ids, so they are unique in a project only.
    id: encodeGlobalId('Trace', ctx.organizationId, `${projectOf(ctx)}/${info.traceId}`),
    traceId: info.traceId,
    experimentId: info.experimentId,
    name: info.tags[TRACE_TAG.name] ?? null,
    state: STATES[info.state],
    startedAt: new Date(info.requestTime),
    durationMs: info.executionDuration,
    requestPreview: info.requestPreview,
    responsePreview: info.responsePreview,
    tags: keyValues(info.tags),
    metadata: keyValues(info.metadata),
    assessments: info.assessments.map(({ assessmentId, name, kind, value, sourceType, sourceId, rationale, valid }) => ({ assessmentId, name, kind, value, sourceType, sourceId, rationale, valid })),
  };
}

interface StoredSpan {
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly start_time_unix_nano: number | bigint;
  readonly end_time_unix_nano: number | bigint | null;
  readonly status: { readonly code: string };
  readonly attributes: Readonly<Record<string, string>>;
}

/** `content`: the span as MLflow stores it. */
export function toSpan(content: string): Span {
  const span = parseJson(content) as StoredSpan;
  const type = span.attributes['mlflow.spanType'];
  const end = BigInt(span.end_time_unix_nano ?? 0);
  return {
    spanId: hexOf(span.span_id),
    parentSpanId: span.parent_span_id === null ? null : hexOf(span.parent_span_id),
    name: span.name,
    type: type?.startsWith('"') === true ? (JSON.parse(type) as string) : null,
    status: span.status.code,
    startTimeNs: BigInt(span.start_time_unix_nano),
    endTimeNs: end === 0n ? null : end,
    attributes: keyValues(span.attributes),
  };
}

function hexOf(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex');
}

function keyValues(entries: Readonly<Record<string, string>>): KeyValue[] {
  return Object.entries(entries).map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
}
