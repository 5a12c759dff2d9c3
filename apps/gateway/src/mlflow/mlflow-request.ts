import { createParamDecorator, type ExecutionContext, Injectable, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '@modelyard/kernel';
import type { z } from 'zod';
import { contextOf } from '../auth/request-access.js';
import { readBody } from '../http/read-body.js';
import type { Fields } from './proto/fields.js';
import { bodyAsJson, fieldsOf, queryAsJson } from './proto/request.js';

// MLflow bounds log-batch at 1 MB (its documented request limit); other calls carry model JSON and tags of 100 kB.
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const Request = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<FastifyRequest>());

/** The tenant context of the request. */
export const Ctx = createParamDecorator((_: unknown, context: ExecutionContext) => contextOf(context.switchToHttp().getRequest<FastifyRequest>()));

/** The message of an MLflow call, read by a schema that `request` made. */
export function Message<S extends z.ZodType>(schema: S): ParameterDecorator {
  const fields = fieldsOf(schema);
  if (fields === undefined) throw new Error('a message of MLflow is made by `request`');
  return Request(new MessagePipe(schema, fields));
}

@Injectable()
class MessagePipe<S extends z.ZodType> implements PipeTransform<FastifyRequest, Promise<z.output<S>>> {
  constructor(
    private readonly schema: S,
    private readonly fields: Fields,
  ) {}

  async transform(request: FastifyRequest): Promise<z.output<S>> {
    return this.schema.parse(await protoJson(request, this.fields));
  }
}

/** The body of a call that is no protobuf message in MLflow: a JSON object. */
export function JsonBody<S extends z.ZodType>(schema: S): ParameterDecorator {
  return Request(new JsonBodyPipe(schema));
}

@Injectable()
class JsonBodyPipe<S extends z.ZodType> implements PipeTransform<FastifyRequest, Promise<z.output<S>>> {
  constructor(private readonly schema: S) {}

  async transform(request: FastifyRequest): Promise<z.output<S>> {
    demandJson(request.headers['content-type']);
    return this.schema.parse(bodyAsJson(await readBody(request, MAX_BODY_BYTES)));
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
