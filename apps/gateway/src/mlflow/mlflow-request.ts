import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError, parseJson } from '@modelyard/kernel';
import type { z } from 'zod';
import { contextOf } from '../auth/request-access.js';
import { readBody } from '../http/read-body.js';
import type { Fields } from './proto/fields.js';
import { bodyAsJson, fieldsOf, queryAsJson } from './proto/request.js';

// MLflow bounds log-batch at 1 MB (its documented request limit); other calls carry model JSON and tags of 100 kB.
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 64;

const Request = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>());

/** The tenant context of the request. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext) => contextOf(context.switchToHttp().getRequest<FastifyRequest>()));

/**
 * The message of an MLflow call: body, query and path parameters as one object, checked by a zod schema in MLflow's
 * words. Keys may come in snake_case or camelCase, unknown ones are ignored, int64 stays exact.
 */
export function Message<S extends z.ZodType>(schema: S): ParameterDecorator {
  return Request(new MessagePipe(schema));
}

@Injectable()
class MessagePipe<S extends z.ZodType> implements PipeTransform<FastifyRequest, Promise<z.output<S>>> {
  constructor(private readonly schema: S) {}

  async transform(request: FastifyRequest): Promise<z.output<S>> {
    const fields = fieldsOf(this.schema);
    if (fields !== undefined) return this.schema.parse(await protoJson(request, fields));
    const body = request.method === 'GET' ? {} : parseMessage(await readBody(request, MAX_BODY_BYTES));
    return checkMessage(this.schema, { ...(request.query as object), ...body, ...(request.params as object) });
  }
}

/** The JSON of a protobuf message: the query of a GET that has one, else the body, of which POST and PUT must name the type. */
async function protoJson(request: FastifyRequest, fields: Fields): Promise<Record<string, unknown>> {
  const query = request.query as Readonly<Record<string, unknown>>;
  if (request.method === 'GET' && Object.keys(query).length > 0) return queryAsJson(query, fields);
  if (request.method === 'POST' || request.method === 'PUT') demandJson(request.headers['content-type']);
  return bodyAsJson(await readBody(request, MAX_BODY_BYTES));
}

function demandJson(contentType: string | undefined): void {
  if (contentType === undefined || contentType === '') throw new DomainError('INVALID_ARGUMENT', 'Bad Request. Content-Type header is missing.');
  if (contentType.split(';')[0] !== 'application/json') throw new DomainError('INVALID_ARGUMENT', "Bad Request. Content-Type must be one of ['application/json'].");
}

/** Parses a body as MLflow does: empty is an empty message, and a JSON string may itself hold JSON (old clients). */
export function parseMessage(text: string): Record<string, unknown> {
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = parseJson(text);
    if (typeof value === 'string') value = parseJson(value);
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'The request body is not valid JSON.', { mlflowCode: 'BAD_REQUEST' }, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DomainError('INVALID_ARGUMENT', 'The request body must be a JSON object.', { mlflowCode: 'BAD_REQUEST' });
  }
  return snakeCaseKeys(value, 0) as Record<string, unknown>;
}

/** Checks a message. Throws INVALID_ARGUMENT in MLflow's words: missing, or invalid with the value and its path. */
export function checkMessage<S extends z.ZodType>(schema: S, message: Record<string, unknown>): z.output<S> {
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const name = path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`), '');
  const value = path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], message);
  const text =
    value === undefined || issue?.code === 'custom' && issue.message === 'required'
      ? `Missing value for required parameter '${name}'.`
      : `Invalid value ${preview(value)} for parameter '${name}' supplied: ${issue?.message ?? 'wrong type'}.`;
  throw new DomainError('INVALID_ARGUMENT', `${text} See the API docs for more information about request parameters.`, { field: name });
}

function preview(value: unknown): string {
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

/** Fields whose objects are the user's own, with keys of any spelling (maps and values of traces and assessments). */
const FREE_FIELDS: ReadonlySet<string> = new Set(['tags', 'metadata', 'trace_metadata', 'value']);

// protobuf's JSON mapping accepts both spellings of a field name. Only camelCase keys cost a new object.
function snakeCaseKeys(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new DomainError('INVALID_ARGUMENT', `The request body is nested deeper than ${MAX_DEPTH} levels.`, { mlflowCode: 'BAD_REQUEST' });
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      if (typeof item === 'object' && item !== null) value[index] = snakeCaseKeys(item, depth + 1);
    }
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Record<string, unknown>;
  for (const key of Object.keys(record)) {
    const item = record[key];
    const snake = toSnakeCase(key);
    const isFree = FREE_FIELDS.has(snake) && (snake === 'value' || !Array.isArray(item));
    if (typeof item === 'object' && item !== null && !isFree) record[key] = snakeCaseKeys(item, depth + 1);
    if (snake === key) continue;
    if (!Object.hasOwn(record, snake)) record[snake] = record[key];
    delete record[key];
  }
  return record;
}

function toSnakeCase(key: string): string {
  return /^[a-z]+(?:[A-Z0-9][a-z0-9]*)+$/.test(key) && key.length < 64 ? key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : key;
}
