import type { Experiment } from '@modelyard/tracking';
import { isInteger, isList, isText, required } from '../proto/checks.js';
import { choice, count, list, maybeText, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's experiments (mlflow 3.17, service.proto and handlers.py). */
export const TAG = { key: text, value: text };
export const VIEW_TYPE = choice({ ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 });
const id = [required, isText];

export const createExperiment = request({ name: text, artifact_location: text, tags: list(TAG) }, { name: id, artifact_location: [isText], tags: [isList] });
export const experimentById = request({ experiment_id: text }, { experiment_id: id });
export const experimentByName = request({ experiment_name: text }, { experiment_name: id });
export const updateExperiment = request({ experiment_id: text, new_name: text }, { experiment_id: id, new_name: [isText, required] });
export const experimentTag = request({ experiment_id: text, ...TAG }, { experiment_id: id, key: id, value: [isText] });
export const experimentTagKey = request({ experiment_id: text, key: text }, { experiment_id: id, key: id });
export const searchExperiments = request(
  // An unset int64 reads as 0 in MLflow, and 0 is refused.
  { max_results: count(0), page_token: maybeText, filter: text, order_by: texts, view_type: VIEW_TYPE },
  { view_type: [isInteger], max_results: [isInteger], order_by: [isList], filter: [isText], page_token: [isText] },
);
export const searchDatasets = request({ experiment_ids: texts });

/** `workspace` is the project's name. */
export function experimentWire(experiment: Experiment, workspace: string | undefined) {
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.lastUpdateTime,
    creation_time: experiment.creationTime,
    workspace,
    ...(experiment.tags.length === 0 ? {} : { tags: experiment.tags }),
  };
}
