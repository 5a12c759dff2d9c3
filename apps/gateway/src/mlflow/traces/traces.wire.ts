import { DomainError } from '@modelyard/kernel';
import type { Int64, NewTrace, TraceInfo } from '@modelyard/tracking';
import type { z } from 'zod';
import { atMost, isFlag, isInteger, isList, isListOfTexts, isText, missingValue, required } from '../proto/checks.js';
import { choice, flag, int32, list, maybeDouble, maybeInt32, maybeInt64, maybeText, maybeTexts, message, type MessageOf, oneOf, text, textMap, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';
import { duration, durationText, timestamp, timestampText } from '../proto/well-known.js';
import { ASSESSMENT, assessmentWire, newAssessment } from './assessments.wire.js';

/** Limits of what is shown, in code points (mlflow.tracing.constant). */
const MAX_SHOWN_METADATA = 250;
const MAX_SHOWN_TAG = 4096;
const MAX_SHOWN_TAG_KEY = 250;

const idLast = [isText, required];
const ids = [isList, required, isListOfTexts];
const someIds = [isList, isListOfTexts];

const LOCATION = {
  type: choice({ TRACE_LOCATION_TYPE_UNSPECIFIED: 0, MLFLOW_EXPERIMENT: 1, INFERENCE_TABLE: 2 }),
  mlflow_experiment: oneOf('identifier', message({ experiment_id: text })),
  inference_table: oneOf('identifier', message({ full_table_name: text })),
};
const TRACE_INFO = {
  trace_id: text,
  client_request_id: maybeText,
  trace_location: message(LOCATION),
  request_preview: maybeText,
  response_preview: maybeText,
  request_time: timestamp,
  execution_duration: duration,
  state: choice({ STATE_UNSPECIFIED: 0, OK: 1, ERROR: 2, IN_PROGRESS: 3 }),
  trace_metadata: textMap,
  assessments: list(ASSESSMENT),
  tags: textMap,
};

/** Messages of MLflow's traces (mlflow 3.17, service.proto and handlers.py). */
export const startTrace = request({ trace: message({ trace_info: message(TRACE_INFO) }) }, { trace: [required] });
export const getTrace = request({ trace_id: text, allow_partial: flag(false) }, { trace_id: idLast, allow_partial: [isFlag] });
export const batchGet = request({ trace_ids: texts, experiment_ids: maybeTexts }, { trace_ids: ids, experiment_ids: someIds });
export const SEARCH_PAGE = { filter: text, max_results: int32(100), order_by: texts, page_token: text };
export const SEARCH_CHECKS = { filter: [isText], max_results: [isInteger, atMost(500)], order_by: someIds, page_token: [isText] };
export const searchTraces = request({ locations: list(LOCATION), ...SEARCH_PAGE }, { locations: [isList, required], ...SEARCH_CHECKS });
export const traceTag = request({ key: text, value: text }, { key: idLast, value: [isText] });
export const traceTagKey = request({ key: text }, { key: idLast });
export const deleteTraces = request(
  { experiment_id: text, max_timestamp_millis: maybeInt64, max_traces: maybeInt32, request_ids: texts },
  { experiment_id: idLast, max_timestamp_millis: [isInteger], max_traces: [isInteger], request_ids: someIds },
);
export const linkToRun = request({ trace_ids: texts, run_id: text }, { trace_ids: ids, run_id: idLast });
export const linkPrompts = request({ trace_id: text, prompt_versions: list({ name: text, version: text }) }, { trace_id: idLast, prompt_versions: [isList, required] });
export const correlate = request(
  { experiment_ids: texts, filter_string1: text, filter_string2: text, base_filter: maybeText },
  { experiment_ids: ids, filter_string1: idLast, filter_string2: idLast, base_filter: [isText] },
);
export const queryMetrics = request(
  {
    experiment_ids: texts,
    view_type: choice({ TRACES: 1, SPANS: 2, ASSESSMENTS: 3 }),
    metric_name: text,
    aggregations: list({ aggregation_type: choice({ COUNT: 1, SUM: 2, AVG: 3, PERCENTILE: 4, MIN: 5, MAX: 6 }), percentile_value: maybeDouble }),
    dimensions: texts,
    filters: texts,
    time_interval_seconds: maybeInt64,
    start_time_ms: maybeInt64,
    end_time_ms: maybeInt64,
    max_results: int32(1000),
    page_token: text,
  },
  {
    experiment_ids: ids,
    view_type: [required],
    metric_name: idLast,
    aggregations: [isList, required],
    dimensions: someIds,
    filters: someIds,
    time_interval_seconds: [isInteger],
    start_time_ms: [isInteger],
    end_time_ms: [isInteger],
    max_results: [isInteger],
    page_token: [isText],
  },
);
export const traceArtifact = request({ request_id: text, path: text });

/** The experiment that a trace is to go to. Throws INVALID_ARGUMENT when there is none, or the type says another thing. */
function experimentOf(location: MessageOf<typeof LOCATION> | undefined): string {
  const { type = 'TRACE_LOCATION_TYPE_UNSPECIFIED', mlflow_experiment: experiment } = location ?? {};
  if (experiment !== undefined && type !== 'MLFLOW_EXPERIMENT') {
    throw new DomainError('INVALID_ARGUMENT', `Trace location type TraceLocationType.${type} does not match the provided location MlflowExperimentLocation(experiment_id='${experiment.experiment_id.slice(0, 100)}').`, { field: 'trace_location' });
  }
  return experimentIdOf(experiment?.experiment_id ?? '', 'trace.trace_info.trace_location.mlflow_experiment.experiment_id');
}

/** Of traces: an empty id is none, while elsewhere it is the default experiment. Throws INVALID_ARGUMENT. */
export function experimentIdOf(id: string, field: string): string {
  if (id === '') throw new DomainError('INVALID_ARGUMENT', missingValue(field), { field });
  return id;
}

/** Throws INVALID_ARGUMENT. */
export function newTrace(trace: z.output<typeof startTrace>['trace']): NewTrace {
  const info = trace?.trace_info;
  return {
    traceId: info?.trace_id ?? '',
    experimentId: experimentOf(info?.trace_location),
    clientRequestId: info?.client_request_id,
    requestPreview: info?.request_preview,
    responsePreview: info?.response_preview,
    requestTime: info?.request_time ?? 0,
    executionDuration: info?.execution_duration,
    state: info?.state ?? 'STATE_UNSPECIFIED',
    metadata: info?.trace_metadata ?? {},
    tags: info?.tags ?? {},
    assessments: info?.assessments.map(newAssessment) ?? [],
  };
}

export function metricQuestion(message: z.output<typeof queryMetrics>) {
  return {
    experimentIds: message.experiment_ids,
    view: message.view_type ?? 'TRACES',
    metric: message.metric_name,
    aggregations: message.aggregations.map(({ aggregation_type, percentile_value }) => ({ type: aggregation_type ?? 'COUNT', percentile: percentile_value })),
    dimensions: message.dimensions,
    filters: message.filters,
    intervalSeconds: numberOf(message.time_interval_seconds),
    from: numberOf(message.start_time_ms),
    to: numberOf(message.end_time_ms),
    maxResults: message.max_results,
  };
}

/** Beyond what JavaScript counts exactly the nearest number does. */
function numberOf(value: Int64 | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
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
