import { createHash } from 'node:crypto';
import { DomainError } from '@modelyard/kernel';
import { USER_TAG } from './evaluation-dataset.js';
import { isJsonObject, parsePythonJson, pythonJson, type JsonObject } from './python-json.js';

/** A record as a client sends it. */
export interface RecordInput {
  readonly inputs: JsonObject;
  /** Undefined when it is not named, null when it is taken away. */
  readonly outputs?: unknown;
  readonly expectations?: JsonObject;
  readonly tags?: JsonObject;
  readonly source?: RecordSource;
}

export interface RecordSource {
  readonly source_type: (typeof SOURCE_TYPES)[number];
  readonly source_data: JsonObject;
}

/** A record at rest; texts hold JSON. */
export interface StoredRecord {
  readonly id: string;
  readonly inputs: string;
  readonly outputs: string | null;
  readonly expectations: string | null;
  readonly tags: string;
  readonly source: string | null;
  readonly createdTime: number;
  readonly lastUpdateTime: number;
  readonly createdBy: string | null;
  readonly lastUpdatedBy: string | null;
}

const SOURCE_TYPES = ['UNSPECIFIED', 'TRACE', 'HUMAN', 'DOCUMENT', 'CODE'] as const;
const MAX_RECORDS = 10_000;

/** The records in a JSON text. Throws INVALID_ARGUMENT, naming the record. */
export function parseRecords(text: string): RecordInput[] {
  const value = parsePythonJson(text, 'records');
  if (!Array.isArray(value)) throw new DomainError('INVALID_ARGUMENT', "The parameter 'records' must be a text that holds a JSON list.", { field: 'records' });
  if (value.length > MAX_RECORDS) throw new DomainError('INVALID_ARGUMENT', `At most ${MAX_RECORDS} records can be sent at once. Send them in parts.`, { field: 'records' });
  return value.map(parseRecord);
}

export function inputHash(record: RecordInput): Buffer {
  return createHash('sha256').update(pythonJson(record.inputs, true)).digest();
}

/** Who wrote it, as its tags say. */
export function userOf({ tags = {} }: RecordInput): string | null {
  const user = tags[USER_TAG];
  return typeof user === 'string' ? user.slice(0, 255) : null;
}

export function newRecord(id: string, record: RecordInput, now: number): StoredRecord {
  // Outputs that nobody named are an empty object, as in MLflow.
  const { inputs, outputs = {}, expectations, tags = {}, source } = record;
  const user = userOf(record);
  return {
    id,
    inputs: pythonJson(inputs),
    outputs: outputs === null ? null : pythonJson(outputs),
    expectations: expectations === undefined ? null : pythonJson(expectations),
    tags: pythonJson(tags),
    source: source === undefined ? null : pythonJson(source),
    createdTime: now,
    lastUpdateTime: now,
    createdBy: user,
    lastUpdatedBy: user,
  };
}

/** The same inputs once more: outputs are replaced, expectations and tags are added to those that are there. */
export function mergeRecord(stored: StoredRecord, record: RecordInput, now: number): StoredRecord {
  const { outputs, expectations, tags } = record;
  const merged = (text: string | null, more: JsonObject | undefined) => (more === undefined ? text : pythonJson({ ...(text === null ? {} : (JSON.parse(text) as object)), ...more }));
  return {
    ...stored,
    outputs: outputs === undefined ? stored.outputs : outputs === null ? null : pythonJson(outputs),
    expectations: merged(stored.expectations, expectations === undefined || Object.keys(expectations).length === 0 ? undefined : expectations),
    tags: merged(stored.tags, tags) ?? '{}',
    lastUpdateTime: now,
    lastUpdatedBy: userOf(record) ?? stored.lastUpdatedBy,
  };
}

/** The JSON text of one record, as clients read it (DatasetRecord.to_dict). */
export function recordText(datasetId: string, record: StoredRecord): string {
  const source = record.source === null ? null : (JSON.parse(record.source) as RecordSource);
  const sourceId = source?.source_data[source.source_type === 'TRACE' ? 'trace_id' : 'source_id'];
  const fields: [string, string | null][] = [
    ['dataset_record_id', pythonJson(record.id)],
    ['dataset_id', pythonJson(datasetId)],
    ['inputs', record.inputs],
    ['expectations', record.expectations],
    ['tags', record.tags],
    ['source', record.source],
    ['source_id', typeof sourceId === 'string' ? pythonJson(sourceId) : null],
    ['source_type', source === null ? null : pythonJson(source.source_type)],
    ['created_time', String(record.createdTime)],
    ['last_update_time', String(record.lastUpdateTime)],
    ['created_by', record.createdBy === null ? null : pythonJson(record.createdBy)],
    ['last_updated_by', record.lastUpdatedBy === null ? null : pythonJson(record.lastUpdatedBy)],
    ['outputs', record.outputs],
  ];
  return `{${fields.filter(([, text]) => text !== null).map(([name, text]) => `"${name}": ${text}`).join(', ')}}`;
}

interface DatasetSchema {
  readonly inputs: Record<string, string>;
  outputs: Record<string, string> | string;
  readonly expectations: Record<string, string>;
  readonly version: string;
}

/** The schema with the fields of more records; a field keeps the type that it had first. */
export function extendSchema(text: string | null, records: readonly RecordInput[]): string | null {
  if (records.length === 0) return text;
  const schema = text === null ? { inputs: {}, outputs: {}, expectations: {}, version: '1.0' } : (JSON.parse(text) as DatasetSchema);
  for (const { inputs, outputs, expectations = {} } of records) {
    addTypes(schema.inputs, inputs);
    addTypes(schema.expectations, expectations);
    if (isJsonObject(outputs)) {
      if (typeof schema.outputs !== 'string') addTypes(schema.outputs, outputs);
    } else if (outputs !== undefined && outputs !== null && Object.keys(schema.outputs).length === 0) schema.outputs = typeOf(outputs);
  }
  return pythonJson(schema);
}

function addTypes(types: Record<string, string>, fields: JsonObject): void {
  for (const [key, value] of Object.entries(fields)) if (!Object.hasOwn(types, key)) Object.defineProperty(types, key, { value: typeOf(value), enumerable: true, configurable: true, writable: true });
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
    case 'string':
    case 'object':
      return typeof value;
    case 'bigint':
      return 'integer';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'float';
    default:
      return 'unknown';
  }
}

function parseRecord(value: unknown, index: number): RecordInput {
  const refused = (what: string) => new DomainError('INVALID_ARGUMENT', `records[${index}]${what}`, { field: 'records' });
  if (!isJsonObject(value)) throw refused(' must be an object.');
  const { inputs = {}, outputs, expectations, tags, source } = value;
  if (!isJsonObject(inputs)) throw refused('.inputs must be an object.');
  for (const [name, part] of Object.entries({ expectations, tags })) if (part !== undefined && part !== null && !isJsonObject(part)) throw refused(`.${name} must be an object.`);
  return {
    inputs,
    ...(outputs === undefined ? {} : { outputs }),
    ...(isJsonObject(expectations) ? { expectations } : {}),
    ...(isJsonObject(tags) ? { tags } : {}),
    ...(source === undefined || source === null ? {} : { source: parseSource(source, refused) }),
  };
}

function parseSource(value: unknown, refused: (what: string) => DomainError): RecordSource {
  if (!isJsonObject(value) || typeof value['source_type'] !== 'string') throw refused('.source must be an object with a source_type.');
  const name = value['source_type'].toUpperCase();
  const type = SOURCE_TYPES.find((known) => known === name);
  if (type === undefined) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid dataset record source type: ${name.slice(0, 200)}. Valid source types: [${SOURCE_TYPES.map((known) => `'${known}'`).join(', ')}]`, { field: 'records' });
  }
  const data = value['source_data'] ?? {};
  if (!isJsonObject(data)) throw refused('.source.source_data must be an object.');
  return { source_type: type, source_data: data };
}
