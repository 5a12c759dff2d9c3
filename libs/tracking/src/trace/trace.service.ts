import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { assessmentRow } from '../assessment/assessment.js';
import { upsertAssessments } from '../assessment/assessment.repository.js';
import { checkKey, truncate } from '../entity-name.js';
import { parseExperimentId, type Experiment } from '../experiment/experiment.js';
import { findExperiment, resolveExperimentIds } from '../experiment/experiment.repository.js';
import { spanDocuments } from '../span/span-document.js';
import { storableText } from '../span/python-json.js';
import { experimentNotFound, notActive } from '../tracking-errors.js';
import { checkNewTrace, splitTags, type NewTrace } from './new-trace.js';
import { traceNotFound, traceTagNotFound, traceWithoutSpans } from './trace-errors.js';
import { MAX_TRACE_VALUE_LENGTH, TRACE_METADATA, TRACE_TAG, TRACKING_STORE, type TraceInfo, type TraceWithSpans } from './trace.js';
import { findSpanContents, findTid, findTraceInfos } from './trace.repository.js';
import { removeTag, setEntries, setTraceName, upsertTrace } from './trace-write.repository.js';

const MAX_BATCH = 1000;
/** Tags that only the server sets. */
const BLOCKED_TAGS: ReadonlySet<string> = new Set([TRACE_TAG.spansLocation, TRACE_TAG.archiveLocation, TRACE_TAG.archivalFailure]);

/** Traces of the context's project. */
@Injectable()
export class TraceService {
  constructor(private readonly db: Database) {}

  /**
   * Takes the info of a trace that has ended. Its spans may have come before, or come yet; they change none of it then.
   * Throws NOT_FOUND for an unknown experiment, INVALID_ARGUMENT.
   */
  async finish(ctx: TenantContext, trace: NewTrace): Promise<TraceInfo> {
    demand(ctx, 'run:write');
    const { tags, metadata, name, columns } = checkNewTrace(trace);
    const now = Date.now();
    const assessments = trace.assessments.map((assessment) => assessmentRow(assessment, now));
    return this.db.tenantSql(ctx, async (tx) => {
      const experiment = await activeExperiment(tx, projectOf(ctx), trace.experimentId);
      const tid = await upsertTrace(tx, projectOf(ctx), experiment.id, {
        traceId: trace.traceId,
        requestTime: trace.requestTime,
        executionDuration: trace.executionDuration ?? null,
        state: trace.state,
        name,
        clientRequestId: optional(trace.clientRequestId),
        requestPreview: optional(trace.requestPreview),
        responsePreview: optional(trace.responsePreview),
        columns,
        finalized: true,
      });
      await setEntries(tx, 'trace_tags', tid, new Map([...tags, [TRACE_TAG.artifactLocation, artifactsOf(experiment, trace.traceId)]]));
      await setEntries(tx, 'trace_metadata', tid, new Map([...metadata, [TRACE_METADATA.finalized, 'true']]));
      if (assessments.length > 0) await upsertAssessments(tx, tid, assessments);
      return this.found(tx, ctx, trace.traceId);
    });
  }

  /** Throws NOT_FOUND. */
  async getInfo(ctx: TenantContext, traceId: string): Promise<TraceInfo> {
    demand(ctx, 'run:read');
    return this.db.tenantSql(ctx, (tx) => this.found(tx, ctx, traceId));
  }

  /**
   * A trace with its spans. Throws NOT_FOUND, without `allowPartial` also while spans are missing; FAILED_PRECONDITION
   * when the client stored the spans as an artifact.
   */
  async get(ctx: TenantContext, traceId: string, allowPartial: boolean): Promise<TraceWithSpans> {
    demand(ctx, 'run:read');
    const [trace] = await this.withContents(ctx, [traceId]);
    if (trace === undefined) throw traceWithoutSpans(traceId, 'not found');
    if (!isStored(trace.info)) throw new DomainError('FAILED_PRECONDITION', 'Trace data not stored in tracking store');
    if (!allowPartial && !isComplete(trace)) throw traceWithoutSpans(traceId, 'not fully exported yet, please try again later');
    return { info: trace.info, spans: await spanDocuments(trace.contents) };
  }

  /** The traces of a list that are there with all their spans; optionally only those of some experiments. */
  async getMany(ctx: TenantContext, traceIds: readonly string[], experimentIds?: readonly string[]): Promise<TraceWithSpans[]> {
    demand(ctx, 'run:read');
    const traces = await this.withContents(ctx, traceIds, experimentIds);
    // A trace with its spans elsewhere is left out: one of them must not keep a client from the others.
    const complete = traces.filter((trace) => isStored(trace.info) && isComplete(trace) && trace.contents.length > 0);
    return Promise.all(complete.map(async ({ info, contents }) => ({ info, spans: await spanDocuments(contents) })));
  }

  /** Infos of the traces of a list that are there; optionally only those of some experiments. */
  async getManyInfos(ctx: TenantContext, traceIds: readonly string[], experimentIds?: readonly string[]): Promise<TraceInfo[]> {
    demand(ctx, 'run:read');
    return this.db.tenantSql(ctx, (tx) => infosWithin(tx, ctx, traceIds, experimentIds));
  }

  /** The spans of a trace as they are stored: what MLflow keeps in `traces.json`. Null when they are not here. Throws NOT_FOUND. */
  async getContents(ctx: TenantContext, traceId: string): Promise<{ info: TraceInfo; contents: readonly string[] | null }> {
    demand(ctx, 'run:read');
    const [trace] = await this.withContents(ctx, [traceId]);
    if (trace === undefined) throw traceWithoutSpans(traceId, 'not found');
    return { info: trace.info, contents: isStored(trace.info) ? trace.contents : null };
  }

  /** Values are cut to 8000 characters. Throws NOT_FOUND; INVALID_ARGUMENT, also for a tag that only the server sets. */
  async setTag(ctx: TenantContext, traceId: string, key: string, value: string): Promise<void> {
    demand(ctx, 'run:write');
    checkMutable(key, 'set');
    checkKey(key, 'key', 'key');
    const { tags, name } = splitTags(new Map([[key, truncate(storableText(value), MAX_TRACE_VALUE_LENGTH)]]));
    await this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId, 'lock');
      if (tid === null) throw traceNotFound(traceId);
      if (name !== null) await setTraceName(tx, tid, name);
      await setEntries(tx, 'trace_tags', tid, tags);
    });
  }

  /** Throws NOT_FOUND when there is no such trace or tag, INVALID_ARGUMENT. */
  async deleteTag(ctx: TenantContext, traceId: string, key: string): Promise<void> {
    demand(ctx, 'run:write');
    checkMutable(key, 'deleted');
    await this.db.tenantSql(ctx, async (tx) => {
      const tid = await findTid(tx, projectOf(ctx), traceId, 'lock');
      if (tid === null || !(await removeTag(tx, tid, key))) throw traceTagNotFound(traceId, key);
    });
  }

  private async found(tx: TenantSql, ctx: TenantContext, traceId: string): Promise<TraceInfo> {
    const [info] = await findTraceInfos(tx, projectOf(ctx), [traceId]);
    if (info === undefined) throw traceNotFound(traceId);
    return info;
  }

  private async withContents(ctx: TenantContext, traceIds: readonly string[], experimentIds?: readonly string[]) {
    return this.db.tenantSql(ctx, async (tx) => {
      const infos = await infosWithin(tx, ctx, traceIds, experimentIds);
      const stored = infos.filter(isStored).map(({ tid }) => tid);
      const contents = stored.length === 0 ? new Map<string, string[]>() : await findSpanContents(tx, stored);
      return infos.map((info) => ({ info, contents: contents.get(info.tid) ?? [] }));
    });
  }
}

/** The experiment that a trace goes to. Throws NOT_FOUND, INVALID_ARGUMENT for a deleted one. */
export async function activeExperiment(tx: TenantSql, projectId: number, experimentId: string): Promise<Experiment> {
  const id = parseExperimentId(experimentId);
  const experiment = await findExperiment(tx, projectId, id);
  if (experiment === null) throw experimentNotFound(id);
  if (experiment.lifecycleStage !== 'active') throw notActive('experiment', experiment.experimentId, experiment.lifecycleStage);
  return experiment;
}

/** Where a client puts what belongs to a trace. */
export function artifactsOf(experiment: Experiment, traceId: string): string {
  return `${experiment.artifactLocation.replace(/\/+$/, '')}/traces/${traceId}/artifacts`;
}

async function infosWithin(tx: TenantSql, ctx: TenantContext, traceIds: readonly string[], experimentIds: readonly string[] | undefined) {
  if (traceIds.length > MAX_BATCH) throw new DomainError('INVALID_ARGUMENT', `A request can ask for at most ${MAX_BATCH} traces. Split it.`, { field: 'trace_ids' });
  const infos = await findTraceInfos(tx, projectOf(ctx), traceIds);
  if (experimentIds === undefined) return infos;
  const known = new Set((await resolveExperimentIds(tx, projectOf(ctx), experimentIds.map(parseExperimentId))).map(String));
  const wanted = new Set(experimentIds.map((id) => String(parseExperimentId(id))));
  return infos.filter(({ experimentId }) => wanted.has(experimentId) || known.has(experimentId));
}

function isStored({ tags }: TraceInfo): boolean {
  return tags[TRACE_TAG.spansLocation] === TRACKING_STORE;
}

/** Whether as many spans are there as the client has counted. */
function isComplete({ info, contents }: { readonly info: TraceInfo; readonly contents: readonly string[] }): boolean {
  try {
    const stats = JSON.parse(info.metadata[TRACE_METADATA.sizeStats] ?? '{}') as { num_spans?: unknown };
    return typeof stats.num_spans !== 'number' || contents.length >= stats.num_spans;
  } catch {
    return true;
  }
}

function checkMutable(key: string, operation: 'set' | 'deleted'): void {
  // Deleting the mark of a failed archival is how people ask for another try.
  if (!BLOCKED_TAGS.has(key) || (operation === 'deleted' && key === TRACE_TAG.archivalFailure)) return;
  throw new DomainError('INVALID_ARGUMENT', `Tag '${key}' is immutable and cannot be ${operation} on a trace.`, { field: 'key' });
}

function optional(text: string | undefined): string | null {
  return text === undefined ? null : storableText(text);
}
