import { DomainError } from '@modelyard/kernel';

export type SearchField = 'filter' | 'order_by';

/**
 * INVALID_ARGUMENT in MLflow's words. `position` is the offset (UTF-16 units, from 0) of the character at fault, so that
 * an editor can mark it; `item` is the index of the faulty `order_by` entry.
 */
export function searchFault(field: SearchField, message: string, position: number, item?: number): DomainError {
  return new DomainError('INVALID_ARGUMENT', message, { field, position, ...(item === undefined ? {} : { item }) });
}

const SHOWN = 200;

/** Repeats user text inside a message, shortened: a hostile filter must not come back as a huge error. */
export function shown(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}

/** Python's repr of a text, for texts without control characters. */
export function quoted(text: string): string {
  const plain = shown(text).replaceAll('\\', '\\\\');
  return plain.includes("'") && !plain.includes('"') ? `"${plain}"` : `'${plain.replaceAll("'", "\\'")}'`;
}

/** Python's way to print a set or tuple of strings, as MLflow's messages do. */
export function shownSet(values: Iterable<string>): string {
  return `{${[...values].map((value) => `'${value}'`).join(', ')}}`;
}
