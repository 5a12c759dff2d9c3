import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, isDomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import type { SpanInput } from '../span/span.js';
import { sumCosts, sumTokens } from '../span/span-sums.js';
import { storedSpan } from '../span/stored-span.js';
import { experimentNotFound } from '../tracking-errors.js';
import { aggregateByTrace, type TraceAggregate } from './trace-aggregate.js';
import { findSumNodes, insertTraces, lockTraces, updateTraces, writeSpans, type TraceRow } from './trace-ingest.repository.js';
import { TraceLinkService } from './trace-link.service.js';

const ATTEMPTS = 5;
const MAX_INT64 = 2n ** 63n - 1n;

interface Target {
  readonly row: TraceRow;
  readonly trace: TraceAggregate;
}

/** Takes spans in: the hot path of tracing. */
@Injectable()
export class TraceIngestService {
  constructor(
    private readonly db: Database,
    private readonly links: TraceLinkService,
  ) {}

  /**
   * Stores spans, all or none, and makes or updates their traces; new traces go to the experiment. Repeating a call
   * changes nothing. With a run, traces whose root span is among them are linked to it if it exists. Throws NOT_FOUND for
   * an unknown experiment, INVALID_ARGUMENT.
   */
  async ingest(ctx: TenantContext, experimentId: string, spans: readonly SpanInput[], runId?: string): Promise<void> {
    demand(ctx, 'run:write');
    const id = parseExperimentId(experimentId);
    if (spans.some(({ startTime, endTime }) => startTime > MAX_INT64 || endTime > MAX_INT64)) throw new DomainError('INVALID_ARGUMENT', 'A span has a time beyond 2^63 nanoseconds.', { field: 'spans' });
    const traces = aggregateByTrace(spans.map(storedSpan));
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.db.tenantSql(ctx, (tx) => write(tx, projectOf(ctx), id, traces));
        break;
      } catch (error) {
        // Lost a deadlock against another writer of the same traces.
        if (attempt >= ATTEMPTS || !isDomainError(error, 'CONFLICT')) throw error;
      }
    }
    const complete = traces.filter(({ rootState }) => rootState !== null).map(({ traceId }) => traceId);
    if (runId !== undefined && complete.length > 0) await this.links.linkKnown(ctx, complete, runId);
  }
}

async function write(tx: TenantSql, projectId: number, experimentId: bigint, traces: readonly TraceAggregate[]): Promise<void> {
  const rows = await claim(tx, projectId, experimentId, traces);
  const targets = traces.flatMap((trace) => {
    const row = rows.get(trace.traceId);
    return row === undefined ? [] : [{ row, trace }];
  });
  await writeSpans(tx, targets.map(({ row, trace }) => ({ tid: row.tid, trace })));
  const known = targets.filter(({ row }) => row.isNew !== true);
  if (known.length > 0) await updateTraces(tx, await withWholeSums(tx, known));
}

/** Finds or makes each trace, and holds its row. */
async function claim(tx: TenantSql, projectId: number, experimentId: bigint, traces: readonly TraceAggregate[]): Promise<Map<string, TraceRow>> {
  const rows = new Map<string, TraceRow>();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const missing = traces.filter(({ traceId }) => !rows.has(traceId));
    if (missing.length === 0) return rows;
    for (const row of await lockTraces(tx, projectId, missing.map(({ traceId }) => traceId))) rows.set(row.trace_id, row);
    const unknown = missing.filter(({ traceId }) => !rows.has(traceId));
    if (unknown.length === 0) return rows;
    const made = await insertTraces(tx, projectId, experimentId, unknown);
    if (made === null) throw experimentNotFound(experimentId);
    for (const row of made) rows.set(row.trace_id, row);
  }
  throw new DomainError('CONFLICT', 'Other writers make and delete these traces at the same time. Try again.');
}

/**
 * Sums of a trace that had spans before are made of all its spans anew: a parent that carries the total of its children
 * may come in another request than they. Sums that the client finalised stay.
 */
async function withWholeSums(tx: TenantSql, targets: readonly Target[]): Promise<{ tid: string; trace: TraceAggregate }[]> {
  const wanted = targets.map(({ row, trace }) => ({
    tid: row.tid,
    trace,
    tokens: trace.tokens !== null && !row.tokens_given,
    costs: trace.costs !== null && !row.costs_given,
  }));
  const tids = wanted.filter(({ tokens, costs }) => tokens || costs).map(({ tid }) => tid);
  const nodes = tids.length === 0 ? new Map() : Map.groupBy(await findSumNodes(tx, tids), ({ tid }) => tid);
  return wanted.map(({ tid, trace, tokens, costs }) => ({
    tid,
    trace: { ...trace, tokens: tokens ? sumTokens(nodes.get(tid) ?? []) : null, costs: costs ? sumCosts(nodes.get(tid) ?? []) : null },
  }));
}
