import { compareText, sql, type Sql, type TextClause } from '@modelyard/filter';

/** Params and tags are stored as (value, rest), split after this many code points. */
const HEAD_LENGTH = 255;

/**
 * Compares a text that is stored in the columns `value` and `rest` of the table alias `f`. Equality becomes a condition on
 * plain columns, which an index answers under row security.
 */
export function compareSplitText(clause: TextClause): Sql {
  const whole = sql`(f.value || coalesce(f.rest, ''))`;
  switch (clause.operator) {
    case '=':
      return equalsSplit(clause.value);
    case '!=':
      return sql`NOT (${equalsSplit(clause.value)})`;
    case 'LIKE':
    case 'RLIKE':
      return compareText(whole, clause);
    case 'ILIKE':
      // The columns sort by code point ("C"), which folds ASCII letters only.
      return compareText(sql`(${whole} COLLATE "default")`, clause);
  }
}

function equalsSplit(text: string): Sql {
  const points = [...text];
  const rest = points.slice(HEAD_LENGTH).join('');
  const head = sql`f.value = ${points.slice(0, HEAD_LENGTH).join('')}::text`;
  return rest === '' ? sql`${head} AND f.rest IS NULL` : sql`${head} AND f.rest IS NOT DISTINCT FROM ${rest}::text`;
}

/**
 * The part of a comparison that the index by value answers under row security, also of the columns `value` and `rest` of
 * alias `f`: equality, and the literal start of a LIKE pattern. Null when there is none.
 */
export function indexableText(clause: TextClause): Sql | null {
  if (clause.operator === '=') return equalsSplit(clause.value);
  return clause.operator === 'LIKE' ? startsWith(literalStart(clause.value)) : null;
}

function literalStart(pattern: string): string {
  const start = /^[^%_\\]*/.exec(pattern)?.[0] ?? '';
  return [...start].slice(0, HEAD_LENGTH).join('');
}

function startsWith(start: string): Sql | null {
  const after = successor(start);
  return after === null ? null : sql`f.value >= ${start}::text AND f.value < ${after}::text`;
}

/** The least text after all that begin with `start`, by code point; null if there is none or `start` is empty. */
function successor(start: string): string | null {
  const points = [...start];
  const last = points.pop()?.codePointAt(0);
  if (last === undefined || last >= 0x10ffff) return null;
  // Surrogates are no characters: UTF-8 goes on after them.
  const next = last + 1 >= 0xd800 && last + 1 <= 0xdfff ? 0xe000 : last + 1;
  return points.join('') + String.fromCodePoint(next);
}
