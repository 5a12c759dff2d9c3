import type { ModelVersion } from '@modelyard/registry';
import { z } from 'zod';
import { optionalCount, optionalFlag, optionalText, requiredText, textList, uncheckedTagList } from '../message-fields.js';

/** Messages of MLflow's model versions (mlflow 3.17, model_registry.proto). */
export const VERSION = z.object({ name: requiredText, version: requiredText });
export const CREATE = z.object({
  name: requiredText,
  source: requiredText,
  run_id: optionalText,
  model_id: optionalText,
  run_link: optionalText,
  description: optionalText,
  tags: uncheckedTagList,
});
export const UPDATE = VERSION.extend({ description: optionalText });
export const TRANSITION = VERSION.extend({ stage: requiredText, archive_existing_versions: optionalFlag });
export const SET_TAG = VERSION.extend({ key: requiredText, value: optionalText });
export const DELETE_TAG = VERSION.extend({ key: requiredText });
export const SEARCH = z.object({ filter: optionalText, max_results: optionalCount, order_by: textList, page_token: optionalText });

/** Of MLflow's clients; the message itself allows for more. */
export const DEFAULT_MAX_RESULTS = 10_000;

/** A model version as clients read it: what is null or an empty list is absent. */
export function modelVersionMessage(version: ModelVersion) {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.creationTime,
    last_updated_timestamp: version.lastUpdatedTime,
    user_id: version.userName ?? undefined,
    current_stage: version.stage,
    description: version.description ?? undefined,
    source: version.source,
    run_id: version.runId ?? '',
    run_link: version.runLink ?? '',
    model_id: version.modelId ?? undefined,
    status: version.status,
    status_message: version.statusMessage ?? undefined,
    tags: absentIfEmpty(version.tags),
    aliases: absentIfEmpty(version.aliases),
  };
}

export function absentIfEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
