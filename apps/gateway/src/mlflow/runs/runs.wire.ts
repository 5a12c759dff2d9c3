import type { DatasetInput, MetricInput } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalCount, optionalText, requiredText, tagList, textList } from '../message-fields.js';
import { choice, int64, list, requiredDouble, requiredInt64, runIdFields, textOrEmpty, viewType, withRunId } from '../tracking-fields.js';

const runStatus = choice({ RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 });

const metricFields = {
  key: requiredText,
  value: requiredDouble,
  timestamp: requiredInt64,
  step: int64,
  model_id: optionalText,
  dataset_name: optionalText,
  dataset_digest: optionalText,
};
const metric = z.object(metricFields);

const datasetInput = z.object({
  tags: list(z.object({ key: textOrEmpty, value: textOrEmpty })),
  dataset: z.object({ name: requiredText, digest: requiredText, source_type: requiredText, source: requiredText, schema: optionalText, profile: optionalText }),
});

export const createRun = z.object({ experiment_id: textOrEmpty, user_id: optionalText, run_name: optionalText, start_time: int64, tags: tagList });
export const runById = z.object(runIdFields).transform(withRunId);
export const updateRun = z.object({ ...runIdFields, status: runStatus, end_time: int64, run_name: optionalText }).transform(withRunId);
export const searchRuns = z.object({
  experiment_ids: list(z.string()),
  filter: optionalText,
  run_view_type: viewType,
  max_results: optionalCount,
  order_by: textList,
  page_token: optionalText,
});
export const logMetric = z.object({ ...runIdFields, ...metricFields }).transform(withRunId);
export const logParam = z.object({ ...runIdFields, key: requiredText, value: textOrEmpty }).transform(withRunId);
export const setTag = logParam;
export const deleteTag = z.object({ ...runIdFields, key: requiredText }).transform(withRunId);
export const logBatch = z.object({ ...runIdFields, metrics: list(metric), params: tagList, tags: tagList }).transform(withRunId);
export const logModel = z.object({ ...runIdFields, model_json: requiredText }).transform(withRunId);
export const logInputs = z.object({ ...runIdFields, datasets: list(datasetInput), models: list(z.object({ model_id: requiredText })) }).transform(withRunId);
export const logOutputs = z.object({ ...runIdFields, models: list(z.object({ model_id: requiredText, step: int64 })) }).transform(withRunId);

export function metricInput(message: z.output<typeof metric>): MetricInput {
  return {
    key: message.key,
    value: message.value,
    timestamp: message.timestamp,
    step: message.step ?? 0,
    modelId: message.model_id,
    datasetName: message.dataset_name,
    datasetDigest: message.dataset_digest,
  };
}

export function datasetInputs(messages: z.output<typeof datasetInput>[]): DatasetInput[] {
  return messages.map(({ tags, dataset }) => ({ tags, dataset }));
}
