import { Database } from '@modelyard/db';
import { decodeCursor, demand, DomainError, encodeCursor, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { RenderedJson } from '../rendered-json.js';
import type { Int64, MetricPoint } from '../run/run.js';
import { BULK, HISTORY, INTERVAL } from './metric.sql.js';

export type RunMetricPoint = MetricPoint & { readonly run_id: string };

export interface MetricHistory {
  readonly points: RenderedJson<readonly MetricPoint[]>;
  readonly nextPageToken: string | null;
}

export interface SampledHistory {
  readonly runIds: readonly string[];
  readonly metricKey: string;
  /** Points of one run, 1 to 2500. */
  readonly maxResults: number;
  /** Both or none. */
  readonly startStep?: Int64;
  readonly endStep?: Int64;
}

const MAX_RUNS = 100;
const MAX_BULK_POINTS = 25_000;
const MAX_SAMPLES = 2500;
/** A history without a page size is bounded by what one string can hold. */
const MAX_POINTS = 1_000_000;

const int64 = z.union([z.number().int(), z.bigint()]);
const cursorSchema = z.object({ t: int64, s: int64, v: z.string().regex(/^(NaN|-?\d[\d.e+-]{0,30})$/) });

/** Histories of metrics. NaN is `"NaN"`; points are in order of time, step and value, samples in order of step. */
@Injectable()
export class MetricService {
  constructor(private readonly db: Database) {}

  /** A page of a metric's history, all of it without `maxResults`; empty for a run that this project does not have, as in MLflow. */
  async history(ctx: TenantContext, runId: string, key: string, page: { maxResults?: number; pageToken?: string } = {}): Promise<MetricHistory> {
    demand(ctx, 'run:read');
    const { maxResults } = page;
    if (maxResults !== undefined && (!Number.isInteger(maxResults) || maxResults <= 0)) {
      throw new DomainError('INVALID_ARGUMENT', `Invalid value ${maxResults} for parameter 'max_results' supplied. It must be a positive integer.`, { field: 'max_results' });
    }
    const limit = Math.min(maxResults ?? MAX_POINTS, MAX_POINTS);
    const after = page.pageToken ? decodeCursor(page.pageToken, cursorSchema) : null;
    const [row] = await this.db.tenantSql(ctx, (tx) =>
      tx.query<{ points: string; last: { t: string; s: string; v: string } | null }>({
        ...HISTORY,
        values: [ctx.organizationId, projectOf(ctx), runId, key, after?.t ?? null, after?.s ?? null, after?.v ?? null, limit],
      }),
    );
    if (row === undefined) return { points: new RenderedJson('[]'), nextPageToken: null };
    const { last } = row;
    return {
      points: new RenderedJson(row.points),
      nextPageToken: last === null ? null : encodeCursor({ t: BigInt(last.t), s: BigInt(last.s), v: last.v }),
    };
  }

  /** Histories of several runs, in order of run id; at most 25000 points. Runs this project does not have are left out. */
  async bulk(ctx: TenantContext, runIds: readonly string[], key: string, maxResults: number): Promise<RenderedJson<readonly RunMetricPoint[]>> {
    demand(ctx, 'run:read');
    if (runIds.length === 0) throw new DomainError('INVALID_ARGUMENT', 'GetMetricHistoryBulk request must specify at least one run_id.', { field: 'run_id' });
    if (runIds.length > MAX_RUNS) {
      throw new DomainError('INVALID_ARGUMENT', `GetMetricHistoryBulk request cannot specify more than ${MAX_RUNS} run_ids. Received ${runIds.length} run_ids.`, { field: 'run_id' });
    }
    const limit = Math.min(Math.max(maxResults, 0), MAX_BULK_POINTS);
    const [row] = await this.db.tenantSql(ctx, (tx) =>
      tx.query<{ points: string }>({ ...BULK, values: [ctx.organizationId, projectOf(ctx), runIds, key, limit] }),
    );
    return new RenderedJson(row?.points ?? '[]');
  }

  /**
   * At most `maxResults` points of each run, evenly spread over the rows of its history; the first and the last are kept
   * (MLflow 3.17 samples by row with NTILE). Runs this project does not have are left out. Throws INVALID_ARGUMENT.
   */
  async sample(ctx: TenantContext, input: SampledHistory): Promise<RenderedJson<readonly RunMetricPoint[]>> {
    demand(ctx, 'run:read');
    const { runIds, maxResults, startStep, endStep } = input;
    if (runIds.length > MAX_RUNS) {
      throw new DomainError('INVALID_ARGUMENT', `GetMetricHistoryBulkInterval request must specify at most ${MAX_RUNS} run_ids. Received ${runIds.length} run_ids.`, { field: 'run_ids' });
    }
    if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > MAX_SAMPLES) {
      throw new DomainError('INVALID_ARGUMENT', `max_results must be between 1 and ${MAX_SAMPLES}.`, { field: 'max_results' });
    }
    if ((startStep === undefined) !== (endStep === undefined)) {
      throw new DomainError('INVALID_ARGUMENT', 'If either start step or end step are specified, both must be specified.', { field: 'start_step' });
    }
    if (startStep !== undefined && endStep !== undefined && startStep > endStep) {
      throw new DomainError('INVALID_ARGUMENT', `end_step must be greater than start_step. Found start_step=${startStep} and end_step=${endStep}.`, { field: 'end_step' });
    }
    const [row] = await this.db.tenantSql(ctx, (tx) =>
      tx.query<{ points: string }>({
        ...INTERVAL,
        values: [ctx.organizationId, projectOf(ctx), runIds, input.metricKey, startStep ?? null, endStep ?? null, maxResults],
      }),
    );
    return new RenderedJson(row?.points ?? '[]');
  }
}
