import { DomainError } from '@modelyard/kernel';

const MAX_RESULTS = 50_000;

/** Checks a page size in MLflow's words. Throws INVALID_ARGUMENT. */
export function checkMaxResults(value: number, limit = MAX_RESULTS): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid value ${value} for parameter 'max_results' supplied. It must be a positive integer`, { field: 'max_results' });
  }
  if (value > limit) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid value ${value} for parameter 'max_results' supplied. It must be at most ${limit}`, { field: 'max_results' });
  }
  return value;
}
