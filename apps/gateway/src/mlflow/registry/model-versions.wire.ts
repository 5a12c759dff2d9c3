import type { ModelVersion } from '@modelyard/registry';
import { atMost, isFlag, isInteger, isList, isListOfTexts, isText, required } from '../proto/checks.js';
import { count, flag, list, maybeText, text, texts } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Of a page of versions; also the default. */
const MAX_RESULTS = 200_000;

/** Messages of MLflow's model versions (mlflow 3.17, model_registry.proto). */
const TAG = { key: text, value: text };
const REFERENCE = { name: text, version: text };
const id = [isText, required];
const reference = { name: id, version: id };

export const VERSION = request(REFERENCE, reference);
/** The one call that checks nothing. */
export const DOWNLOAD_URI = request(REFERENCE);
export const CREATE = request(
  { name: text, source: text, run_id: maybeText, tags: list(TAG), run_link: text, description: text, model_id: maybeText },
  { name: id, source: id, run_id: [isText], tags: [isList], run_link: [isText], description: [isText], model_id: [isText] },
);
export const UPDATE = request({ ...REFERENCE, description: maybeText }, { ...reference, description: [isText] });
export const TRANSITION = request({ ...REFERENCE, stage: text, archive_existing_versions: flag(false) }, { ...reference, stage: id, archive_existing_versions: [isFlag] });
export const SET_TAG = request({ ...REFERENCE, ...TAG }, { ...reference, key: id, value: [isText] });
export const DELETE_TAG = request({ ...REFERENCE, key: text }, { ...reference, key: id });
export const SEARCH = request(
  { filter: text, max_results: count(MAX_RESULTS), order_by: texts, page_token: text },
  { filter: [isText], max_results: [isInteger, atMost(MAX_RESULTS)], order_by: [isList, isListOfTexts], page_token: [isText] },
);

/** A model version in a list, of which MLflow does not say the aliases. */
export function listedVersionMessage(version: ModelVersion) {
  return { ...modelVersionMessage(version), aliases: undefined };
}

/** A model version as clients read it: what is null or an empty list is absent. */
export function modelVersionMessage(version: ModelVersion) {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.creationTime,
    last_updated_timestamp: version.lastUpdatedTime,
    current_stage: version.stage,
    description: version.description ?? undefined,
    source: version.source,
    run_id: version.runId ?? '',
    run_link: version.runLink ?? '',
    status: version.status,
    status_message: version.statusMessage ?? undefined,
    tags: absentIfEmpty(version.tags),
    aliases: absentIfEmpty(version.aliases),
  };
}

export function absentIfEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
