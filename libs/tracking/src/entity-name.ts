import { posix } from 'node:path';
import { DomainError } from '@modelyard/kernel';

/** Limits of MLflow 3.17 (mlflow.utils.validation), in code points. */
export const MAX_KEY_LENGTH = 250;
export const MAX_PARAM_VALUE_LENGTH = 6000;
export const MAX_TAG_VALUE_LENGTH = 8000;

const NAME = /^[/\p{L}\p{N}_.\- :]*$/u;
const SAFE_NAME = /^\w[\w\- ]*$/;
const RUN_ID = /^[a-zA-Z0-9][\w-]{0,255}$/;
const BAD_CHARACTERS =
  'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';
const MAX_SHOWN = 500;

/** INVALID_ARGUMENT as MLflow's `invalid_value`. */
export function invalidValue(path: string, value: unknown, hint?: string): DomainError {
  const message = `Invalid value ${pythonJson(value)} for parameter '${path}' supplied${hint === undefined ? '.' : `: ${hint}`}`;
  return new DomainError('INVALID_ARGUMENT', message, { field: path });
}

/** INVALID_ARGUMENT as MLflow's `missing_value`. */
export function missingValue(path: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `Missing value for required parameter '${path}'.`, { field: path });
}

/** INVALID_ARGUMENT as MLflow's `exceeds_maximum_length`. */
export function tooLong(what: string, limit: number): DomainError {
  return new DomainError('INVALID_ARGUMENT', `'${what}' exceeds the maximum length of ${limit} characters`, { field: what });
}

/** Checks the charset of a metric, param or tag name, and that it is its own normalised path. */
export function checkName(name: string, path: string): void {
  if (SAFE_NAME.test(name)) return;
  if (!NAME.test(name)) throw invalidValue(path, name, BAD_CHARACTERS);
  const normal = normalPath(name);
  if (normal !== name || normal === '.' || normal.startsWith('..') || normal.startsWith('/')) {
    throw invalidValue(
      path,
      name,
      `Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${normal.slice(0, MAX_SHOWN)}'`,
    );
  }
}

/** Checks a key: name and length. `label` is what MLflow calls it when it is too long. */
export function checkKey(key: string, path: string, label: string): void {
  checkName(key, path);
  checkLength(key, MAX_KEY_LENGTH, label);
}

export function checkLength(text: string, limit: number, label: string): void {
  if (isLonger(text, limit)) throw tooLong(label, limit);
}

/** The first key that comes twice. */
export function repeatedKey(entries: readonly { readonly key: string }[]): string | undefined {
  const seen = new Set<string>();
  return entries.find(({ key }) => seen.has(key) || !seen.add(key))?.key;
}

/** The first `limit` code points, as MLflow does with long values of params and tags (MLFLOW_TRUNCATE_LONG_VALUES). */
export function truncate(text: string, limit: number): string {
  return isLonger(text, limit) ? [...text].slice(0, limit).join('') : text;
}

/** Throws INVALID_ARGUMENT for what cannot be a run id. */
export function checkRunId(runId: string): void {
  if (!RUN_ID.test(runId)) throw invalidValue('run_id', runId);
}

/** Whether a text has more code points than `limit`. */
export function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  return text.length > limit * 2 || [...text].length > limit;
}

function normalPath(name: string): string {
  const normal = posix.normalize(name);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** As Python's json.dumps: non-ASCII escaped. Shortened, so that a hostile value does not come back as a huge error. */
function pythonJson(value: unknown): string {
  const shown = typeof value === 'string' && value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}...` : value;
  const text = typeof shown === 'bigint' ? shown.toString() : typeof shown === 'number' ? String(shown) : (JSON.stringify(shown) ?? 'null');
  return text.replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
