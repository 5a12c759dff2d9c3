import { DomainError } from '@modelyard/kernel';
import type { LifecycleStage, Tag } from '../experiment/experiment.js';

export const RUN_STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** 64-bit: a number when it is safe as one, else a bigint. */
export type Int64 = number | bigint;

/** `info` of a run, in MLflow's own field names. Times are milliseconds since the epoch. */
export interface RunInfo {
  readonly run_id: string;
  readonly run_uuid: string;
  readonly run_name: string;
  readonly experiment_id: string;
  readonly user_id: string;
  readonly status: RunStatus;
  readonly start_time: number;
  readonly end_time?: number;
  readonly artifact_uri: string;
  readonly lifecycle_stage: LifecycleStage;
}

/** A metric's point. NaN is the string `NaN`, as in JSON of protocol buffers. */
export interface MetricPoint {
  readonly key: string;
  readonly value: number | 'NaN';
  readonly timestamp: Int64;
  readonly step: Int64;
}

export interface DatasetDocument {
  readonly name: string;
  readonly digest: string;
  readonly source_type: string;
  readonly source: string;
  readonly schema?: string;
  readonly profile?: string;
}

/** A whole run as MLflow shows it; empty lists are absent. */
export interface RunDocument {
  readonly info: RunInfo;
  readonly data: { readonly metrics?: readonly MetricPoint[]; readonly params?: readonly Tag[]; readonly tags?: readonly Tag[] };
  readonly inputs: {
    readonly dataset_inputs?: readonly { readonly tags?: readonly Tag[]; readonly dataset: DatasetDocument }[];
    readonly model_inputs?: readonly { readonly model_id: string }[];
  };
  readonly outputs: { readonly model_outputs?: readonly { readonly model_id: string; readonly step: Int64 }[] };
}

export const RUN_NAME_TAG = 'mlflow.runName';

/** The name that argument and tag agree on; undefined when neither gives one. Throws INVALID_ARGUMENT when they differ. */
export function chosenRunName(name: string | undefined, tags: readonly Tag[]): string | undefined {
  const tagged = tags.findLast((tag) => tag.key === RUN_NAME_TAG)?.value;
  if (name && tagged && name !== tagged) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${name}', mlflow.runName='${tagged}').`,
      { field: 'run_name' },
    );
  }
  return name || tagged || undefined;
}
