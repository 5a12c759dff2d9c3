import { allOf, compareInteger, sql, type Comparison, type Order, type Sql, type TextClause } from '@modelyard/filter';
import { DomainError } from '@modelyard/kernel';
import { isIntegerClause, isListClause, isTextClause } from '../clause-kind.js';
import { Keyset, type KeysetTerm } from '../keyset.js';
import { assessmentCondition } from './assessment-condition.sql.js';
import { isPromoted, promotedCondition } from './promoted-metadata.sql.js';
import { spanConditions } from './span-condition.sql.js';
import { TRACE_METADATA, TRACE_TAG } from './trace.js';
import { TRACE_INFO_COLUMNS } from './trace.repository.js';
import { compareTraceText } from './trace-text.sql.js';

/** What a search of traces looks at; the experiments are the caller's own. */
export interface TraceScope {
  readonly organizationId: number;
  readonly experimentIds: readonly bigint[];
}

export interface ResolvedTraceSearch extends TraceScope {
  readonly clauses: readonly Comparison[];
  /** A total order. */
  readonly orders: readonly Order[];
  readonly maxResults: number;
  readonly pageToken?: string;
}

/** One page of trace infos and one more, each with the keys of its place. The page is found first, so that tags and assessments are gathered for its traces alone. */
export function searchTracesSql(search: ResolvedTraceSearch): { statement: Sql; keyset: Keyset } {
  const keyset = new Keyset(search.orders.map(orderTerm), search.orders);
  const statement = sql`
    WITH page AS MATERIALIZED (
      SELECT s.tid, s.keys, row_number() OVER () AS position
      FROM (SELECT t.tid, ${keyset.keys()} AS keys FROM traces t WHERE ${traceConditions(search, search.clauses)} AND ${keyset.after(search.pageToken)}
            ORDER BY ${keyset.orderBy()} LIMIT ${search.maxResults + 1}) s)
    SELECT ${TRACE_INFO_COLUMNS}, page.keys FROM page JOIN traces t ON t.organization_id = ${search.organizationId} AND t.tid = page.tid
    JOIN experiments e ON e.organization_id = t.organization_id AND e.id = t.experiment_id
    ORDER BY page.position`;
  return { statement, keyset };
}

const TEXT_ATTRIBUTES: Readonly<Record<string, Sql>> = { request_id: sql`t.trace_id`, client_request_id: sql`t.client_request_id`, status: sql`t.state` };
const NUMBER_ATTRIBUTES: Readonly<Record<string, Sql>> = {
  timestamp_ms: sql`t.request_time`,
  execution_time_ms: sql`t.execution_duration`,
  end_time_ms: sql`(t.request_time + coalesce(t.execution_duration, 0))`,
};

/** The condition on `traces t` that it lies in the scope and meets all clauses. Throws INVALID_ARGUMENT. */
export function traceConditions(scope: TraceScope, clauses: readonly Comparison[]): Sql {
  const spans = clauses.filter(({ entity }) => entity === 'span');
  const others = clauses.filter(({ entity }) => entity !== 'span');
  return allOf([withinScope(sql`t`, scope), ...others.map((clause) => condition(clause, scope)), ...spanConditions(spans, lowerBound(others))]);
}

export function withinScope(table: Sql, { organizationId, experimentIds }: TraceScope): Sql {
  const [only] = experimentIds;
  // Equality keeps the index's order, which a list loses.
  const experiments = experimentIds.length === 1 && only !== undefined ? sql`${table}.experiment_id = ${only}::bigint` : sql`${table}.experiment_id = ANY (${experimentIds.map(String)}::bigint[])`;
  return sql`${table}.organization_id = ${organizationId} AND ${experiments}`;
}

/** The column of an order. Throws INVALID_ARGUMENT. */
function orderTerm(order: Order): KeysetTerm {
  const { entity, key, ascending } = order;
  if (entity === 'tag') return { expression: key === TRACE_TAG.name ? sql`t.name` : entryValue(sql`trace_tags`, key), ascending, type: 'text', nullable: true };
  if (entity === 'metadata') {
    if (isPromoted(key)) throw new DomainError('INVALID_ARGUMENT', `Ordering by reserved metadata '${key}' is not supported because it is represented by multiple columns.`, { field: 'order_by' });
    return { expression: key === TRACE_METADATA.session ? sql`t.session_id` : entryValue(sql`trace_metadata`, key), ascending, type: 'text', nullable: true };
  }
  if (key === 'experiment_id') return { expression: sql`t.experiment_id`, ascending, type: 'bigint', nullable: false };
  const number = NUMBER_ATTRIBUTES[key];
  if (number !== undefined) return { expression: number, ascending, type: 'bigint', nullable: key === 'execution_time_ms' };
  const text = TEXT_ATTRIBUTES[key];
  if (text === undefined) throw new Error(`traces cannot be ordered by ${key}`);
  return { expression: text, ascending, type: 'text', nullable: false };
}

function condition(clause: Comparison, scope: TraceScope): Sql {
  switch (clause.entity) {
    case 'attribute':
      return attributeCondition(clause);
    case 'tag':
      return tagCondition(clause);
    case 'metadata':
      return metadataCondition(clause);
    case 'feedback':
    case 'expectation':
      return assessmentCondition(clause, withinScope(sql`s`, scope));
    case 'issue':
      return sql`EXISTS (SELECT FROM assessments a WHERE a.organization_id = t.organization_id AND a.tid = t.tid AND a.kind = 'issue' AND a.name = ${String(clause.value)})`;
    default:
      throw new Error(`traces cannot be searched by ${clause.entity}`);
  }
}

function attributeCondition(clause: Comparison): Sql {
  const number = NUMBER_ATTRIBUTES[clause.key];
  if (number !== undefined && isIntegerClause(clause)) return compareInteger(number, clause);
  const text = TEXT_ATTRIBUTES[clause.key];
  if (text === undefined || !(isTextClause(clause) || isListClause(clause))) throw new Error(`traces cannot be searched by ${clause.key}`);
  return compareTraceText(text, clause);
}

function tagCondition(clause: Comparison): Sql {
  if (clause.key === TRACE_TAG.name) return columnCondition(sql`t.name`, clause);
  return clause.key === TRACE_TAG.linkedPrompts ? promptCondition(clause) : entryCondition(sql`trace_tags`, clause);
}

function metadataCondition(clause: Comparison): Sql {
  if (clause.key === TRACE_METADATA.session) return columnCondition(sql`t.session_id`, clause);
  if (isPromoted(clause.key)) return promotedCondition(clause);
  const entry = entryCondition(sql`trace_metadata`, clause);
  if (clause.key !== TRACE_METADATA.sourceRun || clause.operator !== '=') return entry;
  return sql`(EXISTS (SELECT FROM trace_runs l WHERE l.organization_id = t.organization_id AND l.tid = t.tid AND l.run_id = ${clause.value as string}) OR ${entry})`;
}

function promptCondition({ operator, value }: Comparison): Sql {
  const refuse = (message: string) => new DomainError('INVALID_ARGUMENT', message, { field: 'filter' });
  if (operator !== '=') throw refuse(`Invalid comparator '${operator}' for prompts filter. Only '=' is supported with format: prompt = "name/version"`);
  const prompt = String(value);
  if (prompt.split('/').length !== 2) throw refuse(`Invalid prompts filter value '${prompt.slice(0, 200)}'. Expected format: prompt = "name/version"`);
  return sql`EXISTS (SELECT FROM trace_prompts p WHERE p.organization_id = t.organization_id AND p.tid = t.tid AND p.prompt = ${prompt})`;
}

function columnCondition(column: Sql, clause: Comparison): Sql {
  if (clause.operator === 'IS NULL') return sql`${column} IS NULL`;
  if (clause.operator === 'IS NOT NULL') return sql`${column} IS NOT NULL`;
  return compareTraceText(column, clause as TextClause);
}

function entryCondition(table: Sql, clause: Comparison): Sql {
  // A scalar subquery is never turned into a join: one look-up by primary key for each trace, whatever the planner believes.
  const rows = sql`SELECT TRUE FROM ${table} f WHERE f.organization_id = t.organization_id AND f.tid = t.tid AND f.key = ${clause.key}`;
  if (clause.operator === 'IS NULL') return sql`(${rows}) IS NULL`;
  if (clause.operator === 'IS NOT NULL') return sql`(${rows})`;
  return sql`(${rows} AND ${compareTraceText(sql`f.value`, clause as TextClause)})`;
}

function entryValue(table: Sql, key: string): Sql {
  return sql`(SELECT f.value FROM ${table} f WHERE f.organization_id = t.organization_id AND f.tid = t.tid AND f.key = ${key})`;
}

/** The latest of the times that all traces found lie after; their spans lie after it too. */
function lowerBound(clauses: readonly Comparison[]): number | null {
  const bounds = clauses.flatMap((clause) => (clause.key === 'timestamp_ms' && isIntegerClause(clause) && (clause.operator === '>' || clause.operator === '>=') ? [Number(clause.value)] : []));
  return bounds.length === 0 ? null : Math.max(...bounds);
}
