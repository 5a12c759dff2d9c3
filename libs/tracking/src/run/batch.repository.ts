import type { Database } from '@modelyard/db';
import { isDomainError } from '@modelyard/kernel';
import type { Tag } from '../experiment/experiment.js';
import { translateTrackingFault } from '../tracking-errors.js';
import type { Batch, MetricInput } from './batch.js';
import { RUN_NAME_TAG } from './run.js';

const MAX_DOUBLE = 1.7976931348623157e308;
const ATTEMPTS = 3;

/** The distinct names of a request, and the positions (from 1) by which its arrays refer to them. */
export class KeyTable {
  private readonly positions = new Map<string, number>();

  position(name: string): number {
    const known = this.positions.get(name);
    if (known !== undefined) return known;
    this.positions.set(name, this.positions.size + 1);
    return this.positions.size;
  }

  get names(): string[] {
    return [...this.positions.keys()];
  }
}

/** One statement for a whole batch, all or nothing. `single`: it is one call's one thing. Throws NOT_FOUND, INVALID_ARGUMENT. */
export async function insertBatch(db: Database, organizationId: number, projectId: number, runId: string, batch: Batch, single: boolean): Promise<void> {
  const keys = new KeyTable();
  const { metrics, params, tags } = batch;
  const metricKeys = metrics.map(({ key }) => keys.position(key));
  const paramKeys = params.map(({ key }) => keys.position(key));
  const tagKeys = tags.map(({ key }) => keys.position(key));
  const values = [
    organizationId,
    projectId,
    runId,
    keys.names,
    numbers(metricKeys),
    numbers(metrics.map(({ value }) => storable(value))),
    numbers(metrics.map(({ timestamp }) => timestamp)),
    numbers(metrics.map(({ step }) => step)),
    numbers(paramKeys),
    params.map(({ value }) => value),
    numbers(tagKeys),
    tags.map(({ value }) => value),
    tags.findLast((tag) => tag.key === RUN_NAME_TAG)?.value ?? null,
    modelMetrics(metrics),
  ];
  await retried(runId, () =>
    db.statement({
      name: 'log_batch',
      text: 'SELECT tracking_log_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
      values,
    }),
    single,
  );
}

/** The array parameters of tags: their keys, positions and values. */
export function tagArrays(tags: readonly Tag[]): [keys: string[], positions: string, values: string[]] {
  const keys = new KeyTable();
  const positions = numbers(tags.map(({ key }) => keys.position(key)));
  return [keys.names, positions, tags.map(({ value }) => value)];
}

/** Runs a statement again when it lost a deadlock or a race against another writer of the same run. */
export async function retried<T>(runId: string, work: () => Promise<T>, single = false): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt < ATTEMPTS && isDomainError(error, 'CONFLICT')) continue;
      throw translateTrackingFault(error, runId, single);
    }
  }
}

/** An array literal; the driver's own way quotes and escapes each number. */
function numbers(values: readonly (number | bigint)[]): string {
  return `{${values.join(',')}}`;
}

/** MLflow stores infinities as the largest doubles. */
function storable(value: number): number {
  if (value === Infinity) return MAX_DOUBLE;
  return value === -Infinity ? -MAX_DOUBLE : value;
}

function modelMetrics(metrics: readonly MetricInput[]): string | null {
  const rows = metrics.filter(({ modelId }) => modelId !== undefined && modelId !== '');
  if (rows.length === 0) return null;
  return JSON.stringify(
    rows.map(({ modelId, key, value, timestamp, step, datasetName, datasetDigest }) => ({
      model_id: modelId,
      key,
      // Texts, because JSON has neither NaN nor exact 64-bit integers.
      value: String(storable(value)),
      timestamp: String(timestamp),
      step: String(step),
      dataset_name: datasetName || null,
      dataset_digest: datasetDigest || null,
    })),
  );
}
