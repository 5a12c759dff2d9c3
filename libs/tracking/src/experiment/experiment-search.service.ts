import { Database } from '@modelyard/db';
import { allOf, EXPERIMENTS, parseFilter, parseOrderBy, sql, totalOrder, type Comparison, type Order, type Sql } from '@modelyard/filter';
import { demand, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { compareColumn, isListClause } from '../clause-kind.js';
import { Keyset, type KeysetTerm } from '../keyset.js';
import { checkMaxResults } from '../max-results.js';
import { parseExperimentId, stagesOf, type Experiment, type ViewType } from './experiment.js';
import { toExperiment, type ExperimentRow } from './experiment.repository.js';

export interface ExperimentSearch {
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly viewType?: ViewType;
  /** 1 to 50000. */
  readonly maxResults: number;
  readonly pageToken?: string;
}

// The id that people see: 0 for the Default experiment.
const WIRE_ID = sql`CASE WHEN e.is_default THEN 0 ELSE e.id END`;
const COLUMNS: Readonly<Record<string, Pick<KeysetTerm, 'expression' | 'type'>>> = {
  name: { expression: sql`e.name`, type: 'text' },
  experiment_id: { expression: WIRE_ID, type: 'bigint' },
  creation_time: { expression: sql`e.creation_time`, type: 'bigint' },
  last_update_time: { expression: sql`e.last_update_time`, type: 'bigint' },
};

@Injectable()
export class ExperimentSearchService {
  constructor(private readonly db: Database) {}

  /** A page of the project's experiments, newest first by default. Throws INVALID_ARGUMENT. */
  async search(ctx: TenantContext, search: ExperimentSearch): Promise<Page<Experiment>> {
    demand(ctx, 'experiment:read');
    const maxResults = checkMaxResults(search.maxResults);
    const clauses = parseFilter(EXPERIMENTS, search.filter ?? '');
    const orders = totalOrder(EXPERIMENTS, parseOrderBy(EXPERIMENTS, search.orderBy ?? []));
    const keyset = new Keyset(orders.map(termOf), orders);
    const conditions = [
      sql`e.organization_id = ${ctx.organizationId}`,
      sql`e.project_id = ${projectOf(ctx)}`,
      sql`e.lifecycle_stage = ANY (${stagesOf(search.viewType ?? 'ACTIVE_ONLY')}::text[])`,
      ...clauses.map(condition),
      keyset.after(search.pageToken),
    ];
    const statement = sql`SELECT ${SELECTED}, ${keyset.keys()} AS keys FROM experiments e WHERE ${allOf(conditions)}
      ORDER BY ${keyset.orderBy()} LIMIT ${maxResults + 1}`;
    const rows = await this.db.tenantSql(ctx, (tx) => tx.query<ExperimentRow & { keys: (string | null)[] }>(statement.render()));
    const page = rows.slice(0, maxResults);
    const last = page.at(-1);
    return { items: page.map(toExperiment), nextCursor: rows.length > maxResults && last !== undefined ? keyset.encode(last.keys) : null };
  }
}

const SELECTED = sql`e.id::text, e.project_id, e.name, e.artifact_location, e.lifecycle_stage, e.is_default,
  e.creation_time::text, e.last_update_time::text,
  (SELECT coalesce(json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key), '[]')
   FROM experiment_tags t WHERE t.organization_id = e.organization_id AND t.experiment_id = e.id) AS tags`;

function termOf({ key, ascending }: Order): KeysetTerm {
  const column = COLUMNS[key];
  if (column === undefined) throw new Error(`experiments cannot be ordered by ${key}`);
  return { ...column, ascending, nullable: false };
}

function condition(clause: Comparison): Sql {
  if (clause.entity === 'tag') return tagCondition(clause);
  const { key, operator, value } = clause;
  if (key === 'experiment_id') return idCondition(operator, isListClause(clause) ? clause.value : [String(value)]);
  return compareColumn(COLUMNS[key]?.expression ?? sql`e.name`, clause);
}

function tagCondition(clause: Comparison): Sql {
  const rows = sql`SELECT FROM experiment_tags t WHERE t.organization_id = e.organization_id AND t.experiment_id = e.id AND t.key = ${clause.key}`;
  if (clause.operator === 'IS NULL') return sql`NOT EXISTS (${rows})`;
  if (clause.operator === 'IS NOT NULL') return sql`EXISTS (${rows})`;
  return sql`EXISTS (${rows} AND ${compareColumn(sql`t.value`, clause)})`;
}

/** The Default is found by 0 and by its own id, as in a look-up. */
function idCondition(operator: Comparison['operator'], ids: readonly string[]): Sql {
  const wanted = ids.map((id) => String(parseExperimentId(id)));
  const found = sql`(e.id = ANY (${wanted}::bigint[]) OR ${WIRE_ID} = ANY (${wanted}::bigint[]))`;
  return operator === '!=' || operator === 'NOT IN' ? sql`NOT ${found}` : found;
}
