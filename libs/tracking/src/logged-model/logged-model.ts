import { DomainError } from '@modelyard/kernel';
import { checkLength } from '../entity-name.js';
import type { Tag } from '../experiment/experiment.js';
import type { Int64, MetricPoint } from '../run/run.js';

export const LOGGED_MODEL_STATUSES = ['LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED'] as const;
export type LoggedModelStatus = (typeof LOGGED_MODEL_STATUSES)[number];

export type LoggedModelMetric = MetricPoint & {
  readonly model_id: string;
  readonly run_id: string;
  readonly dataset_name?: string;
  readonly dataset_digest?: string;
};

/** A logged model in MLflow's own field names; empty lists are absent. Times are milliseconds since the epoch. */
export interface LoggedModelDocument {
  readonly info: {
    readonly model_id: string;
    readonly experiment_id: string;
    readonly name: string;
    readonly creation_timestamp_ms: Int64;
    readonly last_updated_timestamp_ms: Int64;
    readonly artifact_uri: string;
    readonly status: LoggedModelStatus;
    /** Who made it; not in MLflow, where creator_id is a number that nothing sets. */
    readonly created_by: string;
    /** Empty when nobody said. */
    readonly model_type: string;
    readonly source_run_id: string;
    readonly status_message?: string;
    readonly tags?: readonly Tag[];
  };
  readonly data: { readonly params?: readonly Tag[]; readonly metrics?: readonly LoggedModelMetric[] };
}

// Bounds of ours where MLflow has none; its columns end at 250 and 5000 characters.
const MAX_NAME = 500;
const MAX_KEY = 250;
const MAX_VALUE = 8000;
const MAX_ENTRIES = 1000;

/** Checks a logged model's name (MLflow's rule). Throws INVALID_ARGUMENT. */
export function checkLoggedModelName(name: string): void {
  if (name === '' || /[/:.%"']/.test(name)) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      `Invalid model name ('${name.slice(0, 200)}') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`,
      { field: 'name' },
    );
  }
  checkLength(name, MAX_NAME, 'name');
}

/** Checks params or tags of a logged model. Throws INVALID_ARGUMENT. */
export function checkEntries(entries: readonly Tag[], field: 'params' | 'tags'): void {
  if (entries.length > MAX_ENTRIES) throw new DomainError('INVALID_ARGUMENT', `A request can carry at most ${MAX_ENTRIES} ${field}. Split it.`, { field });
  for (const { key, value } of entries) {
    if (key === '') throw new DomainError('INVALID_ARGUMENT', `Missing value for required parameter '${field}.key'.`, { field });
    checkLength(key, MAX_KEY, 'key');
    checkLength(value, MAX_VALUE, 'value');
  }
}

/** NOT_FOUND in MLflow's words. */
export function loggedModelNotFound(modelId: string): DomainError {
  return new DomainError('NOT_FOUND', `Logged model with ID '${modelId.slice(0, 100)}' not found.`);
}
