import { DomainError } from '@modelyard/kernel';
import type { Tag } from '../registry-names.js';

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

export interface ModelVersion {
  /** A bigint as decimal text. */
  readonly registeredModelId: string;
  readonly projectId: number;
  readonly name: string;
  readonly version: number;
  /** As the client gave it. */
  readonly source: string;
  /** Where the files lie: what `source` meant when the version was made. */
  readonly storageLocation: string;
  readonly runId: string | null;
  readonly runLink: string | null;
  /** The logged model that this is a version of. */
  readonly modelId: string | null;
  readonly description: string | null;
  readonly stage: Stage;
  readonly status: 'PENDING_REGISTRATION' | 'FAILED_REGISTRATION' | 'READY';
  readonly statusMessage: string | null;
  readonly userName: string | null;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
  readonly lastUpdatedTime: number;
  readonly tags: readonly Tag[];
  readonly aliases: readonly string[];
}

/** What takes the place of what a deleted version said (mlflow 3.17, delete_model_version). */
export const REDACTED = { source: 'REDACTED-SOURCE-PATH', runId: 'REDACTED-RUN-ID', runLink: 'REDACTED-RUN-LINK' } as const;

/** The stage in its canonical spelling. Throws INVALID_ARGUMENT in MLflow's words. */
export function parseStage(text: string): Stage {
  const stage = STAGES.find((item) => item.toLowerCase() === text.toLowerCase());
  if (stage === undefined) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid Model Version stage: ${text.slice(0, 100)}. Value must be one of ${STAGES.join(', ')}.`, { field: 'stage' });
  }
  return stage;
}

/** Throws INVALID_ARGUMENT in MLflow's words unless versions of this stage can be archived when another one enters it. */
export function checkArchiving(stage: Stage): void {
  if (stage === 'Staging' || stage === 'Production') return;
  throw new DomainError(
    'INVALID_ARGUMENT',
    `Model version transition cannot archive existing model versions because '${stage}' is not an Active stage. Valid stages are ['Staging', 'Production']`,
    { field: 'archive_existing_versions' },
  );
}
