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

/** All services of the context, on a test's database. */
export function trackingServices(db: Database) {
  const audit = new AuditService(db);
  const runs = new RunService(db, audit);
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

function entries(record: Readonly<Record<string, string>> = {}) {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
