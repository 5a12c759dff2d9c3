import type { Experiment } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalCount, optionalText, requiredText, tagList, textList } from '../message-fields.js';
import { textOrEmpty, viewType } from '../tracking-fields.js';

export const createExperiment = z.object({ name: requiredText, artifact_location: optionalText, tags: tagList });
export const experimentById = z.object({ experiment_id: requiredText });
export const experimentByName = z.object({ experiment_name: requiredText });
export const updateExperiment = z.object({ experiment_id: requiredText, new_name: requiredText });
export const experimentTag = z.object({ experiment_id: requiredText, key: requiredText, value: textOrEmpty });
export const experimentTagKey = z.object({ experiment_id: requiredText, key: requiredText });
export const searchExperiments = z.object({ max_results: optionalCount, page_token: optionalText, filter: optionalText, order_by: textList, view_type: viewType });
export const searchDatasets = z.object({ experiment_ids: textList });

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
