import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { PythonNumber } from '../span/python-json.js';
import { testSpan, testTrace, trackingServices, type TrackingServices } from '../testing.js';
import type { TraceMetricQuestion } from './trace-metrics.service.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

const DAY = 86_400_000;

/** Four traces on two days: 100, 200 and 300 ms of `chat` on the first, one of another name on the second. */
beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
  for (const [index, executionDuration] of [100, 200, 300].entries()) {
    await services.traces.finish(ctx, testTrace({
      traceId: `tr-${index}`, requestTime: DAY + index, executionDuration, state: index === 0 ? 'ERROR' : 'OK', tags: { 'mlflow.traceName': 'chat', team: index === 2 ? 'b' : 'a' },
      metadata: { 'mlflow.trace.session': index === 2 ? 's2' : 's1', 'mlflow.trace.tokenUsage': `{"input_tokens": ${index + 1}}` },
      assessments: [{ name: 'score', kind: 'feedback', value: new PythonNumber(`${index}.0`, false), sourceType: 'CODE' }, { name: 'note', kind: 'expectation', value: 'x', sourceType: 'HUMAN' }],
    }));
  }
  await services.traces.finish(ctx, testTrace({ traceId: 'tr-late', requestTime: 2 * DAY + 5, executionDuration: undefined, tags: { 'mlflow.traceName': 'batch' } }));
  await services.ingest.ingest(ctx, '0', [
    testSpan({ startTime: BigInt(DAY) * 1_000_000n, endTime: BigInt(DAY) * 1_000_000n + 5_999_999n, attributes: { 'mlflow.spanType': '"LLM"', 'mlflow.llm.model': '"m"', 'mlflow.llm.provider': '"p"', 'mlflow.llm.cost': '{"input_cost": 0.5}' } }),
    testSpan({ spanId: '2'.padStart(16, '0'), parentSpanId: '1'.padStart(16, '0'), name: 'child', startTime: BigInt(2 * DAY) * 1_000_000n, endTime: 0n, attributes: { 'mlflow.llm.model': '"m"', 'mlflow.llm.cost': '{"input_cost": 0.25}' } }),
  ]);
});

afterAll(() => db.close());

const ask = (part: Partial<TraceMetricQuestion>) => services.traceMetrics.query(ctx, { experimentIds: ['0'], view: 'TRACES', metric: 'trace_count', aggregations: [{ type: 'COUNT' }], dimensions: [], filters: [], ...part });

describe('TraceMetricsService', () => {
  it.each<[string, Partial<TraceMetricQuestion>, unknown]>([
    ['counts traces', {}, [{ dimensions: {}, values: { COUNT: 5 } }]],
    ['counts by name and state, in their order, without those that have no name', { dimensions: ['trace_name', 'trace_status'] }, [
      { dimensions: { trace_name: 'batch', trace_status: 'OK' }, values: { COUNT: 1 } },
      { dimensions: { trace_name: 'chat', trace_status: 'ERROR' }, values: { COUNT: 1 } },
      { dimensions: { trace_name: 'chat', trace_status: 'OK' }, values: { COUNT: 2 } },
    ]],
    ['counts sessions', { metric: 'session_count' }, [{ dimensions: {}, values: { COUNT: 2 } }]],
    ['measures latency', { metric: 'latency', dimensions: ['trace_name'], aggregations: [{ type: 'AVG' }, { type: 'MIN' }, { type: 'MAX' }, { type: 'PERCENTILE', percentile: 50 }, { type: 'PERCENTILE', percentile: 99.5 }] }, [
      { dimensions: { trace_name: 'chat' }, values: { AVG: 200, MIN: 100, MAX: 300, 'P50.0': 200, 'P99.5': 299 } },
    ]],
    ['sums tokens', { metric: 'input_tokens', aggregations: [{ type: 'SUM' }] }, [{ dimensions: {}, values: { SUM: 6 } }]],
    ['has no point where there is nothing', { metric: 'output_tokens', aggregations: [{ type: 'SUM' }] }, []],
    ['groups by time', { intervalSeconds: 86_400, from: 0, to: 3 * DAY }, [
      { dimensions: { time_bucket: '1970-01-02T00:00:00+00:00' }, values: { COUNT: 4 } },
      { dimensions: { time_bucket: '1970-01-03T00:00:00+00:00' }, values: { COUNT: 1 } },
    ]],
    ['keeps to the time asked for, both ends included', { from: DAY + 1, to: DAY + 2 }, [{ dimensions: {}, values: { COUNT: 2 } }]],
    ['filters by tag, metadata and state', { filters: ["trace.tag.team = 'a'", "trace.metadata.`mlflow.trace.session` = 's1'", "trace.status = 'OK'"] }, [{ dimensions: {}, values: { COUNT: 1 } }]],
    ['counts spans', { view: 'SPANS', metric: 'span_count', dimensions: ['span_name'], filters: ["trace.status = 'OK'"] }, [
      { dimensions: { span_name: 'child' }, values: { COUNT: 1 } },
      { dimensions: { span_name: 'root' }, values: { COUNT: 1 } },
    ]],
    ['measures whole milliseconds of spans that have ended', { view: 'SPANS', metric: 'latency', aggregations: [{ type: 'MAX' }], filters: ["span.type = 'LLM'"] }, [{ dimensions: {}, values: { MAX: 5 } }]],
    ['sums costs by the time of the span', { view: 'SPANS', metric: 'input_cost', aggregations: [{ type: 'SUM' }], dimensions: ['span_model_name'], intervalSeconds: 86_400, from: 0, to: 3 * DAY }, [
      { dimensions: { time_bucket: '1970-01-02T00:00:00+00:00', span_model_name: 'm' }, values: { SUM: 0.5 } },
      { dimensions: { time_bucket: '1970-01-03T00:00:00+00:00', span_model_name: 'm' }, values: { SUM: 0.25 } },
    ]],
    ['counts assessments', { view: 'ASSESSMENTS', metric: 'assessment_count', dimensions: ['assessment_name', 'assessment_value'], filters: ["assessment.type = 'expectation'"] }, [{ dimensions: { assessment_name: 'note', assessment_value: '"x"' }, values: { COUNT: 3 } }]],
    ['averages assessments', { view: 'ASSESSMENTS', metric: 'assessment_value', aggregations: [{ type: 'AVG' }], dimensions: ['assessment_name'] }, [{ dimensions: { assessment_name: 'score' }, values: { AVG: 1 } }]],
    ['gives no more points than asked for', { dimensions: ['trace_status'], maxResults: 1 }, [{ dimensions: { trace_status: 'ERROR' }, values: { COUNT: 1 } }]],
  ])('%s', async (_title, question, points) => {
    expect(await ask(question)).toEqual(points);
  });

  it.each<[Partial<TraceMetricQuestion>, string]>([
    [{ metric: 'bogus' }, "metric_name must be one of ['trace_count', 'session_count', 'latency'"],
    [{ metric: '__proto__' }, 'metric_name must be one of'],
    [{ aggregations: [{ type: 'SUM' }] }, "Found invalid aggregation_type(s): ['SUM']. Supported aggregation types: ['COUNT']"],
    [{ dimensions: ['x'] }, "Found invalid dimension(s): ['x']. Supported dimensions: ['trace_name', 'trace_status']"],
    [{ metric: 'latency', aggregations: [{ type: 'PERCENTILE' }] }, 'Percentile value is required'],
    [{ metric: 'latency', aggregations: [{ type: 'PERCENTILE', percentile: 101 }] }, 'Percentile value must be between 0 and 100'],
    [{ intervalSeconds: 60 }, 'start_time_ms and end_time_ms are required if time_interval_seconds is set'],
    [{ filters: ["bad = 'OK'"] }, "Invalid identifier 'bad'."],
    [{ filters: ["trace.status = 'OK' AND trace.status = 'OK'"] }, 'Expected one filter clause.'],
    [{ filters: ["span.name = 'x'"] }, 'Filtering by span is only supported for SPANS view type, got TRACES'],
    [{ filters: ["assessment.name = 'x'"] }, 'Filtering by assessment is only supported for ASSESSMENTS view type'],
    [{ maxResults: 10_001 }, "Invalid value 10001 for parameter 'max_results'"],
  ])('refuses %j', async (question, message) => {
    await expect(ask(question)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it('counts nothing of another organization or project', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { experimentId } = await services.experiments.create(a.ctx, { name: 'mine' });
    await services.traces.finish(a.ctx, testTrace({ experimentId }));
    for (const other of [b.ctx, sibling]) {
      expect(await services.traceMetrics.query(other, { experimentIds: [experimentId, '0'], view: 'TRACES', metric: 'trace_count', aggregations: [{ type: 'COUNT' }], dimensions: [], filters: [] })).toEqual([{ dimensions: {}, values: { COUNT: 0 } }]);
    }
  });
});
