import { DomainError } from '@modelyard/kernel';
import { checkLength } from '../entity-name.js';
import type { Tag } from '../experiment/experiment.js';
import type { DatasetDocument, Int64 } from '../run/run.js';

export interface DatasetInput {
  readonly dataset: DatasetDocument;
  readonly tags: readonly Tag[];
}

export interface ModelOutput {
  readonly modelId: string;
  readonly step: Int64;
}

export const DATASET_CONTEXT_TAG = 'mlflow.data.context';

const MAX_INPUTS = 1000;
const MAX_NAME = 500;
const MAX_DIGEST = 36;
const MAX_SOURCE = 65_535;
const MAX_SCHEMA = 1_048_575;
const MAX_PROFILE = 16_777_215;
const MAX_TAG_KEY = 255;
const MAX_TAG_VALUE = 500;

/** Checks by MLflow's limits, and drops repeats of a dataset (the first one counts). Throws INVALID_ARGUMENT. */
export function checkDatasetInputs(inputs: readonly DatasetInput[]): DatasetInput[] {
  if (inputs.length > MAX_INPUTS) throw new DomainError('INVALID_ARGUMENT', `A request can log at most ${MAX_INPUTS} datasets. Split it.`, { field: 'datasets' });
  inputs.forEach(checkDatasetInput);
  const distinct = new Map<string, DatasetInput>();
  for (const input of inputs) {
    const key = JSON.stringify([input.dataset.name, input.dataset.digest]);
    if (!distinct.has(key)) distinct.set(key, input);
  }
  return [...distinct.values()];
}

function checkDatasetInput({ dataset, tags }: DatasetInput): void {
  checkLength(dataset.name, MAX_NAME, 'name');
  checkLength(dataset.digest, MAX_DIGEST, 'digest');
  checkLength(dataset.source, MAX_SOURCE, 'source');
  checkLength(dataset.schema ?? '', MAX_SCHEMA, 'schema');
  checkLength(dataset.profile ?? '', MAX_PROFILE, 'profile');
  for (const { key, value } of tags) {
    checkLength(key, MAX_TAG_KEY, 'key');
    checkLength(value, MAX_TAG_VALUE, 'value');
  }
}
