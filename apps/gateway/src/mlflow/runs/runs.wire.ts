import type { DatasetInput, MetricInput } from '@modelyard/tracking';
import { VIEW_TYPE } from '../experiments/experiments.wire.js';
import { atMost, eachHas, isInteger, isList, isListOfTexts, isNumber, isText, required } from '../proto/checks.js';
import { choice, double, int32, int64, list, maybeInt64, maybeText, message, type MessageOf, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's runs (mlflow 3.17, service.proto and handlers.py). */
const runStatus = choice({ RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 });
const TAG = { key: text, value: text };
const METRIC = { key: text, value: double, timestamp: int64, step: int64, dataset_name: text, dataset_digest: text, model_id: text, run_id: text };
const DATASET = { name: text, digest: text, source_type: text, source: text, schema: maybeText, profile: maybeText };
const DATASET_INPUT = { tags: list(TAG), dataset: message(DATASET) };
/** Old clients say `run_uuid`, which some calls still take. */
const RUN = { run_id: text, run_uuid: text };
const id = [required, isText];
const idLast = [isText, required];

export const createRun = request(
  { experiment_id: text, user_id: text, run_name: text, start_time: int64, tags: list(TAG) },
  { experiment_id: [isText], start_time: [isInteger], run_name: [isText] },
);
export const runById = request({ run_id: text }, { run_id: id });
export const getRun = request(RUN, { run_id: id });
export const updateRun = request(
  { ...RUN, status: runStatus, end_time: maybeInt64, run_name: maybeText },
  { run_id: id, end_time: [isInteger], status: [isText], run_name: [isText] },
);
export const searchRuns = request(
  { experiment_ids: texts, filter: text, run_view_type: VIEW_TYPE, max_results: int32(1000), order_by: texts, page_token: text },
  { experiment_ids: [isList], filter: [isText], max_results: [isInteger, atMost(50_000)], order_by: [isList, isListOfTexts] },
);
export const logMetric = request(
  { ...RUN, ...METRIC },
  { run_id: id, key: id, value: [required, isNumber], timestamp: [isInteger, required], step: [isInteger], model_id: [isText], dataset_name: [isText], dataset_digest: [isText] },
);
export const logParam = request({ ...RUN, ...TAG }, { run_id: id, key: id, value: [isText] });
export const setTag = logParam;
export const deleteTag = request({ run_id: text, key: text }, { run_id: id, key: id });
export const logBatch = request(
  { run_id: text, metrics: list(METRIC), params: list(TAG), tags: list(TAG) },
  { run_id: idLast, metrics: [isList, eachHas('key', 'value', 'timestamp')], params: [isList, eachHas('key')], tags: [isList, eachHas('key')] },
);
export const logModel = request({ run_id: text, model_json: text }, { run_id: idLast, model_json: idLast });
export const logInputs = request(
  { run_id: text, datasets: list(DATASET_INPUT), models: list({ model_id: text }) },
  { run_id: id, datasets: [isList], models: [isList] },
);
export const logOutputs = request({ run_id: text, models: list({ model_id: text, step: int64 }) }, { run_id: id, models: [required, isList] });

/** The run a message is about. */
export function runIdOf({ run_id, run_uuid }: { readonly run_id: string; readonly run_uuid: string }): string {
  return run_id || run_uuid;
}

export function metricInput(metric: MessageOf<typeof METRIC>): MetricInput {
  return {
    key: metric.key,
    value: metric.value,
    timestamp: metric.timestamp,
    step: metric.step,
    modelId: metric.model_id || undefined,
    datasetName: metric.dataset_name || undefined,
    datasetDigest: metric.dataset_digest || undefined,
  };
}

const NO_DATASET = { name: '', digest: '', source_type: '', source: '', schema: undefined, profile: undefined };

export function datasetInputs(messages: readonly MessageOf<typeof DATASET_INPUT>[]): DatasetInput[] {
  return messages.map(({ tags, dataset }) => ({ tags, dataset: dataset ?? NO_DATASET }));
}
