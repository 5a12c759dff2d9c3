import { DomainError, stringifyJson, type ErrorCode } from '@modelyard/kernel';
import { UnsupportedMediaType } from './invocations.js';
import type { Answer, Protocol } from './routes.js';

/** A refusal that belongs to HTTP rather than to the model. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const STATUS = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  ALREADY_EXISTS: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  QUOTA_EXCEEDED: 429,
  UNAVAILABLE: 503,
} as const satisfies Record<ErrorCode, number>;

/** MLflow's names for a status. Source: mlflow/exceptions.py. */
const MLFLOW_CODES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  404: 'ENDPOINT_NOT_FOUND',
  405: 'BAD_REQUEST',
  413: 'BAD_REQUEST',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** An error as the protocol of the path wants it: a sentence, never a stack trace, never the input. */
export function answerError(error: unknown, protocol: Protocol): Answer {
  if (error instanceof UnsupportedMediaType) return { status: 415, body: error.message, contentType: 'text/plain; charset=utf-8' };
  if (error instanceof HttpRefusal) return { ...shape(error.status, error.message, protocol), headers: error.headers };
  if (error instanceof DomainError) return shape(STATUS[error.code], error.message, protocol);
  return shape(500, 'Internal error. The log of the model server has the cause.', protocol);
}

function shape(status: number, message: string, protocol: Protocol): Answer {
  const error = protocol === 'mlflow' ? { error_code: MLFLOW_CODES[status] ?? 'INTERNAL_ERROR', message } : { error: message };
  return { status, body: stringifyJson(error) };
}
