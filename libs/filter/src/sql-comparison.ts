import type { IntegerClause, ListClause, MetricClause, NumericOperator, TextClause } from './comparison.js';
import { sql, type Sql } from './sql.js';

/**
 * `expression <operator> value` for a text column, with the value bound. As MLflow on PostgreSQL: LIKE minds case, ILIKE
 * does not, a backslash escapes `%` and `_` in a pattern. NULL never matches, with `!=` and NOT IN neither.
 */
export function compareText(expression: Sql, clause: Pick<TextClause | ListClause, 'operator' | 'value'>): Sql {
  const { operator, value } = clause;
  switch (operator) {
    case '=':
      return sql`${expression} = ${value}::text`;
    case '!=':
      return sql`${expression} <> ${value}::text`;
    case 'LIKE':
      return sql`${expression} LIKE ${value}::text`;
    case 'ILIKE':
      return sql`${expression} ILIKE ${value}::text`;
    case 'RLIKE':
      return sql`${expression} ~ ${value}::text`;
    case 'IN':
      return sql`${expression} = ANY(${value}::text[])`;
    case 'NOT IN':
      return sql`${expression} <> ALL(${value}::text[])`;
  }
}

/** For a bigint column. A fraction is compared as numeric, which keeps 64 bits exact. */
export function compareInteger(expression: Sql, { operator, value }: Pick<IntegerClause, 'operator' | 'value'>): Sql {
  const bound = typeof value === 'bigint' ? sql`${value}::bigint` : sql`${value}::numeric`;
  return compareNumbers(expression, operator, bound);
}

/**
 * For a double precision column that stores NaN as NaN. PostgreSQL sorts NaN above all numbers and calls it equal to
 * itself; in a search a stored NaN matches `!=` and nothing else.
 */
export function compareDouble(expression: Sql, { operator, value }: Pick<MetricClause, 'operator' | 'value'>): Sql {
  const compared = compareNumbers(expression, operator, sql`${value}::float8`);
  return operator === '!=' ? compared : sql`${compared} AND ${expression} <> 'NaN'::float8`;
}

/** An ORDER BY term with NULL last in both directions. */
export function orderTerm(expression: Sql, ascending: boolean): Sql {
  return ascending ? sql`${expression} ASC NULLS LAST` : sql`${expression} DESC NULLS LAST`;
}

/** ORDER BY terms for double precision: numbers, then NaN, then NULL, in both directions. */
export function orderDoubleTerms(expression: Sql, ascending: boolean): Sql {
  return sql`${expression} = 'NaN'::float8 ASC NULLS LAST, ${orderTerm(expression, ascending)}`;
}

function compareNumbers(expression: Sql, operator: NumericOperator, bound: Sql): Sql {
  switch (operator) {
    case '=':
      return sql`${expression} = ${bound}`;
    case '!=':
      return sql`${expression} <> ${bound}`;
    case '<':
      return sql`${expression} < ${bound}`;
    case '<=':
      return sql`${expression} <= ${bound}`;
    case '>':
      return sql`${expression} > ${bound}`;
    case '>=':
      return sql`${expression} >= ${bound}`;
  }
}
