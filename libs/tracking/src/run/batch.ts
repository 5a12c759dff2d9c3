import { DomainError } from '@modelyard/kernel';
import { checkKey, checkName, checkLength, invalidValue, MAX_KEY_LENGTH, MAX_PARAM_VALUE_LENGTH, MAX_TAG_VALUE_LENGTH, truncate } from '../entity-name.js';
import type { Tag } from '../experiment/experiment.js';
import { RUN_NAME_TAG, type Int64 } from './run.js';

export interface MetricInput {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since the epoch, not negative. */
  readonly timestamp: Int64;
  readonly step: Int64;
  /** The logged model that the metric is also about, and the dataset it was measured on. */
  readonly modelId?: string;
  readonly datasetName?: string;
  readonly datasetDigest?: string;
}

export interface Batch {
  readonly metrics: readonly MetricInput[];
  readonly params: readonly Tag[];
  readonly tags: readonly Tag[];
}

const MAX_METRICS = 1000;
const MAX_PARAMS_OR_TAGS = 100;
const MAX_ENTITIES = 1000;
const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * Checks a batch by MLflow's rules and cuts long values to their limit, as MLflow does by default.
 * `single`: the call logs one thing, so messages name it without an index. Throws INVALID_ARGUMENT.
 */
export function checkBatch(batch: Batch, single = false): Batch {
  const at = (list: string, index: number) => (single ? '' : `${list}[${index}].`);
  batch.metrics.forEach((metric, index) => checkMetric(metric, at('metrics', index)));
  const params = batch.params.map((param, index) => checkParam(param, at('params', index)));
  const tags = batch.tags.map((tag, index) => checkTag(tag, at('tags', index)));
  checkLimit('metrics', MAX_METRICS, batch.metrics.length);
  checkLimit('params', MAX_PARAMS_OR_TAGS, params.length);
  checkLimit('tags', MAX_PARAMS_OR_TAGS, tags.length);
  checkLimit('metrics, params, and tags', MAX_ENTITIES, batch.metrics.length + params.length + tags.length);
  checkUnique(params);
  // An empty run name is no name: MLflow ignores such a tag.
  return { metrics: batch.metrics, params, tags: tags.filter((tag) => tag.key !== RUN_NAME_TAG || tag.value !== '') };
}

/** Checks a run's tag. Throws INVALID_ARGUMENT. */
export function checkTag(tag: Tag, path: string): Tag {
  checkKey(tag.key, `${path}key`, `${path}key`);
  return { key: tag.key, value: truncate(tag.value, MAX_TAG_VALUE_LENGTH) };
}

function checkParam(param: Tag, path: string): Tag {
  checkKey(param.key, `${path}key`, 'Param key');
  return { key: param.key, value: truncate(param.value, MAX_PARAM_VALUE_LENGTH) };
}

function checkMetric(metric: MetricInput, path: string): void {
  const { key, value, timestamp, step } = metric;
  checkName(key, `${path}name`);
  if (typeof value !== 'number') {
    throw invalidValue(`${path}value`, value, `(timestamp=${timestamp}). Please specify value as a valid double (64-bit floating point)`);
  }
  if (!isInt64(timestamp) || timestamp < 0) {
    throw invalidValue(`${path}timestamp`, timestamp, `metric '${key}' (value=${value}). Timestamp must be a nonnegative long (64-bit integer) `);
  }
  if (!isInt64(step)) throw invalidValue(`${path}step`, step, `metric '${key}' (value=${value}). Step must be a valid long (64-bit integer).`);
  checkLength(key, MAX_KEY_LENGTH, 'Metric name');
}

function isInt64(value: Int64): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  return value >= MIN_INT64 && value <= MAX_INT64;
}

function checkLimit(what: string, limit: number, length: number): void {
  if (length <= limit) return;
  throw new DomainError(
    'INVALID_ARGUMENT',
    `A batch logging request can contain at most ${limit} ${what}. Got ${length} ${what}. Please split up ${what} across multiple requests and try again.`,
  );
}

function checkUnique(params: readonly Tag[]): void {
  const seen = new Set<string>();
  const repeated = params.map(({ key }) => key).filter((key) => seen.has(key) || !seen.add(key));
  if (repeated.length === 0) return;
  throw new DomainError(
    'INVALID_ARGUMENT',
    `Duplicate parameter keys have been submitted: [${repeated.map((key) => `'${key}'`).join(', ')}]. Please ensure the request contains only one param value per param key.`,
    { field: 'params' },
  );
}
