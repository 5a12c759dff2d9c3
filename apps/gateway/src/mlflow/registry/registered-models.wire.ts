import { parseStage, type RegisteredModel, type Stage } from '@modelyard/registry';
import { atMost, isInteger, isList, isListOfTexts, isText, required } from '../proto/checks.js';
import { count, list, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';
import { absentIfEmpty, listedVersionMessage } from './model-versions.wire.js';

/** Messages of MLflow's registered models (mlflow 3.17, model_registry.proto). */
const TAG = { key: text, value: text };
const id = [isText, required];

export const NAMED = request({ name: text }, { name: id });
export const CREATE = request({ name: text, tags: list(TAG), description: text }, { name: id, tags: [isList], description: [isText] });
export const UPDATE = request({ name: text, description: text }, { name: id, description: [isText] });
export const RENAME = request({ name: text, new_name: text }, { name: id, new_name: id });
export const SET_TAG = request({ name: text, ...TAG }, { name: id, key: id, value: [isText] });
export const DELETE_TAG = request({ name: text, key: text }, { name: id, key: id });
export const ALIAS = request({ name: text, alias: text }, { name: id, alias: id });
export const SET_ALIAS = request({ name: text, alias: text, version: text }, { name: id, alias: id, version: id });
export const LATEST_VERSIONS = request({ name: text, stages: texts }, { name: id, stages: [isList, isListOfTexts] });
export const SEARCH = request(
  { filter: text, max_results: count(100), order_by: texts, page_token: text },
  { filter: [isText], max_results: [isInteger, atMost(1000)], order_by: [isList, isListOfTexts], page_token: [isText] },
);

/** A registered model as clients read it: what is empty is absent. */
export function registeredModelMessage(model: RegisteredModel) {
  return {
    name: model.name,
    creation_timestamp: model.creationTime,
    last_updated_timestamp: model.lastUpdatedTime,
    description: model.description === '' ? undefined : (model.description ?? undefined),
    latest_versions: absentIfEmpty(model.latestVersions.map(listedVersionMessage)),
    tags: absentIfEmpty(model.tags),
    aliases: absentIfEmpty(model.aliases.map(({ alias, version }) => ({ alias, version: String(version) }))),
  };
}

/** Stage names in any case. Throws INVALID_ARGUMENT. */
export function stagesOf(names: readonly string[]): Stage[] {
  return names.map(parseStage);
}
