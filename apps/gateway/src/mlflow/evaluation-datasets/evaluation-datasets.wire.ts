import { pythonJson, type EvaluationDataset } from '@modelyard/tracking';
import { isInteger, isList, isText, required } from '../proto/checks.js';
import { int32, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's evaluation datasets (mlflow 3.17, datasets.proto and handlers.py). */
export const CREATE = request({ name: text, experiment_ids: texts, tags: text }, { name: [required, isText], experiment_ids: [isList], tags: [isText] });
export const SEARCH = request(
  { experiment_ids: texts, filter_string: text, max_results: int32(0), order_by: texts, page_token: text },
  { experiment_ids: [isList], filter_string: [isText], max_results: [isInteger], order_by: [isList], page_token: [isText] },
);
export const SET_TAGS = request({ tags: text }, { tags: [required, isText] });
export const UPSERT = request({ records: text }, { records: [required, isText] });
export const LIST_RECORDS = request({ max_results: int32(0), page_token: text }, { max_results: [isInteger], page_token: [isText] });
export const DELETE_RECORDS = request({ dataset_record_ids: texts }, { dataset_record_ids: [isList] });
export const EXPERIMENTS = request({ experiment_ids: texts }, { experiment_ids: [isList] });

/** A dataset as clients read it; `experimentIds` where the answer has them. */
export function datasetMessage(dataset: EvaluationDataset, experimentIds: readonly string[] = []) {
  return {
    dataset_id: dataset.id,
    name: dataset.name,
    tags: pythonJson(dataset.tags),
    schema: dataset.schema ?? undefined,
    profile: dataset.profile ?? undefined,
    digest: dataset.digest,
    created_time: dataset.createdTime,
    last_update_time: dataset.lastUpdateTime,
    created_by: dataset.createdBy ?? undefined,
    last_updated_by: dataset.lastUpdatedBy ?? undefined,
    experiment_ids: experimentIds.length === 0 ? undefined : experimentIds,
  };
}
