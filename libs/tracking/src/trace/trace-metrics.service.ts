import { Database } from '@modelyard/db';
import { allOf, commaList, parseFilter, sql, TRACE_METRICS, type Comparison, type Sql, type TextClause } from '@modelyard/filter';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { checkMaxResults } from '../max-results.js';
import { traceConditions } from './search-traces.sql.js';
import { aggregationLabel, DIMENSIONS, metricRule, type Aggregation, type MetricRule, type MetricView } from './trace-metrics.js';

export interface TraceMetricQuestion {
  readonly experimentIds: readonly string[];
  readonly view: MetricView;
  readonly metric: string;
  readonly aggregations: readonly Aggregation[];
  readonly dimensions: readonly string[];
  readonly filters: readonly string[];
  /** Groups by time, and asks for both ends then. */
  readonly intervalSeconds?: number;
  /** Milliseconds since the epoch, both inclusive. */
  readonly from?: number;
  readonly to?: number;
  /** 1 to 10 000, 1000 by default. */
  readonly maxResults?: number;
}

export interface TraceMetricPoint {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, number>>;
}

const DEFAULT_RESULTS = 1000;
const MAX_RESULTS = 10_000;
const MAX_INTERVAL_SECONDS = 3_155_760_000;
const MAX_FILTERS = 100;

const SOURCES: Readonly<Record<MetricView, Sql>> = {
  TRACES: sql`traces t`,
  SPANS: sql`traces t JOIN spans s ON s.organization_id = t.organization_id AND s.tid = t.tid`,
  ASSESSMENTS: sql`traces t JOIN assessments a ON a.organization_id = t.organization_id AND a.tid = t.tid AND a.valid`,
};

/** Aggregates over traces, their spans and assessments. */
@Injectable()
export class TraceMetricsService {
  constructor(private readonly db: Database) {}

  /** Points in order of time and dimensions. Rows without a value, or without one of the dimensions, count nowhere. Throws INVALID_ARGUMENT. */
  async query(ctx: TenantContext, question: TraceMetricQuestion): Promise<TraceMetricPoint[]> {
    demand(ctx, 'run:read');
    const rule = metricRule(question.view, question.metric, question.aggregations, question.dimensions);
    const maxResults = checkMaxResults(question.maxResults ?? DEFAULT_RESULTS, MAX_RESULTS);
    checkTimes(question);
    const filters = readFilters(question);
    const wanted = question.experimentIds.map(parseExperimentId);
    return this.db.tenantSql(ctx, async (tx) => {
      const scope = { organizationId: ctx.organizationId, experimentIds: await resolveExperimentIds(tx, projectOf(ctx), wanted) };
      const dimensions = dimensionsOf(question);
      const conditions = [
        traceConditions(scope, filters.traces),
        ...filters.own,
        ...timeConditions(question, rule),
        sql`${rule.value} IS NOT NULL`,
        ...dimensions.map(({ expression }) => sql`${expression} IS NOT NULL`),
      ];
      // The keys get names in a subquery: an expression with a bound parameter is another one each time it is written.
      const columns = dimensions.map(({ expression, key }) => sql`${expression} AS ${key}`);
      const keys = dimensions.map(({ key }) => key);
      const grouped = keys.length === 0 ? sql`` : sql`GROUP BY ${commaList(keys)} ORDER BY ${commaList(keys)}`;
      const values = question.aggregations.map((aggregation) => aggregated(question.metric, aggregation));
      const statement = sql`SELECT ARRAY[${commaList(keys.map((key) => sql`${key}::text`))}]::text[] AS keys, ARRAY[${commaList(values)}]::float8[] AS values
        FROM (SELECT ${commaList([...columns, sql`${rule.value} AS value`])} FROM ${SOURCES[question.view]} WHERE ${allOf(conditions)}) q ${grouped} LIMIT ${maxResults}`;
      const rows = await tx.query<{ keys: string[]; values: (number | null)[] }>(statement.render());
      return rows.map((row) => toPoint(question, dimensions, row)).filter(({ values }) => Object.keys(values).length > 0);
    });
  }
}

interface Dimension {
  readonly name: string;
  readonly expression: Sql;
  /** Its column. */
  readonly key: Sql;
}

const KEYS: readonly Sql[] = [sql`k0`, sql`k1`, sql`k2`, sql`k3`, sql`k4`, sql`k5`];

function dimensionsOf({ view, dimensions, intervalSeconds }: TraceMetricQuestion): Dimension[] {
  const named = [...new Set(dimensions)].map((name) => ({ name, expression: sql`(${DIMENSIONS[name] ?? sql`NULL`} COLLATE "C")` }));
  const all = intervalSeconds ? [{ name: 'time_bucket', expression: bucket(view, intervalSeconds) }, ...named] : named;
  return all.map((dimension, index) => ({ ...dimension, key: KEYS[index] ?? sql`NULL` }));
}

/** The start of the time's bucket in milliseconds, exactly. */
function bucket(view: MetricView, intervalSeconds: number): Sql {
  const time = view === 'SPANS' ? sql`(s.start_time::numeric / 1000000)` : sql`t.request_time::numeric`;
  const size = sql`${intervalSeconds * 1000}::numeric`;
  return sql`(floor(${time} / ${size}) * ${size})`;
}

function aggregated(metric: string, { type, percentile = 0 }: Aggregation): Sql {
  switch (type) {
    case 'COUNT':
      return metric === 'session_count' ? sql`count(DISTINCT q.value)` : sql`count(q.value)`;
    case 'SUM':
      return sql`sum(q.value)`;
    case 'AVG':
      return sql`avg(q.value)`;
    case 'MIN':
      return sql`min(q.value)`;
    case 'MAX':
      return sql`max(q.value)`;
    case 'PERCENTILE':
      return sql`percentile_cont(${percentile / 100}::float8) WITHIN GROUP (ORDER BY q.value::float8)`;
  }
}

function timeConditions({ view, from, to }: TraceMetricQuestion, { bySpanTime }: MetricRule): Sql[] {
  const isSpanTime = view === 'SPANS' && bySpanTime === true;
  return [
    ...(from === undefined ? [] : [isSpanTime ? sql`s.start_time >= ${from}::numeric * 1000000` : sql`t.request_time >= ${from}::bigint`]),
    ...(to === undefined ? [] : [isSpanTime ? sql`s.start_time < (${to}::numeric + 1) * 1000000` : sql`t.request_time <= ${to}::bigint`]),
  ];
}

function checkTimes({ intervalSeconds, from, to }: TraceMetricQuestion): void {
  if (!intervalSeconds) return;
  if (from === undefined || to === undefined) throw new DomainError('INVALID_ARGUMENT', 'start_time_ms and end_time_ms are required if time_interval_seconds is set');
  if (!Number.isInteger(intervalSeconds) || intervalSeconds < 1 || intervalSeconds > MAX_INTERVAL_SECONDS) throw new DomainError('INVALID_ARGUMENT', 'time_interval_seconds must be a whole number from 1 to 100 years.', { field: 'time_interval_seconds' });
}

/** Filters on traces in terms of a search of traces, and conditions on the spans or assessments themselves. */
function readFilters({ filters, view }: TraceMetricQuestion): { traces: Comparison[]; own: Sql[] } {
  if (filters.length > MAX_FILTERS) throw new DomainError('INVALID_ARGUMENT', `A request can have at most ${MAX_FILTERS} filters.`, { field: 'filters' });
  const traces: Comparison[] = [];
  const own: Sql[] = [];
  for (const filter of filters) {
    const [clause, ...more] = parseFilter(TRACE_METRICS, filter);
    if (clause === undefined || more.length > 0) throw new DomainError('INVALID_ARGUMENT', `Invalid filter: '${filter.slice(0, 200)}'. Expected one filter clause.`, { field: 'filters' });
    if (clause.entity === 'attribute') traces.push(traceClause(clause as TextClause));
    else own.push(ownCondition(clause as TextClause, view));
  }
  return { traces, own };
}

function traceClause(clause: TextClause): Comparison {
  const [, entity, key = ''] = /^(tag|metadata)\.(.+)$/s.exec(clause.key) ?? [];
  if (entity === undefined) return clause;
  return { ...clause, entity: entity === 'tag' ? 'tag' : 'metadata', key: key.replace(/^([`"'])(.*)\1$/s, '$2') };
}

function ownCondition({ entity, key, value }: TextClause, view: MetricView): Sql {
  if (entity === 'span') {
    if (view !== 'SPANS') throw new DomainError('INVALID_ARGUMENT', `Filtering by span is only supported for SPANS view type, got ${view}`, { field: 'filters' });
    return sql`${DIMENSIONS[`span_${key}`] ?? sql`s.name`} = ${value}`;
  }
  if (view !== 'ASSESSMENTS') throw new DomainError('INVALID_ARGUMENT', `Filtering by assessment is only supported for ASSESSMENTS view type, got ${view}`, { field: 'filters' });
  return key === 'type' ? sql`a.kind = ${value}` : sql`a.name = ${value}`;
}

function toPoint({ aggregations }: TraceMetricQuestion, dimensions: readonly { name: string }[], row: { keys: string[]; values: (number | null)[] }): TraceMetricPoint {
  const keys = dimensions.map(({ name }, index) => [name, name === 'time_bucket' ? isoTime(Number(row.keys[index])) : (row.keys[index] ?? '')] as const);
  const values = aggregations.flatMap((aggregation, index) => {
    const value = row.values[index];
    return value === null || value === undefined ? [] : [[aggregationLabel(aggregation), value] as const];
  });
  return { dimensions: Object.fromEntries(keys), values: Object.fromEntries(values) };
}

/** As Python's `datetime.isoformat` in UTC. */
function isoTime(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString().slice(0, -1);
  return `${text.endsWith('.000') ? text.slice(0, -4) : `${text}000`}+00:00`;
}
