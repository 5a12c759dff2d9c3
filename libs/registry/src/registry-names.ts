import { DomainError } from '@modelyard/kernel';
import { checkKey, checkLength, invalidValue, missingValue } from '@modelyard/tracking';

/** Limits of MLflow 3.17 (mlflow.utils.validation and the columns of its store), in characters. */
const MAX_MODEL_NAME_LENGTH = 256;
const MAX_TAG_VALUE_LENGTH = 100_000;
const MAX_ALIAS_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 100_000;
const PROMPT_TEXT_TAG = 'mlflow.prompt.text';
const ALIAS = /^[\p{L}\p{N}_-]*$/u;

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Throws INVALID_ARGUMENT in MLflow's words. `field` is the parameter that holds the name. */
export function checkModelName(name: string, field = 'name'): void {
  if (name.trim() === '') throw missingValue(field);
  if (/[/:]/.test(name)) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid model name '${name.slice(0, MAX_MODEL_NAME_LENGTH)}'. Names cannot contain '/' or ':'.`, { field });
  }
  if (name === '.' || name.startsWith('..')) {
    throw invalidValue(field, name, `Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${name.slice(0, MAX_MODEL_NAME_LENGTH)}'`);
  }
}

/** As `checkModelName`, for a name that is given: its column ends somewhere. */
export function checkNewModelName(name: string, field = 'name'): void {
  checkModelName(name, field);
  checkLength(name, MAX_MODEL_NAME_LENGTH, field);
}

/** Throws INVALID_ARGUMENT in MLflow's words. */
export function checkRegistryTag({ key, value }: Tag): void {
  checkTagKey(key);
  if (key === PROMPT_TEXT_TAG && [...value].length > MAX_TAG_VALUE_LENGTH) {
    throw new DomainError('INVALID_ARGUMENT', `Prompt text exceeds max length of ${MAX_TAG_VALUE_LENGTH} characters.`, { field: 'value' });
  }
  checkLength(value, MAX_TAG_VALUE_LENGTH, 'value');
}

export function checkTagKey(key: string): void {
  checkKey(key, 'key', 'key');
}

export function checkDescription(description: string): void {
  checkLength(description, MAX_DESCRIPTION_LENGTH, 'description');
}

/** Checks an alias that is looked up or removed. Throws INVALID_ARGUMENT in MLflow's words. */
export function checkAlias(alias: string): void {
  if (alias === '') throw new DomainError('INVALID_ARGUMENT', 'Registered model alias name cannot be empty.', { field: 'alias' });
  if (!ALIAS.test(alias)) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid alias name: '${alias.slice(0, MAX_ALIAS_LENGTH)}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`, { field: 'alias' });
  }
  checkLength(alias, MAX_ALIAS_LENGTH, 'Registered model alias name');
}

/** As `checkAlias`, for one that is set: what already means a version cannot be an alias. */
export function checkNewAlias(alias: string): void {
  checkAlias(alias);
  if (alias.toLowerCase() === 'latest') throw new DomainError('INVALID_ARGUMENT', "'latest' alias name (case insensitive) is reserved.", { field: 'alias' });
  if (/^v\d+$/i.test(alias)) throw new DomainError('INVALID_ARGUMENT', `Version alias name '${alias}' is reserved.`, { field: 'alias' });
}

/** The number behind a version of the wire, also one that no version can have. Throws INVALID_ARGUMENT. */
export function parseVersion(version: string): number {
  if (!/^\s*[+-]?\d{1,40}\s*$/.test(version)) {
    throw new DomainError('INVALID_ARGUMENT', `Parameter 'version' must be an integer, got '${version.slice(0, 100)}'.`, { field: 'version' });
  }
  return Number(version);
}
