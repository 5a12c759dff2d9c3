import { DomainError } from '@modelyard/kernel';
import { checkKey, checkLength, repeatedKey } from '../entity-name.js';

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
// What of a hostile value an error shows.
const MAX_SHOWN = 1000;
const MAX_INT64 = 2n ** 63n - 1n;

/** The number behind an experiment id of the wire; an empty one is the Default. Throws INVALID_ARGUMENT. */
export function parseExperimentId(id: string): bigint {
  if (id === '') return 0n;
  // As Python's int().
  const digits = id.trim();
  if (!/^[+-]?\d{1,64}$/.test(digits)) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid experiment ID '${id.slice(0, MAX_SHOWN)}'. Experiment ID must be a valid integer.`, { field: 'experiment_id' });
  }
  const value = BigInt(digits.replace('+', ''));
  // No sequence gets there: it is the id of nothing, and fits no column.
  return value > MAX_INT64 || value < -MAX_INT64 ? MAX_INT64 : value;
}

export function checkExperimentName(name: string): void {
  if (name === '') throw new DomainError('INVALID_ARGUMENT', `Invalid experiment name: ''`, { field: 'name' });
  checkLength(name, MAX_NAME_LENGTH, 'name');
}

/** Checks the tags of a new experiment, where MLflow lets no key come twice. Throws INVALID_ARGUMENT. */
export function checkExperimentTags(tags: readonly Tag[]): void {
  tags.forEach(checkExperimentTag);
  const twice = repeatedKey(tags);
  if (twice !== undefined) throw new DomainError('INVALID_ARGUMENT', `The tag '${twice}' is given twice. Give each key once.`, { field: 'tags' });
}

export function checkExperimentTag(tag: Tag): void {
  checkKey(tag.key, 'key', 'key');
  checkLength(tag.value, MAX_TAG_VALUE_LENGTH, 'value');
}

/** Refuses locations that no client could use. Nothing here opens them. */
export function checkArtifactLocation(location: string, field = 'artifact_location'): void {
  const refused = (message: string) => new DomainError('INVALID_ARGUMENT', message, { field });
  const [beforeFragment = '', fragment = ''] = location.split('#');
  const [beforeQuery = '', query = ''] = beforeFragment.split('?');
  if (fragment !== '' || beforeQuery.includes(';')) throw refused(`'${field}' URL can't include fragments or params.`);
  if (decoded(query).includes('..')) throw refused('Invalid query string');
  // Ours to read: MLflow leaves this to the reader.
  if (/^mlflow-artifacts:/i.test(location) && /(^|[/\\])\.\.([/\\]|$)/.test(decoded(location))) throw refused("'artifact_location' can't have '..' parts. Pass the plain location of a folder, or none for the server's own store.");
  if (location.startsWith('runs:')) throw refused(`Artifact location cannot be a runs:/ URI. Given: '${location.slice(0, MAX_SHOWN)}'`);
  if (location.length > MAX_ARTIFACT_LOCATION_LENGTH) {
    throw refused(
      `Invalid artifact path length. The length of the artifact path cannot be greater than ${MAX_ARTIFACT_LOCATION_LENGTH} characters. To configure this limit, please set the MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH environment variable.`,
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
