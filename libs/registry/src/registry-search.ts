import { allOf, compareText, sql, type Comparison, type ListClause, type Sql, type TextClause } from '@modelyard/filter';
import { IS_PROMPT_TAG } from './registered-model/registered-model.js';

export interface RegistrySearch {
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly maxResults: number;
  readonly pageToken?: string;
}

/** The columns of the tags of one thing, as `t`, joined to it by `of`. */
export interface TagTable {
  readonly table: Sql;
  readonly of: Sql;
}

/**
 * The clauses that count, and whether prompts are left out. MLflow's rule: the first clause on the prompt tag decides;
 * unless it asks for prompts, they are left out and all clauses on that tag are dropped, because models lack the tag.
 */
export function splitPromptClauses(clauses: readonly Comparison[]): { clauses: readonly Comparison[]; withPrompts: boolean } {
  const isPromptClause = ({ entity, key }: Comparison) => entity === 'tag' && key === IS_PROMPT_TAG;
  const first = clauses.find(isPromptClause);
  const value = typeof first?.value === 'string' ? first.value.toLowerCase() : undefined;
  const withPrompts = (first?.operator === '=' && value === 'true') || (first?.operator === '!=' && value === 'false');
  return { clauses: withPrompts ? clauses : clauses.filter((clause) => !isPromptClause(clause)), withPrompts };
}

/** `EXISTS` of a tag for a tag clause. A missing tag matches nothing, `!=` neither. */
export function tagCondition({ table, of }: TagTable, clause: Comparison): Sql {
  return sql`EXISTS (SELECT FROM ${table} t WHERE ${of} AND t.key = ${clause.key} AND ${compareRegistryText(sql`t.value`, clause)})`;
}

export function compareRegistryText(column: Sql, clause: Comparison): Sql {
  if (!isText(clause)) throw new Error(`${clause.entity} ${clause.key} is no text`);
  // The columns sort by code point ("C"), which folds ASCII letters only.
  return compareText(clause.operator === 'ILIKE' ? sql`(${column} COLLATE "default")` : column, clause);
}

export function conditions(...parts: readonly Sql[]): Sql {
  return allOf(parts);
}

function isText(clause: Comparison): clause is TextClause | ListClause {
  return typeof clause.value === 'string' || Array.isArray(clause.value);
}
