import { allOf, sql, type Comparison, type ListClause, type Sql, type TextClause } from '@modelyard/filter';
import { compareTraceText } from './trace-text.sql.js';

const COLUMNS: Readonly<Record<string, Sql>> = { name: sql`s.name`, type: sql`s.type`, status: sql`s.status`, content: sql`s.content` };
const ATTRIBUTES = 'attributes.';
/** Clocks of the machines that send spans differ by so much. */
const TOLERANCE_MS = 10_000;

/** That one span of `traces t` meets all the clauses; `notBefore`: no trace that is found began earlier (milliseconds). */
export function spanConditions(clauses: readonly Comparison[], notBefore: number | null): Sql[] {
  if (clauses.length === 0) return [];
  const bounded = notBefore === null ? sql`TRUE` : sql`s.start_time >= ${Math.floor(notBefore - TOLERANCE_MS)}::numeric * 1000000`;
  return [sql`EXISTS (SELECT FROM spans s WHERE s.organization_id = t.organization_id AND s.tid = t.tid AND ${bounded} AND ${allOf(clauses.map(condition))})`];
}

function condition(clause: Comparison): Sql {
  const column = COLUMNS[clause.key];
  if (column !== undefined) return compareTraceText(column, clause as TextClause | ListClause);
  return attributeCondition(clause.key.slice(ATTRIBUTES.length).replace(/^`|`$/g, ''), clause as TextClause | ListClause);
}

/** MLflow looks into the span's JSON, where a value is a JSON text inside a JSON text (sqlalchemy_store). */
function attributeCondition(name: string, clause: TextClause | ListClause): Sql {
  if (clause.operator === 'RLIKE' && typeof clause.value === 'string') return sql`s.content ~ ${regularExpression(name, clause.value)}`;
  if (typeof clause.value !== 'string') return sql`FALSE`;
  return compareTraceText(sql`s.content`, { operator: clause.operator, value: `%"${name}"${clause.value}%` } as TextClause);
}

function regularExpression(name: string, pattern: string): string {
  const fromStart = pattern.startsWith('^');
  const toEnd = pattern.endsWith('$');
  const inner = pattern.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  return `"${name}": ${fromStart ? '"\\\\"' : '"\\\\".*'}${inner}${toEnd ? '\\\\"' : ''}`;
}
