import { DomainError } from '@modelyard/kernel';

interface SqlFault extends Error {
  readonly code: string;
  readonly detail?: string;
}

interface ChangedParam {
  readonly key: string;
  readonly old_value: string;
  readonly new_value: string;
}

/**
 * Turns the SQLSTATEs of the tracking_* functions (class MY) into DomainErrors; anything else passes as it is.
 * `single`: the call was for one param, of which MLflow speaks in other words than of a batch.
 */
export function translateTrackingFault(error: unknown, runId: string, single = false): unknown {
  if (!isSqlFault(error)) return error;
  switch (error.code) {
    case 'MY001':
    case 'MY004':
      return new DomainError('NOT_FOUND', error.message, {}, { cause: error });
    case 'MY002':
    case 'MY005':
      return new DomainError('INVALID_ARGUMENT', error.message, {}, { cause: error });
    case 'MY006':
      return new DomainError('INVALID_ARGUMENT', error.message, { field: 'model_id', mlflowCode: 'BAD_REQUEST' }, { cause: error });
    case 'MY003':
      return changedParams(error, runId, single);
    default:
      return error;
  }
}

/** NOT_FOUND in MLflow's words. */
export function runNotFound(runId: string): DomainError {
  return new DomainError('NOT_FOUND', `Run with id=${runId} not found`);
}

/** NOT_FOUND in MLflow's words. */
export function experimentNotFound(id: string | bigint): DomainError {
  return new DomainError('NOT_FOUND', `No Experiment with id=${id} exists`);
}

/** INVALID_ARGUMENT in MLflow's words (sqlalchemy_store._check_run_is_active). */
export function notActive(kind: 'run' | 'experiment', id: string, stage: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `The ${kind} ${id} must be in the 'active' state. Current state is ${stage}.`);
}

function isSqlFault(error: unknown): error is SqlFault {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function changedParams(fault: SqlFault, runId: string, single: boolean): DomainError {
  const changed = JSON.parse(fault.detail ?? '[]') as ChangedParam[];
  const [first] = changed;
  const message =
    single && first !== undefined
      ? `Changing param values is not allowed. Param with key='${first.key}' was already logged with value='${first.old_value}' for run ID='${runId}'. Attempted logging new value '${first.new_value}'.`
      : `Changing param values is not allowed. Params were already logged='[${changed.map(pythonDict).join(', ')}]' for run ID='${runId}'.`;
  return new DomainError('INVALID_ARGUMENT', message, { field: 'params' }, { cause: fault });
}

function pythonDict(param: ChangedParam): string {
  return `{'key': '${param.key}', 'old_value': '${param.old_value}', 'new_value': '${param.new_value}'}`;
}
