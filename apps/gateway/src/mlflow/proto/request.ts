import { DomainError, parseJson } from '@modelyard/kernel';
import { z } from 'zod';
import type { Check } from './checks.js';
import { type Fields, jsonName, type MessageOf, readFields, Unreadable } from './fields.js';

export type Checks<F extends Fields> = { readonly [K in keyof F]?: readonly Check[] };

interface ProtoRequest {
  readonly fields: Fields;
  readonly checks: Readonly<Record<string, readonly Check[] | undefined>>;
}

const requests = new WeakMap<z.ZodType, ProtoRequest>();

/**
 * A request of MLflow: a protobuf message and MLflow's checks of it, in MLflow's order (mlflow 3.17,
 * `_get_request_message`). protobuf reads as far as it can; when that is not to the end, the checks also look at types,
 * and what passes them is taken as far as it was read.
 */
export function request<F extends Fields>(fields: F, checks: Checks<F> = {}): z.ZodType<MessageOf<F>> {
  const schema = z.record(z.string(), z.unknown()).transform((json): MessageOf<F> => {
    refuseDoubleSpelling(json, fields);
    const message: Record<string, unknown> = {};
    let readable = true;
    try {
      readFields(fields, json, message);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      readable = false;
    }
    check(json, checks as ProtoRequest['checks'], readable);
    return message as MessageOf<F>;
  });
  requests.set(schema, { fields, checks: checks as ProtoRequest['checks'] });
  return schema;
}

/** The fields of a schema that `request` made. */
export function fieldsOf(schema: z.ZodType): Fields | undefined {
  return requests.get(schema)?.fields;
}

/** A query as the JSON of a message: repeated keys are lists where the field is one. Keys of no field are left out. */
export function queryAsJson(query: Readonly<Record<string, unknown>>, fields: Fields): Record<string, unknown> {
  const json: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries(fields)) {
    if (!Object.hasOwn(query, name)) continue;
    const values = [query[name]].flat();
    json[name] = kind === 'list' ? values : kind === 'flag' ? flagOf(values[0]) : values[0];
  }
  return json;
}

/** A body as JSON, as MLflow reads it: what is no JSON counts as empty, and a JSON string may itself hold JSON (old clients). */
export function bodyAsJson(text: string): Record<string, unknown> {
  let value = text.trim() === '' ? null : parseLeniently(text);
  if (typeof value === 'string') value = parseLeniently(value);
  if (value === null || value === undefined) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new DomainError('INVALID_ARGUMENT', 'The request body must be a JSON object.', { mlflowCode: 'BAD_REQUEST' });
}

/** Python's JSON also has the bare words NaN and Infinity. A number that is none is what protobuf then cannot read. */
function parseLeniently(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    if (!/NaN|Infinity/.test(text)) return null;
  }
  try {
    return parseJson(bareWordsAsNumbers(text));
  } catch {
    return null;
  }
}

/** One pass over the text: a regular expression would go over it again for each quote that does not end. */
function bareWordsAsNumbers(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '"') {
      at = endOfText(text, at);
      continue;
    }
    const word = sign === 'N' ? 'NaN' : sign === 'I' ? 'Infinity' : undefined;
    if (word === undefined || !text.startsWith(word, at)) continue;
    parts.push(text.slice(from, at), '1e999');
    at += word.length - 1;
    from = at + 1;
  }
  return parts.join('') + text.slice(from);
}

/** Where the text that begins at `start` has its closing quote. */
function endOfText(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function flagOf(value: unknown): boolean {
  const word = String(value).toLowerCase();
  if (word !== 'true' && word !== 'false') throw new DomainError('INVALID_ARGUMENT', `Invalid boolean value: ${String(value)}, must be 'true' or 'false'.`);
  return word === 'true';
}

function refuseDoubleSpelling(json: unknown, fields: Fields): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return;
  const record = json as Record<string, unknown>;
  for (const [name, field] of Object.entries(fields)) {
    const other = jsonName(name);
    if (name !== other && Object.hasOwn(record, name) && Object.hasOwn(record, other)) {
      throw new DomainError('INVALID_ARGUMENT', `Request specifies both '${name}' and '${other}'; provide only one of them.`);
    }
    const nested = field.fields;
    if (nested !== undefined) for (const item of [record[name] ?? record[other]].flat()) refuseDoubleSpelling(item, nested);
  }
}

function check(json: Readonly<Record<string, unknown>>, checks: ProtoRequest['checks'], readable: boolean): void {
  for (const [name, list = []] of Object.entries(checks)) {
    const there = Object.hasOwn(json, name);
    if (!there && !list.some(({ kind }) => kind === 'required')) continue;
    let value = there ? json[name] : undefined;
    // What old clients call it.
    if (name === 'run_id' && (value === undefined || value === null) && Object.hasOwn(json, 'run_uuid')) value = json['run_uuid'];
    for (const { kind, fault } of list) {
      const message = kind === 'type' && readable ? null : fault(value, name);
      if (message !== null) throw new DomainError('INVALID_ARGUMENT', `${message} See the API docs for more information about request parameters.`, { field: name });
    }
  }
}
