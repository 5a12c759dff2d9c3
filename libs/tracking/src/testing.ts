import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import type { TenantContext } from '@modelyard/kernel';
import { RunInputService } from './dataset/run-input.service.js';
import { ExperimentSearchService } from './experiment/experiment-search.service.js';
import { ExperimentService } from './experiment/experiment.service.js';
import { LoggedModelSearchService } from './logged-model/logged-model-search.service.js';
import { LoggedModelService } from './logged-model/logged-model.service.js';
import { MetricService } from './metric/metric.service.js';
import type { MetricInput } from './run/batch.js';
import { RunLogService } from './run/run-log.service.js';
import { RunSearchService } from './run/run-search.service.js';
import { RunService } from './run/run.service.js';
import { AssessmentService } from './assessment/assessment.service.js';
import type { SpanInput } from './span/span.js';
import { DeleteTraces } from './trace/delete-traces.js';
import { LegacyTraceService } from './trace/legacy-trace.service.js';
import type { NewTrace } from './trace/new-trace.js';
import { TraceCorrelationService } from './trace/trace-correlation.service.js';
import { TraceIngestService } from './trace/trace-ingest.service.js';
import { TraceLinkService } from './trace/trace-link.service.js';
import { TraceMetricsService } from './trace/trace-metrics.service.js';
import { TraceSearchService } from './trace/trace-search.service.js';
import { TraceService } from './trace/trace.service.js';

/** All services of the context, on a test's database. */
export function trackingServices(db: Database) {
  const audit = new AuditService(db);
  const runs = new RunService(db, audit);
  const traceLinks = new TraceLinkService(db);
  return {
    experiments: new ExperimentService(db, audit),
    experimentSearch: new ExperimentSearchService(db),
    runs,
    log: new RunLogService(db, runs),
    runSearch: new RunSearchService(db),
    inputs: new RunInputService(db),
    metrics: new MetricService(db),
    models: new LoggedModelService(db, audit),
    modelSearch: new LoggedModelSearchService(db),
    traces: new TraceService(db),
    ingest: new TraceIngestService(db, traceLinks),
    traceLinks,
    traceSearch: new TraceSearchService(db),
    traceCorrelation: new TraceCorrelationService(db),
    traceMetrics: new TraceMetricsService(db),
    traceDeletion: new DeleteTraces(db, audit),
    legacyTraces: new LegacyTraceService(db),
    assessments: new AssessmentService(db, audit),
  };
}

export type TrackingServices = ReturnType<typeof trackingServices>;

export interface TestRun {
  readonly experimentId?: string;
  readonly name?: string;
  readonly startTime?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A run with what is given, in the Default experiment unless another is named. Returns its id. */
export async function createTestRun({ runs, log }: TrackingServices, ctx: TenantContext, run: TestRun = {}): Promise<string> {
  const made = await runs.create(ctx, { experimentId: run.experimentId ?? '0', name: run.name, startTime: run.startTime ?? 1000 });
  const { run_id: runId } = made.read().info;
  const metrics = Object.entries(run.metrics ?? {}).map(([key, value]) => point(key, value));
  await log.logBatch(ctx, runId, { metrics, params: entries(run.params), tags: entries(run.tags) });
  return runId;
}

/** A metric's point at step and time 0, unless they are given. */
export function point(key: string, value: number, step: number | bigint = 0, timestamp: number | bigint = 0): MetricInput {
  return { key, value, step, timestamp };
}

/** A span that begins at 1 s and takes half a second; attributes as JSON. */
export function testSpan(span: Partial<Omit<SpanInput, 'attributes'>> & { readonly attributes?: Readonly<Record<string, string>> } = {}): SpanInput {
  return {
    traceId: '1'.padStart(32, '0'),
    spanId: '1'.padStart(16, '0'),
    parentSpanId: null,
    name: 'root',
    startTime: 1_000_000_000n,
    endTime: 1_500_000_000n,
    status: 'OK',
    statusMessage: '',
    events: [],
    links: [],
    resource: new Map(),
    ...span,
    attributes: new Map(Object.entries(span.attributes ?? {})),
  };
}

/** The info of a trace in the Default experiment that began at 1 s. */
export function testTrace(trace: Partial<NewTrace> = {}): NewTrace {
  return { traceId: 'tr-1', experimentId: '0', requestTime: 1000, executionDuration: 250, state: 'OK', metadata: {}, tags: {}, assessments: [], ...trace };
}

function entries(record: Readonly<Record<string, string>> = {}) {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
