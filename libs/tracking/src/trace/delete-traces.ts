import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';

export interface TraceDeletion {
  readonly experimentId: string;
  /** Traces that began at this time or earlier; milliseconds since the epoch. */
  readonly maxTimestamp?: number | bigint;
  /** At most so many of them, oldest first. */
  readonly maxTraces?: number;
  readonly traceIds?: readonly string[];
}

const MAX_IDS = 10_000;
/** Rows of one transaction: a whole experiment goes in pieces. */
const PIECE = 1000;

/** Deletes traces of an experiment for good, with all that belongs to them. */
@Injectable()
export class DeleteTraces {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Resolves with how many were deleted. Throws INVALID_ARGUMENT. */
  async delete(ctx: TenantContext, deletion: TraceDeletion): Promise<number> {
    demand(ctx, 'run:delete');
    checkDeletion(deletion);
    const ids = deletion.traceIds?.length ? deletion.traceIds : undefined;
    const limit = deletion.maxTraces ?? Number.MAX_SAFE_INTEGER;
    let deleted = 0;
    for (let last = PIECE; last === PIECE && deleted < limit; ) {
      last = await this.db.tenantSql(ctx, (tx) => this.deletePiece(tx, ctx, deletion, ids, Math.min(PIECE, limit - deleted)));
      deleted += last;
    }
    return deleted;
  }

  private async deletePiece(tx: TenantSql, ctx: TenantContext, deletion: TraceDeletion, ids: readonly string[] | undefined, limit: number): Promise<number> {
    const [experimentId] = await resolveExperimentIds(tx, projectOf(ctx), [parseExperimentId(deletion.experimentId)]);
    if (experimentId === undefined) return 0;
    const rows = await tx.query<{ tid: string; trace_id: string }>({
      name: 'traces_doomed',
      text: `SELECT tid::text, trace_id FROM traces
             WHERE organization_id = $1 AND experiment_id = $2 AND ($3::bigint IS NULL OR request_time <= $3) AND ($4::text[] IS NULL OR trace_id = ANY ($4))
             ORDER BY request_time, trace_id LIMIT $5 FOR UPDATE`,
      values: [tx.organizationId, experimentId, deletion.maxTimestamp ?? null, ids ?? null, limit],
    });
    if (rows.length === 0) return 0;
    await tx.query({ name: 'traces_delete', text: DELETE, values: [tx.organizationId, rows.map(({ tid }) => tid)] });
    await this.audit.record(tx, ctx, {
      action: 'trace.delete',
      resourceType: 'experiment',
      resourceId: experimentId,
      projectId: projectOf(ctx),
      details: { count: rows.length, traceIds: rows.slice(0, 100).map(({ trace_id }) => trace_id) },
    });
    return rows.length;
  }
}

const CHILDREN = ['trace_tags', 'trace_metadata', 'spans', 'assessments', 'trace_runs', 'trace_prompts'];
const DELETE = `WITH ${CHILDREN.map((table) => `d_${table} AS (DELETE FROM ${table} WHERE organization_id = $1 AND tid = ANY ($2::bigint[]))`).join(', ')}
  DELETE FROM traces WHERE organization_id = $1 AND tid = ANY ($2::bigint[])`;

/** In MLflow's words (AbstractStore.delete_traces). */
function checkDeletion({ maxTimestamp, maxTraces, traceIds = [] }: TraceDeletion): void {
  const refuse = (message: string) => new DomainError('INVALID_ARGUMENT', message);
  if (maxTimestamp === undefined && traceIds.length === 0) throw refuse('Either `max_timestamp_millis` or `trace_ids` must be specified.');
  if (maxTimestamp !== undefined && traceIds.length > 0) throw refuse('Only one of `max_timestamp_millis` and `trace_ids` can be specified.');
  if (traceIds.length > 0 && maxTraces !== undefined) throw refuse("`max_traces` can't be specified if `trace_ids` is specified.");
  if (maxTraces !== undefined && maxTraces <= 0) throw refuse(`\`max_traces\` must be a positive integer, received ${maxTraces}.`);
  if (traceIds.length > MAX_IDS) throw refuse(`A request can delete at most ${MAX_IDS} traces by id. Split it.`);
}
