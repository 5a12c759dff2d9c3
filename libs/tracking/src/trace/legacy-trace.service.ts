import { Database } from '@modelyard/db';
import { demand, projectOf, type TenantContext } from '@modelyard/kernel';
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { checkedEntries, splitMetadata, splitTags } from './new-trace.js';
import { traceNotFound } from './trace-errors.js';
import { TRACE_TAG, type TraceInfo, type TraceState } from './trace.js';
import { findTid, findTraceInfos } from './trace.repository.js';
import { activeExperiment, artifactsOf } from './trace.service.js';
import { setEntries, setTraceName, upsertTrace } from './trace-write.repository.js';

type Entries = Readonly<Record<string, string>>;

/** Traces of clients up to 2.22: they say when a trace begins, and store its spans as an artifact. */
@Injectable()
export class LegacyTraceService {
  constructor(private readonly db: Database) {}

  /** Throws NOT_FOUND for an unknown experiment, INVALID_ARGUMENT. */
  async start(ctx: TenantContext, trace: { readonly experimentId: string; readonly startTime: number; readonly metadata: Entries; readonly tags: Entries }): Promise<TraceInfo> {
    demand(ctx, 'run:write');
    const { tags, name } = splitTags(checkedEntries(trace.tags));
    const { metadata, columns } = splitMetadata(checkedEntries(trace.metadata));
    const traceId = randomBytes(16).toString('hex');
    return this.db.tenantSql(ctx, async (tx) => {
      const experiment = await activeExperiment(tx, projectOf(ctx), trace.experimentId);
      const values = { traceId, requestTime: trace.startTime, executionDuration: null, state: 'IN_PROGRESS', name, clientRequestId: null, requestPreview: null, responsePreview: null, columns, finalized: false } as const;
      const tid = await upsertTrace(tx, projectOf(ctx), experiment.id, values);
      await setEntries(tx, 'trace_tags', tid, new Map([...tags, [TRACE_TAG.artifactLocation, artifactsOf(experiment, traceId)]]));
      await setEntries(tx, 'trace_metadata', tid, metadata);
      return this.found(await findTraceInfos(tx, projectOf(ctx), [traceId]), traceId);
    });
  }

  /** Adds to the tags and metadata. Throws NOT_FOUND, INVALID_ARGUMENT. */
  async end(ctx: TenantContext, traceId: string, end: { readonly endTime: number; readonly state: TraceState; readonly metadata: Entries; readonly tags: Entries }): Promise<TraceInfo> {
    demand(ctx, 'run:write');
    const { tags, name } = splitTags(checkedEntries(end.tags));
    const { metadata, columns } = splitMetadata(checkedEntries(end.metadata));
    return this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId, 'lock');
      if (tid === null) throw traceNotFound(traceId);
      const values = Object.entries(columns).filter(([, value]) => value !== null);
      await tx.query({
        text: `UPDATE traces SET execution_duration = $3::bigint - request_time, state = $4${values.map(([column], index) => `, ${column} = $${index + 5}`).join('')}
               WHERE organization_id = $1 AND tid = $2`,
        values: [tx.organizationId, tid, end.endTime, end.state, ...values.map(([, value]) => value)],
      });
      if (name !== null) await setTraceName(tx, tid, name);
      await setEntries(tx, 'trace_tags', tid, tags);
      await setEntries(tx, 'trace_metadata', tid, metadata);
      return this.found(await findTraceInfos(tx, projectOf(ctx), [traceId]), traceId);
    });
  }

  private found([info]: readonly TraceInfo[], traceId: string): TraceInfo {
    if (info === undefined) throw traceNotFound(traceId);
    return info;
  }
}
