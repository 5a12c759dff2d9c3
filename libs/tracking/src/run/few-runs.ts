import type { TenantSql } from '@modelyard/db';
import { compareDouble, sql, type Comparison, type Sql } from '@modelyard/filter';
import { isTextClause } from '../clause-kind.js';
import { indexableText } from '../text-columns.js';
import { isKeyed, TABLES, withinExperiments, type ResolvedRunSearch } from './search-runs.sql.js';

/** A clause that fewer runs than this can meet is worth starting from. */
const FEW = 2000;
const MAX_PROBES = 3;
const MAX_EXPERIMENTS = 100;

type Search = Pick<ResolvedRunSearch, 'organizationId' | 'experimentIds' | 'clauses' | 'keyIds'>;

/**
 * The runs that can match at all, if some clause leaves only few of them; else undefined. Asks the index by value for at
 * most `FEW` entries a clause, so it costs about a millisecond whether or not it helps, and no statistics are trusted.
 */
export async function findFewRuns(tx: TenantSql, search: Search): Promise<string[] | undefined> {
  if (search.experimentIds.length > MAX_EXPERIMENTS) return undefined;
  const probes = search.clauses.map((clause) => probe(clause, search)).filter((statement) => statement !== null);
  for (const statement of probes.slice(0, MAX_PROBES)) {
    const rows = await tx.query<{ rid: string }>(statement.render());
    if (rows.length <= FEW) return rows.map(({ rid }) => rid);
  }
  return undefined;
}

/** At most `FEW` + 1 runs that meet the indexed part of a clause; null when it has none. */
export function probe(clause: Comparison, search: Search): Sql | null {
  const keyId = search.keyIds.get(clause.key);
  if (!isKeyed(clause.entity) || keyId === undefined) return null;
  const value = indexablePart(clause);
  if (value === null) return null;
  return sql`SELECT f.rid::text FROM ${TABLES[clause.entity]} f
    WHERE f.organization_id = ${search.organizationId} AND ${withinExperiments(sql`f`, search)} AND f.key_id = ${keyId} AND ${value} LIMIT ${FEW + 1}`;
}

function indexablePart(clause: Comparison): Sql | null {
  if (clause.entity === 'metric') return clause.operator === '!=' ? null : compareDouble(sql`f.value`, clause);
  return isTextClause(clause) ? indexableText(clause) : null;
}
