import { createHash, randomUUID } from 'node:crypto';
import { DomainError } from '@modelyard/kernel';
import { checkLength } from '../entity-name.js';
import { isJsonObject, parsePythonJson, pythonJson } from './python-json.js';

export interface EvaluationDataset {
  /** `d-` and 32 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  /** JSON text: the types of the fields that records ever had. Null until there is a record. */
  readonly schema: string | null;
  /** JSON text with the number of records. Null until there is a record. */
  readonly profile: string | null;
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly createdTime: number;
  readonly lastUpdateTime: number;
  readonly createdBy: string | null;
  readonly lastUpdatedBy: string | null;
}

/** The tag by which MLflow's clients say who they are. */
export const USER_TAG = 'mlflow.user';

// As the columns of mlflow 3.17 (SqlEvaluationDataset, SqlEvaluationDatasetTag).
const MAX_NAME_LENGTH = 255;
const MAX_TAG_KEY_LENGTH = 255;
const MAX_TAG_VALUE_LENGTH = 5000;
const MAX_TAGS = 1000;

export function newDatasetId(): string {
  return `d-${randomUUID().replaceAll('-', '')}`;
}

/** As MLflow's: eight digits that change with every change. */
export function datasetDigest(name: string, lastUpdateTime: number): string {
  return createHash('sha256').update(`${name}:${lastUpdateTime}`).digest('hex').slice(0, 8);
}

export function checkDatasetName(name: string): void {
  checkLength(name, MAX_NAME_LENGTH, 'name');
}

/** Tags from the JSON text that carries them; a null value is no tag. Throws INVALID_ARGUMENT. */
export function parseDatasetTags(text: string): Record<string, string> {
  const value = parsePythonJson(text, 'tags');
  if (!isJsonObject(value)) throw new DomainError('INVALID_ARGUMENT', "The parameter 'tags' must be a text that holds a JSON object.", { field: 'tags' });
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  if (entries.length > MAX_TAGS) throw new DomainError('INVALID_ARGUMENT', `At most ${MAX_TAGS} tags can be set at once.`, { field: 'tags' });
  const tags = entries.map(([key, item]): [string, string] => [key, typeof item === 'string' ? item : pythonJson(item)]);
  for (const [key, item] of tags) {
    checkLength(key, MAX_TAG_KEY_LENGTH, 'key');
    checkLength(item, MAX_TAG_VALUE_LENGTH, 'value');
  }
  return Object.fromEntries(tags);
}
