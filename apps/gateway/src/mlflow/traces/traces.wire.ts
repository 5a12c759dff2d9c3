import type { NewTrace, TraceInfo } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalCount, optionalFlag, optionalText, requiredText, textList } from '../message-fields.js';
import { choice, int64, list, textOrEmpty } from '../tracking-fields.js';
import { assessment, assessmentWire, newAssessment } from './assessments.wire.js';
import { duration, durationText, textMap, timestamp, timestampText } from './trace-fields.js';

const MAX_ITEMS = 1000;
/** Limits of what is shown, in code points (mlflow.tracing.constant). */
const MAX_SHOWN_METADATA = 250;
const MAX_SHOWN_TAG = 4096;
const MAX_SHOWN_TAG_KEY = 250;

const location = z.object({ mlflow_experiment: z.object({ experiment_id: textOrEmpty }).nullish() });
const requiredList = <S extends z.ZodType>(item: S) => list(item).refine((items) => items.length > 0, 'required');

const traceInfo = z.object({
  trace_id: textOrEmpty,
  client_request_id: optionalText,
  trace_location: z.object({ mlflow_experiment: z.object({ experiment_id: requiredText }) }),
  request_preview: optionalText,
  response_preview: optionalText,
  request_time: timestamp,
  execution_duration: duration,
  state: choice({ STATE_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 }),
  trace_metadata: textMap,
  tags: textMap,
  assessments: list(assessment).refine((items) => items.length <= MAX_ITEMS, `please specify at most ${MAX_ITEMS} assessments`),
});

export const startTrace = z.object({ trace: z.object({ trace_info: traceInfo }) });
export const traceById = z.object({ trace_id: requiredText });
export const getTrace = z.object({ trace_id: requiredText, allow_partial: optionalFlag });
export const batchGet = z.object({ trace_ids: requiredList(z.string()), experiment_ids: list(z.string()).optional() });
export const searchTraces = z.object({ locations: requiredList(location), filter: optionalText, max_results: optionalCount, order_by: textList, page_token: optionalText });
export const traceTag = z.object({ trace_id: requiredText, key: requiredText, value: textOrEmpty });
export const traceTagKey = z.object({ trace_id: requiredText, key: requiredText });
export const deleteTraces = z.object({ experiment_id: requiredText, max_timestamp_millis: int64, max_traces: optionalCount, request_ids: list(z.string()) });
export const linkToRun = z.object({ trace_ids: requiredList(z.string()), run_id: requiredText });
export const linkPrompts = z.object({ trace_id: requiredText, prompt_versions: requiredList(z.object({ name: textOrEmpty, version: textOrEmpty })) });
export const correlate = z.object({ experiment_ids: requiredList(z.string()), filter_string1: requiredText, filter_string2: requiredText, base_filter: optionalText });
export const queryMetrics = z.object({
  experiment_ids: requiredList(z.string()),
  view_type: choice({ TRACES: 1, SPANS: 2, ASSESSMENTS: 3 }),
  metric_name: requiredText,
  aggregations: requiredList(z.object({ aggregation_type: choice({ COUNT: 1, SUM: 2, AVG: 3, PERCENTILE: 4, MIN: 5, MAX: 6 }), percentile_value: z.union([z.number(), z.string().regex(/^\d{1,10}(?:\.\d{1,10})?$/).transform(Number)]).nullish() })),
  dimensions: textList,
  filters: textList,
  time_interval_seconds: optionalCount,
  start_time_ms: optionalCount,
  end_time_ms: optionalCount,
  max_results: optionalCount,
});
export const traceArtifact = z.object({ request_id: optionalText, path: optionalText });

export function newTrace({ trace_info: info }: z.output<typeof startTrace>['trace']): NewTrace {
  return {
    traceId: info.trace_id,
    experimentId: info.trace_location.mlflow_experiment.experiment_id,
    clientRequestId: info.client_request_id,
    requestPreview: info.request_preview,
    responsePreview: info.response_preview,
    requestTime: info.request_time ?? 0,
    executionDuration: info.execution_duration,
    state: info.state ?? 'STATE_UNSPECIFIED',
    metadata: info.trace_metadata,
    tags: info.tags,
    assessments: info.assessments.map(newAssessment),
  };
}

export function metricQuestion(message: z.output<typeof queryMetrics>) {
  return {
    experimentIds: message.experiment_ids,
    view: message.view_type ?? 'TRACES',
    metric: message.metric_name,
    aggregations: message.aggregations.map(({ aggregation_type, percentile_value }) => ({ type: aggregation_type ?? 'COUNT', percentile: percentile_value ?? undefined })),
    dimensions: message.dimensions,
    filters: message.filters,
    intervalSeconds: message.time_interval_seconds,
    from: message.start_time_ms,
    to: message.end_time_ms,
    maxResults: message.max_results,
  };
}

export function traceInfoWire(info: TraceInfo) {
  return {
    trace_id: info.traceId,
    client_request_id: info.clientRequestId ?? undefined,
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: info.experimentId } },
    request_preview: info.requestPreview ?? undefined,
    response_preview: info.responsePreview ?? undefined,
    request_time: timestampText(info.requestTime),
    execution_duration: info.executionDuration === null ? undefined : durationText(info.executionDuration),
    state: info.state,
    trace_metadata: shownMap(info.metadata, MAX_SHOWN_METADATA, MAX_SHOWN_METADATA),
    tags: shownMap(info.tags, MAX_SHOWN_TAG_KEY, MAX_SHOWN_TAG),
    assessments: info.assessments.length === 0 ? undefined : info.assessments.map(assessmentWire),
  };
}

/** Keys and values as they are shown, cut to MLflow's limits; undefined for none. */
export function shownMap(entries: Readonly<Record<string, string>>, maxKey: number, maxValue: number): Record<string, string> | undefined {
  const shown = Object.entries(entries).map(([key, value]) => [cut(key, maxKey), cut(value, maxValue)] as const);
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

function cut(text: string, limit: number): string {
  return text.length <= limit ? text : [...text].slice(0, limit).join('');
}
