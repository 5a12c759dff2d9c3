import { parseClauses, type Operand, type RawClause } from './clause-parser.js';
import type { Comparison, ListOperator, NumericOperator, Operator, PresenceOperator, TextOperator } from './comparison.js';
import { searchFault, shown } from './filter-error.js';
import type { Grammar } from './grammar.js';
import { readIdentifier, stripped } from './identifier.js';
import { MAX_SEARCH_TEXT_LENGTH } from './limits.js';
import { readValue, type Target, type Value } from './value-reader.js';

/**
 * Parses a filter such as `metrics.loss < 0.1 AND tags.team = 'vision'`. The clauses are all to hold; an empty text has
 * none. Throws INVALID_ARGUMENT in MLflow's words, with `field` 'filter' and the `position` of the fault.
 */
export function parseFilter(grammar: Grammar, text: string): Comparison[] {
  if (text === '') return [];
  if (text.length > MAX_SEARCH_TEXT_LENGTH) {
    throw searchFault('filter', `A filter can have at most ${MAX_SEARCH_TEXT_LENGTH} characters. Split the search.`, MAX_SEARCH_TEXT_LENGTH);
  }
  if (text.trim() === '') throw searchFault('filter', grammar.wording.notParsed(text), 0);
  const nul = text.indexOf('\0');
  if (nul !== -1) throw searchFault('filter', 'A filter cannot contain the NUL character. Remove it.', nul);
  return parseClauses(text, grammar).map((clause) => checkClause(grammar, clause));
}

const ORDERING: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

function checkClause(grammar: Grammar, clause: RawClause): Comparison {
  const target = resolveTarget(grammar, clause.left);
  const operator = target.rule.operators.find((allowed) => allowed === clause.operator);
  const isOperatorFirst = clause.right === null || grammar.quoting === 'loose';
  if (operator === undefined && isOperatorFirst) throw refusedOperator(grammar, target, clause);
  const value = clause.right === null ? null : readValue(grammar, target, clause.right);
  if (operator === undefined) throw refusedOperator(grammar, target, clause);
  if (target.rule.type === 'text-or-score') checkScore(grammar, target, clause, value);
  if (operator === 'LIKE' || operator === 'ILIKE') checkPattern(value, clause.right);
  const comparison = typedComparison(target, operator, value, clause.left.start);
  if (comparison === undefined) throw refusedOperator(grammar, target, clause);
  return comparison;
}

function resolveTarget(grammar: Grammar, left: Operand): Target {
  const { prefix, entity, key } = readIdentifier(grammar, left);
  const rules = entity === undefined ? undefined : grammar.entities[entity];
  if (entity === undefined || rules === undefined) {
    throw searchFault('filter', grammar.wording.unknownPrefix(prefix), left.start);
  }
  if ('anyKey' in rules) return { entity, key, rule: rules.anyKey };
  const below = Object.entries(rules.below ?? {}).find(([prefix]) => key.startsWith(prefix) && key.length > prefix.length);
  const rule = Object.hasOwn(rules.keys, key) ? rules.keys[key] : below?.[1];
  if (rule === undefined) {
    throw searchFault('filter', grammar.wording.unknownKey(entity, key, Object.keys(rules.keys)), left.start);
  }
  return { entity, key: rule.canonical ?? key, rule };
}

/** Operators that order need a number, the others a text. */
function checkScore(grammar: Grammar, { entity, key, rule }: Target, { operator, right }: RawClause, value: Value | null): void {
  if (right === null || (typeof value === 'number') === ORDERING.has(operator)) return;
  throw searchFault('filter', grammar.wording.value(entity, key, ORDERING.has(operator) ? { ...rule, operators: [operator as Operator] } : rule, right.text), right.start);
}

/** PostgreSQL fails on a pattern that ends inside an escape. */
function checkPattern(pattern: Value | null, operand: Operand | null): void {
  const trailing = typeof pattern === 'string' ? pattern.length - stripped(`.${pattern}`, '\\').length + 1 : 0;
  if (trailing % 2 === 1) {
    throw searchFault('filter', 'A LIKE pattern cannot end with a single backslash. Double it.', operand?.start ?? 0);
  }
}

function typedComparison(target: Target, operator: Operator, value: Value | null, position: number): Comparison | undefined {
  const { entity, key } = target;
  if (value === null) {
    const nullable = entity === 'param' || entity === 'tag' || entity === 'metadata' || entity === 'feedback' || entity === 'expectation';
    return nullable && isPresence(operator) ? { entity, key, operator, value, position } : undefined;
  }
  if (typeof value === 'number' && entity === 'metric') {
    return isNumeric(operator) ? { entity, key, operator, value, position } : undefined;
  }
  if (entity === 'metric') return undefined;
  if (typeof value === 'number' && (entity === 'feedback' || entity === 'expectation')) {
    return isNumeric(operator) ? { entity, key, operator, value, position } : undefined;
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return entity === 'attribute' && isNumeric(operator) ? { entity, key, operator, value, position } : undefined;
  }
  if (typeof value === 'string') return isText(operator) ? { entity, key, operator, value, position } : undefined;
  return isList(operator) ? { entity, key, operator, value, position } : undefined;
}

function refusedOperator(grammar: Grammar, target: Target, clause: RawClause): Error {
  const { entity, key, rule } = target;
  const { wording } = grammar;
  if (clause.right === null) return searchFault('filter', wording.presenceRefused(entity, key), clause.operatorStart);
  if (clause.right.kind === 'list' && rule.operators.some((allowed) => allowed === clause.operator)) {
    const message = `A list of values needs IN or NOT IN instead of '${shown(clause.operator)}'.`;
    return searchFault('filter', message, clause.operatorStart);
  }
  return searchFault('filter', wording.operator({ entity, key, operator: clause.operator, rule }), clause.operatorStart);
}

function isNumeric(operator: Operator): operator is NumericOperator {
  return isEquality(operator) || operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
}

function isText(operator: Operator): operator is TextOperator {
  return isEquality(operator) || operator === 'LIKE' || operator === 'ILIKE' || operator === 'RLIKE';
}

function isEquality(operator: Operator): operator is '=' | '!=' {
  return operator === '=' || operator === '!=';
}

function isList(operator: Operator): operator is ListOperator {
  return operator === 'IN' || operator === 'NOT IN';
}

function isPresence(operator: Operator): operator is PresenceOperator {
  return operator === 'IS NULL' || operator === 'IS NOT NULL';
}
