import { DomainError } from '@modelyard/kernel';

// A hostile id must not come back at full length.
const MAX_SHOWN = 4096;

/** NOT_FOUND in MLflow's words. */
export function traceNotFound(traceId: string): DomainError {
  return new DomainError('NOT_FOUND', `Trace with ID '${traceId.slice(0, MAX_SHOWN)}' not found.`);
}

/** NOT_FOUND in MLflow's words. */
export function assessmentNotFound(traceId: string, assessmentId: string): DomainError {
  return new DomainError('NOT_FOUND', `Assessment with ID '${assessmentId.slice(0, MAX_SHOWN)}' not found for trace '${traceId.slice(0, MAX_SHOWN)}'`);
}

/** NOT_FOUND in MLflow's words for the spans of a trace. */
export function traceWithoutSpans(traceId: string, state: 'not found' | 'not fully exported yet, please try again later'): DomainError {
  return new DomainError('NOT_FOUND', `Trace with ID ${traceId.slice(0, MAX_SHOWN)} is ${state}.`);
}

/** NOT_FOUND in MLflow's words for what belongs to an assessment. */
export function assessedTraceNotFound(traceId: string): DomainError {
  return new DomainError('NOT_FOUND', `Trace with request_id '${traceId.slice(0, MAX_SHOWN)}' not found`);
}

/** NOT_FOUND in MLflow's words, also when there is no such trace. */
export function traceTagNotFound(traceId: string, key: string): DomainError {
  return new DomainError('NOT_FOUND', `No trace tag with key '${key.slice(0, MAX_SHOWN)}' for trace with ID '${traceId.slice(0, MAX_SHOWN)}'`);
}
