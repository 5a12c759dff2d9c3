import { compareText, sql, type ListClause, type Sql, type TextClause } from '@modelyard/filter';

/** Compares a text. Columns that sort by code point fold ASCII alone, hence the collation for ILIKE. */
export function compareTraceText(column: Sql, clause: Pick<TextClause | ListClause, 'operator' | 'value'>): Sql {
  return compareText(clause.operator === 'ILIKE' ? sql`(${column} COLLATE "default")` : column, clause);
}
