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

const MLFLOW_PATH = /^\/(?:api|ajax-api)\/|^\/(?:get-artifact|model-versions\/get-artifact|v1\/traces)(?:\?|$)/i;

export function isMlflowPath(url: string): boolean {
  return MLFLOW_PATH.test(url);
}

/** The body MLflow's clients parse. `details.mlflowCode` and `details.mlflowClass` override code and class where MLflow has finer ones. */
export function mlflowErrorBody(error: DomainError | null, requestId: string): MlflowErrorBody {
  if (error === null) return bodyOf('INTERNAL_ERROR', `Internal error. Tell the operator this id: ${requestId}`);
  const override = error.details['mlflowCode'];
  const finerClass = error.details['mlflowClass'];
  return bodyOf(typeof override === 'string' ? override : MLFLOW_ERRORS[error.code].errorCode, error.message, typeof finerClass === 'string' ? finerClass : undefined);
}

export interface MlflowErrorBody {
  readonly error_code: string;
  readonly message: string;
  readonly sqlstate?: string;
  readonly error_class?: string;
}

// mlflow 3.17, error_classification.py: the classes of its error codes; the others have none.
const CLASSES: Readonly<Record<string, readonly [sqlstate: string, errorClass: string]>> = {
  INTERNAL_ERROR: ['XXM00', 'CLIENT_INTERNAL_ERROR'],
  TEMPORARILY_UNAVAILABLE: ['XXM00', 'CLIENT_INTERNAL_ERROR'],
  BAD_REQUEST: ['KAM00', 'INVALID_PARAMETER_VALUE'],
  INVALID_PARAMETER_VALUE: ['KAM00', 'INVALID_PARAMETER_VALUE'],
  NOT_FOUND: ['KAM00', 'RESOURCE_NOT_FOUND'],
  ENDPOINT_NOT_FOUND: ['KAM00', 'RESOURCE_NOT_FOUND'],
  RESOURCE_DOES_NOT_EXIST: ['KAM00', 'RESOURCE_NOT_FOUND'],
  RESOURCE_ALREADY_EXISTS: ['KAM00', 'RESOURCE_ALREADY_EXISTS'],
  PERMISSION_DENIED: ['KAM00', 'PERMISSION_DENIED'],
  FEATURE_DISABLED: ['KAM00', 'FEATURE_DISABLED'],
};

const FINER_CLASSES: Readonly<Record<string, readonly [sqlstate: string, errorClass: string]>> = { ATTRIBUTE_NOT_FOUND: ['KAM04', 'ATTRIBUTE_NOT_FOUND'] };

function bodyOf(errorCode: string, message: string, finerClass?: string): MlflowErrorBody {
  const known = finerClass === undefined ? CLASSES[errorCode] : FINER_CLASSES[finerClass];
  return { error_code: errorCode, message, ...(known === undefined ? {} : { sqlstate: known[0], error_class: known[1] }) };
}
