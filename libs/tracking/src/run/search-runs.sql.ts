import { allOf, compareDouble, sql, Sql, type Comparison, type Order } from '@modelyard/filter';
import { compareColumn, isTextClause } from '../clause-kind.js';
import type { LifecycleStage } from '../experiment/experiment.js';
import { Keyset, type KeysetTerm } from '../keyset.js';
import { compareSplitText } from '../text-columns.js';

/** A search whose names are resolved: PostgreSQL plans it with the true numbers. */
export interface ResolvedRunSearch {
  readonly organizationId: number;
  readonly experimentIds: readonly bigint[];
  readonly stages: readonly LifecycleStage[];
  readonly clauses: readonly Comparison[];
  /** A total order. */
  readonly orders: readonly Order[];
  /** Ids of the names of metrics, params and tags that clauses and orders speak of; absent if nobody logged one. */
  readonly keyIds: ReadonlyMap<string, number>;
  /** When it is known that only these few runs can match. */
  readonly rids?: readonly string[];
  readonly maxResults: number;
  readonly pageToken?: string;
}

export type KeyedEntity = 'metric' | 'param' | 'tag';

export const TABLES: Readonly<Record<KeyedEntity, Sql>> = { metric: sql`latest_metrics`, param: sql`params`, tag: sql`run_tags` };

const TEXT_ATTRIBUTES: Readonly<Record<string, Sql>> = {
  run_id: sql`r.run_id`,
  run_name: sql`r.name`,
  user_id: sql`r.user_id`,
  status: sql`r.status`,
  artifact_uri: sql`r.artifact_uri`,
};
const TIME_ATTRIBUTES: Readonly<Record<string, Sql>> = { start_time: sql`r.start_time`, end_time: sql`r.end_time` };
const DATASET_COLUMNS: Readonly<Record<string, Sql>> = { name: sql`d.name`, digest: sql`d.digest`, context: sql`i.context` };

/** One page of runs as rendered documents; the last row of a page that is not the last carries the keys of the next token. */
export function searchRunsSql(search: ResolvedRunSearch): { statement: Sql; keyset: Keyset } {
  const { organizationId, maxResults } = search;
  const sorting = new Sorting(search);
  const keyset = new Keyset(sorting.terms, search.orders);
  const conditions = [
    sql`r.organization_id = ${organizationId}`,
    withinExperiments(sql`r`, search),
    search.stages.length === 1 ? sql`r.lifecycle_stage = ${search.stages[0] ?? 'active'}` : sql`r.lifecycle_stage = ANY (${search.stages}::text[])`,
    ...(search.rids === undefined ? [] : [sql`r.rid = ANY (${search.rids}::bigint[])`]),
    ...search.clauses.map((clause) => condition(clause, search)),
    keyset.after(search.pageToken),
  ];
  const statement = sql`
    WITH page AS MATERIALIZED (
      SELECT s.rid, s.keys, row_number() OVER () AS position
      FROM (SELECT r.rid, ${keyset.keys()} AS keys FROM runs r ${sorting.joins} WHERE ${allOf(conditions)}
            ORDER BY ${keyset.orderBy()} LIMIT ${maxResults + 1}) s)
    SELECT d.document, CASE WHEN p.position = ${maxResults} AND EXISTS (SELECT FROM page WHERE position > ${maxResults}) THEN p.keys END AS keys
    FROM page p
    JOIN tracking_run_documents(${organizationId}, ARRAY(SELECT rid FROM page WHERE position <= ${maxResults})) d ON d.rid = p.rid
    ORDER BY p.position`;
  return { statement, keyset };
}

/** The names of metrics, params and tags that a search needs the ids of. */
export function keyNames(clauses: readonly Comparison[], orders: readonly Order[]): string[] {
  return [...new Set([...clauses, ...orders].filter(({ entity }) => isKeyed(entity)).map(({ key }) => key))];
}

export function isKeyed(entity: Order['entity']): entity is KeyedEntity {
  return entity === 'metric' || entity === 'param' || entity === 'tag';
}

export function withinExperiments(table: Sql, { experimentIds }: Pick<ResolvedRunSearch, 'experimentIds'>): Sql {
  const [only] = experimentIds;
  // Equality keeps the index's order, which a list loses.
  if (experimentIds.length === 1 && only !== undefined) return sql`${table}.experiment_id = ${only}::bigint`;
  return sql`${table}.experiment_id = ANY (${experimentIds.map(String)}::bigint[])`;
}

function condition(clause: Comparison, search: ResolvedRunSearch): Sql {
  switch (clause.entity) {
    case 'attribute':
      return attributeCondition(clause);
    case 'dataset':
      return sql`(EXISTS (SELECT FROM run_inputs i JOIN datasets d ON d.organization_id = ${search.organizationId} AND d.id = i.dataset_id
        WHERE i.organization_id = ${search.organizationId} AND i.rid = r.rid AND ${compareColumn(DATASET_COLUMNS[clause.key] ?? sql`d.name`, clause)})) IS TRUE`;
    case 'metric':
    case 'param':
    case 'tag':
      return keyedCondition(clause.entity, clause, search);
    default:
      throw new Error(`runs cannot be searched by ${clause.entity}`);
  }
}

function attributeCondition(clause: Comparison): Sql {
  const column = TIME_ATTRIBUTES[clause.key] ?? TEXT_ATTRIBUTES[clause.key];
  if (column === undefined) throw new Error(`runs cannot be searched by ${clause.key}`);
  return compareColumn(column, clause);
}

function keyedCondition(entity: KeyedEntity, clause: Comparison, search: ResolvedRunSearch): Sql {
  const keyId = search.keyIds.get(clause.key);
  const absent = clause.operator === 'IS NULL';
  // A name that nobody logged: no run has it.
  if (keyId === undefined) return absent ? sql`TRUE` : sql`FALSE`;
  // A scalar subquery is never turned into a join. Joins were seen to go quadratic (16 s for 10,000 runs) while statistics
  // are missing; this is one look-up by primary key for each run, whatever the planner believes.
  const rows = sql`SELECT TRUE FROM ${TABLES[entity]} f WHERE f.organization_id = ${search.organizationId} AND f.key_id = ${keyId} AND f.rid = r.rid`;
  return absent ? sql`(${rows}) IS NULL` : sql`(${rows} AND ${valueCondition(clause)})`;
}

function valueCondition(clause: Comparison): Sql {
  if (clause.entity === 'metric') return compareDouble(sql`f.value`, clause);
  if (clause.operator === 'IS NOT NULL') return sql`TRUE`;
  return isTextClause(clause) ? compareSplitText(clause) : compareColumn(sql`(f.value || coalesce(f.rest, ''))`, clause);
}

/** The joins and terms that an order needs. */
class Sorting {
  private readonly parts: Sql[] = [];
  readonly terms: KeysetTerm[];

  constructor(private readonly search: ResolvedRunSearch) {
    this.terms = search.orders.flatMap((order, index) => this.termsOf(order, index));
  }

  get joins(): Sql {
    return Sql.join(this.parts, ' ');
  }

  private termsOf(order: Order, index: number): KeysetTerm[] {
    const { ascending, key } = order;
    if (isKeyed(order.entity)) return this.keyedTerms(order.entity, order, index);
    const text = TEXT_ATTRIBUTES[key];
    if (text !== undefined) return [{ expression: text, ascending, type: 'text', nullable: false }];
    const time = TIME_ATTRIBUTES[key];
    if (time === undefined) throw new Error(`runs cannot be ordered by ${key}`);
    return [{ expression: time, ascending, type: 'bigint', nullable: key === 'end_time' }];
  }

  private keyedTerms(entity: KeyedEntity, { key, ascending }: Order, index: number): KeysetTerm[] {
    const keyId = this.search.keyIds.get(key);
    if (keyId === undefined) return [];
    const alias = ALIASES[index];
    if (alias === undefined) throw new Error('too many columns to order by');
    this.parts.push(sql`LEFT JOIN ${TABLES[entity]} ${alias}
      ON ${alias}.organization_id = ${this.search.organizationId} AND ${alias}.key_id = ${keyId} AND ${alias}.rid = r.rid`);
    if (entity !== 'metric') return [{ expression: sql`(${alias}.value || coalesce(${alias}.rest, ''))`, ascending, type: 'text', nullable: true }];
    return [
      // Numbers, then NaN, then runs without the metric, in both directions.
      { expression: sql`(${alias}.value = 'NaN'::float8)`, ascending: true, type: 'boolean', nullable: true },
      { expression: sql`${alias}.value`, ascending, type: 'float8', nullable: true },
    ];
  }
}

// The parser allows 64 items; SQL is made from source text only, hence a table of names.
const ALIASES: readonly Sql[] = [
  sql`o0`, sql`o1`, sql`o2`, sql`o3`, sql`o4`, sql`o5`, sql`o6`, sql`o7`, sql`o8`, sql`o9`, sql`o10`, sql`o11`, sql`o12`, sql`o13`, sql`o14`, sql`o15`,
];
