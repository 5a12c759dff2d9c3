import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDomainError, type ErrorCode } from '@modelyard/kernel';
import type { Protocol } from './endpoint-path.js';

/** A refusal that belongs to HTTP rather than to the domain. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    readonly errorCode: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

const OUTCOMES: Readonly<Record<ErrorCode, { status: number; errorCode: string }>> = {
  NOT_FOUND: { status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' },
  ALREADY_EXISTS: { status: 409, errorCode: 'RESOURCE_ALREADY_EXISTS' },
  INVALID_ARGUMENT: { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  FAILED_PRECONDITION: { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  CONFLICT: { status: 409, errorCode: 'RESOURCE_CONFLICT' },
  UNAUTHENTICATED: { status: 401, errorCode: 'UNAUTHENTICATED' },
  PERMISSION_DENIED: { status: 403, errorCode: 'PERMISSION_DENIED' },
  QUOTA_EXCEEDED: { status: 429, errorCode: 'RESOURCE_EXHAUSTED' },
  UNAVAILABLE: { status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE' },
};

/** The refusal that an error means; null for a bug. */
export function refusalOf(error: unknown): HttpRefusal | null {
  if (error instanceof HttpRefusal) return error;
  if (!isDomainError(error)) return null;
  const { status, errorCode } = OUTCOMES[error.code];
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="mlflow"' } : status === 503 || status === 429 ? { 'retry-after': '1' } : {};
  return new HttpRefusal(status, errorCode, error.message, headers);
}

// What is left of a small body is read and dropped; a large one ends the connection.
const DROPPED_BODY_BYTES = 1024 * 1024;

/** Answers an error in the words of the protocol: MLflow's scoring server, or the Open Inference Protocol. */
export function sendRefusal(request: IncomingMessage, response: ServerResponse, refusal: HttpRefusal, protocol: Protocol, extra: Readonly<Record<string, string>> = {}): void {
  if (response.destroyed) return;
  const body = JSON.stringify(protocol === 'mlflow' ? { error_code: refusal.errorCode, message: refusal.message } : { error: refusal.message });
  response.writeHead(refusal.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...refusal.headers,
    ...extra,
    ...(leavesMuchUnread(request) ? { connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** Is so much of the body unread that the connection should not be used again? */
export function leavesMuchUnread(request: IncomingMessage): boolean {
  if (request.complete) return false;
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > DROPPED_BODY_BYTES;
}
