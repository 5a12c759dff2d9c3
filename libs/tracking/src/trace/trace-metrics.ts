import { sql, type Sql } from '@modelyard/filter';
import { DomainError } from '@modelyard/kernel';
import { pythonFloat } from '../span/python-json.js';

export type MetricView = 'TRACES' | 'SPANS' | 'ASSESSMENTS';
export type AggregationType = 'COUNT' | 'SUM' | 'AVG' | 'PERCENTILE' | 'MIN' | 'MAX';

export interface Aggregation {
  readonly type: AggregationType;
  /** 0 to 100, of PERCENTILE alone. */
  readonly percentile?: number;
}

/** What can be asked of one metric. */
export interface MetricRule {
  readonly aggregations: readonly AggregationType[];
  readonly dimensions: readonly string[];
  /** Aggregated; rows where it is NULL do not count. */
  readonly value: Sql;
  /** Of spans: whether the time asked for is that of the span instead of the trace. */
  readonly bySpanTime?: boolean;
}

const RANGE: readonly AggregationType[] = ['AVG', 'MAX', 'MIN', 'PERCENTILE'];
const SUMMED: readonly AggregationType[] = ['AVG', 'MAX', 'MIN', 'PERCENTILE', 'SUM'];
const COUNTED: readonly AggregationType[] = ['COUNT'];
const MODEL = ['span_model_name', 'span_model_provider'];

const tokens = (value: Sql): MetricRule => ({ aggregations: SUMMED, dimensions: ['trace_name'], value });
const cost = (value: Sql): MetricRule => ({ aggregations: SUMMED, dimensions: MODEL, value, bySpanTime: true });

/** As mlflow.store.tracking.utils.sql_trace_metrics_utils. */
export const METRICS: Readonly<Record<MetricView, Readonly<Record<string, MetricRule>>>> = {
  TRACES: {
    trace_count: { aggregations: COUNTED, dimensions: ['trace_name', 'trace_status'], value: sql`t.tid` },
    session_count: { aggregations: COUNTED, dimensions: [], value: sql`t.session_id` },
    latency: { aggregations: RANGE, dimensions: ['trace_name'], value: sql`t.execution_duration` },
    input_tokens: tokens(sql`t.input_tokens`),
    output_tokens: tokens(sql`t.output_tokens`),
    total_tokens: tokens(sql`t.total_tokens`),
    cache_read_input_tokens: tokens(sql`t.cache_read_input_tokens`),
    cache_creation_input_tokens: tokens(sql`t.cache_creation_input_tokens`),
  },
  SPANS: {
    span_count: { aggregations: COUNTED, dimensions: [...MODEL, 'span_name', 'span_status', 'span_type'], value: sql`s.span_id` },
    latency: { aggregations: RANGE, dimensions: ['span_name', 'span_status'], value: sql`((s.end_time - s.start_time) / 1000000)` },
    input_cost: cost(sql`s.input_cost`),
    output_cost: cost(sql`s.output_cost`),
    total_cost: cost(sql`s.total_cost`),
  },
  ASSESSMENTS: {
    assessment_count: { aggregations: COUNTED, dimensions: ['assessment_name', 'assessment_value'], value: sql`a.assessment_id` },
    assessment_value: { aggregations: RANGE, dimensions: ['assessment_name'], value: sql`a.aggregate_value` },
  },
};

export const DIMENSIONS: Readonly<Record<string, Sql>> = {
  trace_name: sql`t.name`,
  trace_status: sql`t.state`,
  span_name: sql`s.name`,
  span_type: sql`s.type`,
  span_status: sql`s.status`,
  span_model_name: sql`s.model_name`,
  span_model_provider: sql`s.model_provider`,
  assessment_name: sql`a.name`,
  assessment_value: sql`a.value`,
};

const MAX_AGGREGATIONS = 20;

/** Finds the rule of a metric and checks what is asked of it, in MLflow's words. Throws INVALID_ARGUMENT. */
export function metricRule(view: MetricView, metric: string, aggregations: readonly Aggregation[], dimensions: readonly string[]): MetricRule {
  const rules = METRICS[view];
  const rule = Object.hasOwn(rules, metric) ? rules[metric] : undefined;
  if (rule === undefined) throw refuse(`metric_name must be one of ${pythonList(Object.keys(rules))}, got '${metric.slice(0, 200)}'`);
  if (aggregations.length === 0) throw new DomainError('INVALID_ARGUMENT', 'Query contains no columns with which to SELECT from.', { field: 'aggregations', mlflowCode: 'BAD_REQUEST' });
  if (aggregations.length > MAX_AGGREGATIONS) throw refuse(`A request can ask for at most ${MAX_AGGREGATIONS} aggregations.`);
  const types = aggregations.map(({ type }) => type).filter((type) => !rule.aggregations.includes(type));
  if (types.length > 0) throw refuse(`Found invalid aggregation_type(s): ${pythonList(distinct(types))}. Supported aggregation types: ${pythonList(rule.aggregations)}`);
  const unknown = dimensions.filter((dimension) => !rule.dimensions.includes(dimension));
  if (unknown.length > 0) throw refuse(`Found invalid dimension(s): ${pythonList(distinct(unknown.map((name) => name.slice(0, 200))).slice(0, 10))}. Supported dimensions: ${pythonList(rule.dimensions)}`);
  for (const { type, percentile } of aggregations) {
    if (type === 'PERCENTILE' && percentile === undefined) throw refuse('Percentile value is required for PERCENTILE aggregation');
    if (type !== 'PERCENTILE' && percentile !== undefined) throw refuse(`Percentile value is only allowed for PERCENTILE aggregation type, got ${type}`);
    if (percentile !== undefined && !(percentile >= 0 && percentile <= 100)) throw refuse(`Percentile value must be between 0 and 100, got ${percentile}`);
  }
  return rule;
}

/** What MLflow calls a value in the answer: `AVG`, `P99.0`. */
export function aggregationLabel({ type, percentile = 0 }: Aggregation): string {
  return type === 'PERCENTILE' ? `P${pythonFloat(percentile)}` : type;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function pythonList(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text}'`).join(', ')}]`;
}

function refuse(message: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', message);
}
