import { parseFilter } from './parse-filter.js';
import { isDomainError, type DomainError } from '@modelyard/kernel';
import type { Grammar } from './grammar.js';

type AcceptedRow = readonly [filter: string, clauses: readonly (readonly [string, string, string, unknown])[]];
type RefusedRow = readonly [filter: string, position: number, message: string];

/** Test table: each filter is parsed into these clauses. */
export function itAccepts(grammar: Grammar, rows: readonly AcceptedRow[]): void {
  it.each(rows)('accepts %s', (filter, clauses) => {
    expect(parseFilter(grammar, filter).map(({ entity, key, operator, value }) => [entity, key, operator, value])).toEqual(clauses);
  });
}

/** Test table: each filter is refused at this offset with a message that starts so. */
export function itRefuses(grammar: Grammar, rows: readonly RefusedRow[]): void {
  it.each(rows)('refuses %s', (filter, position, message) => {
    const { code, details, message: actual } = refusalOf(() => parseFilter(grammar, filter));
    expect({ code, ...details, message: actual.slice(0, message.length) }).toEqual({ code: 'INVALID_ARGUMENT', field: 'filter', position, message });
  });
}

/** The DomainError that the call throws; fails the test if it throws none. */
export function refusalOf(call: () => unknown): DomainError {
  try {
    call();
  } catch (error) {
    if (isDomainError(error)) return error;
    throw error;
  }
  throw new Error('The call was expected to be refused.');
}
