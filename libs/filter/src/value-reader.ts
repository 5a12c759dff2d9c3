import type { Operand } from './clause-parser.js';
import type { Entity } from './comparison.js';
import { searchFault, shown } from './filter-error.js';
import type { Grammar, ValueRule } from './grammar.js';
import { isQuoted, stripped } from './identifier.js';
import { MAX_LIST_VALUES } from './limits.js';
import { parsePythonList } from './python-list.js';

export type Value = string | number | bigint | readonly string[];

/** What a value is compared with; `rule` says how it must be written. */
export interface Target {
  readonly entity: Entity;
  readonly key: string;
  readonly rule: ValueRule;
}

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const INTEGER = /^\s*[+-]?\d+\s*$/;
/** Python's float() knows these words; they reach it only where values may be bare. */
const NUMBER_WORDS: Readonly<Record<string, number>> = { inf: Infinity, infinity: Infinity, nan: NaN };

/** Reads the right side of a comparison by its rule. Throws INVALID_ARGUMENT at the value's position. */
export function readValue(grammar: Grammar, target: Target, operand: Operand): Value {
  switch (target.rule.type) {
    case 'double':
      return readDouble(grammar, target, operand);
    case 'int64':
      return readInt64(grammar, target, operand);
    case 'text':
      return operand.kind === 'list' ? readList(grammar, target, operand) : readText(grammar, target, operand);
    case 'text-or-score':
      return operand.kind === 'integer' || operand.kind === 'float' ? Number(operand.text) : readText(grammar, target, operand);
    case 'integer-text':
      return readIntegerText(grammar, target, operand);
  }
}

function readDouble(grammar: Grammar, target: Target, operand: Operand): number {
  if (operand.kind === 'integer' || operand.kind === 'float') return Number(operand.text);
  const word = grammar.quoting === 'loose' ? NUMBER_WORDS[operand.text.toLowerCase()] : undefined;
  if (word === undefined) throw wrongValue(grammar, target, operand);
  return word;
}

function readInt64(grammar: Grammar, target: Target, operand: Operand): bigint | number {
  if (operand.kind === 'integer') return checkedInt64(target, operand, operand.text);
  if (operand.kind === 'float') {
    if (target.rule.fractions === true) return Number(operand.text);
    throw invalidNumber(target, operand);
  }
  if (target.rule.quotedNumbers === true && operand.kind !== 'list' && operand.kind !== 'hexadecimal') {
    return checkedInt64(target, operand, readText(grammar, target, operand));
  }
  throw wrongListOrValue(grammar, target, operand);
}

function readText(grammar: Grammar, target: Target, operand: Operand): string {
  if (operand.kind === 'list') throw wrongListOrValue(grammar, target, operand);
  const value = grammar.quoting === 'loose' ? stripped(operand.text, "'") : readQuoted(grammar, target, operand);
  return checkedText(value, operand);
}

function readQuoted(grammar: Grammar, target: Target, operand: Operand): string {
  const { text, kind, start } = operand;
  if (kind !== 'text' && kind !== 'identifier') throw wrongValue(grammar, target, operand);
  if (isQuoted(text, "'") || isQuoted(text, '"')) return text.slice(1, -1);
  throw searchFault(
    'filter',
    `Parameter value is either not quoted or unidentified quote types used for string value ${shown(text)}. Use either single or double quotes.`,
    start,
  );
}

function readList(grammar: Grammar, target: Target, operand: Operand): readonly string[] {
  if (!target.rule.operators.includes('IN')) throw wrongListOrValue(grammar, target, operand);
  const values = parsePythonList(operand.text);
  if ('fault' in values) throw searchFault('filter', listMessage(values.fault, operand.text), operand.start + values.at);
  if (values.length > MAX_LIST_VALUES) {
    throw searchFault('filter', `A list can have at most ${MAX_LIST_VALUES} values. Split the search.`, operand.start);
  }
  return values.map((value) => checkedText(value, operand));
}

function readIntegerText(grammar: Grammar, target: Target, operand: Operand): string | readonly string[] {
  const canonical = (id: string): string => {
    if (INTEGER.test(id)) return checkedInt64(target, operand, id).toString();
    throw searchFault('filter', `Invalid experiment ID '${shown(id)}'. Experiment ID must be a valid integer.`, operand.start);
  };
  return operand.kind === 'list'
    ? readList(grammar, target, operand).map(canonical)
    : canonical(readText(grammar, target, operand));
}

function checkedInt64(target: Target, operand: Operand, text: string): bigint {
  const digits = text.trim().replace(/^\+/, '');
  // 64-bit integers have at most 19 digits: longer texts are not worth a conversion, which is not linear.
  const value = INTEGER.test(text) && digits.length <= 64 ? BigInt(digits) : undefined;
  if (value === undefined || value < MIN_INT64 || value > MAX_INT64) throw invalidNumber(target, operand);
  return value;
}

/** PostgreSQL text cannot hold NUL. */
function checkedText(value: string, operand: Operand): string {
  if (!value.includes('\0')) return value;
  throw searchFault('filter', 'A value cannot contain the NUL character. Remove it.', operand.start);
}

function listMessage(fault: 'empty' | 'ill-formed' | 'not-text', list: string): string {
  switch (fault) {
    case 'empty':
      return 'While parsing a list in the query, expected a non-empty list of string values, but got empty list';
    case 'ill-formed':
      return 'While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list.';
    case 'not-text':
      return `While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list: ${shown(list)}`;
  }
}

function wrongListOrValue(grammar: Grammar, target: Target, operand: Operand): Error {
  const { entity, rule } = target;
  const isAttributeList = operand.kind === 'list' && entity === 'attribute' && (rule.type === 'text' || rule.quotedNumbers === true);
  return isAttributeList
    ? searchFault('filter', grammar.wording.listRefused(entity), operand.start)
    : wrongValue(grammar, target, operand);
}

function wrongValue(grammar: Grammar, { entity, key, rule }: Target, operand: Operand): Error {
  return searchFault('filter', grammar.wording.value(entity, key, rule, operand.text), operand.start);
}

function invalidNumber({ key }: Target, operand: Operand): Error {
  return searchFault('filter', `Invalid value for numeric attribute '${shown(key)}': '${shown(stripped(stripped(operand.text, "'"), '"'))}'`, operand.start);
}
