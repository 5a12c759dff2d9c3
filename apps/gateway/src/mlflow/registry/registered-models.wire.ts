import { parseStage, type RegisteredModel, type Stage } from '@modelyard/registry';
import { z } from 'zod';
import { optionalCount, optionalText, requiredText, textList, uncheckedTagList } from '../message-fields.js';
import { absentIfEmpty, modelVersionMessage } from './model-versions.wire.js';

/** Messages of MLflow's registered models (mlflow 3.17, model_registry.proto). */
export const NAMED = z.object({ name: requiredText });
export const CREATE = z.object({ name: requiredText, description: optionalText, tags: uncheckedTagList });
export const UPDATE = z.object({ name: requiredText, description: optionalText });
export const RENAME = z.object({ name: requiredText, new_name: requiredText });
export const SET_TAG = z.object({ name: requiredText, key: requiredText, value: optionalText });
export const DELETE_TAG = z.object({ name: requiredText, key: requiredText });
export const ALIAS = z.object({ name: requiredText, alias: requiredText });
export const SET_ALIAS = ALIAS.extend({ version: requiredText });
export const LATEST_VERSIONS = z.object({ name: requiredText, stages: textList });
export const SEARCH = z.object({ filter: optionalText, max_results: optionalCount, order_by: textList, page_token: optionalText });

export const DEFAULT_MAX_RESULTS = 100;

/** A registered model as clients read it: what is empty is absent. */
export function registeredModelMessage(model: RegisteredModel) {
  return {
    name: model.name,
    creation_timestamp: model.creationTime,
    last_updated_timestamp: model.lastUpdatedTime,
    user_id: model.userName,
    description: model.description === '' ? undefined : (model.description ?? undefined),
    latest_versions: absentIfEmpty(model.latestVersions.map(modelVersionMessage)),
    tags: absentIfEmpty(model.tags),
    aliases: absentIfEmpty(model.aliases.map(({ alias, version }) => ({ alias, version: String(version) }))),
  };
}

/** Stage names in any case. Throws INVALID_ARGUMENT. */
export function stagesOf(names: readonly string[]): Stage[] {
  return names.map(parseStage);
}
