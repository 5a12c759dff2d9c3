import { compareInteger, compareText, type Comparison, type IntegerClause, type ListClause, type Sql, type TextClause } from '@modelyard/filter';

/** A clause that compares with one text. */
export function isTextClause(clause: Comparison): clause is TextClause {
  return typeof clause.value === 'string';
}

export function isListClause(clause: Comparison): clause is ListClause {
  return Array.isArray(clause.value);
}

export function isIntegerClause(clause: Comparison): clause is IntegerClause {
  return clause.entity === 'attribute' && (typeof clause.value === 'number' || typeof clause.value === 'bigint');
}

/** Compares a column with the clause's text, list or integer. Presence is the caller's business. */
export function compareColumn(column: Sql, clause: Comparison): Sql {
  if (isIntegerClause(clause)) return compareInteger(column, clause);
  if (isTextClause(clause) || isListClause(clause)) return compareText(column, clause);
  throw new Error(`${clause.entity} ${clause.key} cannot be compared by ${clause.operator}`);
}
