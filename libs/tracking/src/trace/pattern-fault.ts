import { DomainError } from '@modelyard/kernel';

/** PostgreSQL: invalid_regular_expression. */
const INVALID_PATTERN = '2201B';

/** Runs a search; INVALID_ARGUMENT when PostgreSQL cannot read a regular expression of its filter. */
export async function refusingPatterns<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INVALID_PATTERN)) throw error;
    throw new DomainError('INVALID_ARGUMENT', `An RLIKE pattern is no regular expression: ${error.message}.`, { field: 'filter' }, { cause: error });
  }
}
