import { DomainError } from '@modelyard/kernel';

/** NOT_FOUND in MLflow's words. */
export function traceNotFound(traceId: string): DomainError {
  return new DomainError('NOT_FOUND', `Trace with ID '${traceId.slice(0, 200)}' not found.`);
}

/** NOT_FOUND in MLflow's words. */
export function assessmentNotFound(traceId: string, assessmentId: string): DomainError {
  return new DomainError('NOT_FOUND', `Assessment with ID '${assessmentId.slice(0, 200)}' not found for trace '${traceId.slice(0, 200)}'`);
}
