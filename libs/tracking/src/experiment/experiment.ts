import { DomainError } from '@modelyard/kernel';
import { checkKey, checkLength, tooLong } from '../entity-name.js';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

export type LifecycleStage = 'active' | 'deleted';
export type ViewType = 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL';

export interface Experiment {
  /** The id of the row; unique in the installation. */
  readonly id: bigint;
  /** The id on the wire: `0` for the Default experiment of the project, else `id`. */
  readonly experimentId: string;
  readonly projectId: number;
  readonly name: string;
  readonly artifactLocation: string;
  readonly lifecycleStage: LifecycleStage;
  readonly isDefault: boolean;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
  readonly lastUpdateTime: number;
  readonly tags: readonly Tag[];
}

const MAX_NAME_LENGTH = 500;
const MAX_TAG_VALUE_LENGTH = 20_000;
const MAX_ARTIFACT_LOCATION_LENGTH = 2048;
const MAX_INT64 = 2n ** 63n - 1n;

/** The number behind an experiment id of the wire; an empty one is the Default. Throws INVALID_ARGUMENT. */
export function parseExperimentId(id: string): bigint {
  if (id === '') return 0n;
  if (!/^\d{1,64}$/.test(id)) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid experiment ID '${id.slice(0, 80)}'. Experiment ID must be a valid integer.`, { field: 'experiment_id' });
  }
  const value = BigInt(id);
  // No sequence gets there: it is the id of nothing, and fits no column.
  return value > MAX_INT64 ? MAX_INT64 : value;
}

export function checkExperimentName(name: string): void {
  if (name === '') throw new DomainError('INVALID_ARGUMENT', `Invalid experiment name: ''`, { field: 'name' });
  checkLength(name, MAX_NAME_LENGTH, 'name');
}

export function checkExperimentTag(tag: Tag): void {
  checkKey(tag.key, 'key', 'key');
  checkLength(tag.value, MAX_TAG_VALUE_LENGTH, 'value');
}

/** Refuses locations that no client could use. Nothing here opens them. */
export function checkArtifactLocation(location: string): void {
  if (location.length > MAX_ARTIFACT_LOCATION_LENGTH) throw tooLong('artifact_location', MAX_ARTIFACT_LOCATION_LENGTH);
  if (location.startsWith('runs:')) {
    throw new DomainError('INVALID_ARGUMENT', `Artifact location cannot be a runs:/ URI. Given: '${location}'`, { field: 'artifact_location' });
  }
  const [beforeFragment = ''] = location.split('#');
  if (beforeFragment !== location || location.includes('?') || /(^|[/\\])\.\.([/\\]|$)/.test(decoded(location))) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      `'artifact_location' URL can't include fragments or params, nor '..' parts. Pass the plain location of a folder, or none for the server's own store.`,
      { field: 'artifact_location' },
    );
  }
}

/** The stages that a view shows. */
export function stagesOf(view: ViewType): LifecycleStage[] {
  switch (view) {
    case 'ACTIVE_ONLY':
      return ['active'];
    case 'DELETED_ONLY':
      return ['deleted'];
    case 'ALL':
      return ['active', 'deleted'];
  }
}

function decoded(location: string): string {
  try {
    return decodeURIComponent(location);
  } catch {
    return '..';
  }
}
