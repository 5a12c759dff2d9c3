import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@modelyard/config';
import { DomainError, type ErrorCode } from '@modelyard/kernel';
import { isMlflowPath, mlflowErrorBody, MLFLOW_ERRORS } from '../mlflow/mlflow-errors.js';

/** HTTP status of each outcome on our own plain HTTP routes. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 412,
  CONFLICT: 409,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  QUOTA_EXCEEDED: 429,
  UNAVAILABLE: 503,
};

/** Answers an error in the shape of the surface it happened on. What is no DomainError is a bug: logged, never shown. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): void {
  if (reply.raw.headersSent) {
    // Too late to say it in the answer: a cut connection tells the client that the bytes are not whole.
    logger.warn({ requestId: request.id, url: request.url, error: String(error) }, 'the answer broke off');
    reply.raw.destroy();
    return;
  }
  const outcome = asDomainError(error);
  if (outcome === null) logger.error({ requestId: request.id, method: request.method, url: request.url, err: error }, 'internal error');
  const mlflow = isMlflowPath(request.url);
  const status = outcome === null ? 500 : mlflow ? MLFLOW_ERRORS[outcome.code].status : HTTP_STATUS[outcome.code];
  // Not on our own surfaces: a browser would open its password dialog over the dashboard's login.
  if (status === 401 && mlflow) reply.header('www-authenticate', 'Basic realm="mlflow"');
  if (status === 503 || status === 429) reply.header('retry-after', '1');
  const body = mlflow ? mlflowErrorBody(outcome, request.id) : errorBody(outcome, request.id);
  reply.status(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body));
}

function errorBody(error: DomainError | null, requestId: string) {
  if (error === null) return { error: { code: 'INTERNAL', message: `Internal error. Tell the operator this id: ${requestId}`, requestId } };
  return { error: { code: error.code, message: error.message, requestId, ...error.details } };
}

/** Faults of the HTTP layer itself (Fastify, Nest) that the client caused. */
function asDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  const status = (error as { statusCode?: number; status?: number } | null)?.statusCode ?? (error as { status?: number } | null)?.status;
  // MLflow's clients fall back to an older route on this code, and on no other.
  if (status === 404) return new DomainError('NOT_FOUND', 'There is nothing at this URL.', { mlflowCode: 'ENDPOINT_NOT_FOUND' });
  // The words of MLflow, whose routes are the ones that take a body of one type.
  if (status === 415) return new DomainError('INVALID_ARGUMENT', "Bad Request. Content-Type must be one of ['application/json'].");
  if (status !== undefined && status >= 400 && status < 500) return new DomainError('INVALID_ARGUMENT', error instanceof Error ? error.message : 'Bad request.');
  return null;
}
