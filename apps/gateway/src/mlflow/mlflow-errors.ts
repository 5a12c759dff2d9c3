import type { DomainError, ErrorCode } from '@modelyard/kernel';

interface MlflowError {
  readonly status: number;
  readonly errorCode: string;
}

/** MLflow's error codes and statuses (mlflow 3.17, ERROR_CODE_TO_HTTP_STATUS). A 5xx makes clients retry for minutes. */
export const MLFLOW_ERRORS: Readonly<Record<ErrorCode, MlflowError>> = {
  NOT_FOUND: { status: 404, errorCode: 'RESOURCE_DOES_NOT_EXIST' },
  ALREADY_EXISTS: { status: 400, errorCode: 'RESOURCE_ALREADY_EXISTS' },
  INVALID_ARGUMENT: { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  FAILED_PRECONDITION: { status: 400, errorCode: 'INVALID_PARAMETER_VALUE' },
  CONFLICT: { status: 409, errorCode: 'RESOURCE_CONFLICT' },
  UNAUTHENTICATED: { status: 401, errorCode: 'UNAUTHENTICATED' },
  PERMISSION_DENIED: { status: 403, errorCode: 'PERMISSION_DENIED' },
  QUOTA_EXCEEDED: { status: 429, errorCode: 'RESOURCE_EXHAUSTED' },
  UNAVAILABLE: { status: 503, errorCode: 'TEMPORARILY_UNAVAILABLE' },
};

const MLFLOW_PATH = /^\/(?:api|ajax-api)\/|^\/(?:get-artifact|model-versions\/get-artifact|v1\/traces)(?:\?|$)/;

export function isMlflowPath(url: string): boolean {
  return MLFLOW_PATH.test(url);
}

/** The body MLflow's clients parse. `details.mlflowCode` overrides the code where MLflow has a finer one. */
export function mlflowErrorBody(error: DomainError | null, requestId: string): { error_code: string; message: string } {
  if (error === null) return { error_code: 'INTERNAL_ERROR', message: `Internal error. Tell the operator this id: ${requestId}` };
  const override = error.details['mlflowCode'];
  return { error_code: typeof override === 'string' ? override : MLFLOW_ERRORS[error.code].errorCode, message: error.message };
}
