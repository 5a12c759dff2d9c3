import { AuditService } from '@modelyard/audit';
import { Database } from '@modelyard/db';
import { demand, DomainError, newRunId, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { repeatedKey } from '../entity-name.js';
import { parseExperimentId, type LifecycleStage, type Tag } from '../experiment/experiment.js';
import { randomName } from '../random-name.js';
import { RenderedJson } from '../rendered-json.js';
import { runNotFound } from '../tracking-errors.js';
import { checkTag } from './batch.js';
import { retried, tagArrays } from './batch.repository.js';
import { chosenRunName, RUN_NAME_TAG, type RunDocument, type RunInfo, type RunStatus } from './run.js';

export interface NewRun {
  /** As on the wire: empty or `0` is the project's Default. */
  readonly experimentId: string;
  readonly name?: string;
  /** Whoever the client says, also nobody (empty); the caller's name when absent. */
  readonly userId?: string;
  /** Milliseconds since the epoch; 0 when the client says nothing, as in MLflow. */
  readonly startTime?: number | bigint;
  readonly tags?: readonly Tag[];
}

export interface RunChange {
  readonly status?: RunStatus;
  readonly endTime?: number | bigint;
  readonly name?: string;
}

/** The life of a run. Runs of other projects are NOT_FOUND. */
@Injectable()
export class RunService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Throws NOT_FOUND for the experiment; INVALID_ARGUMENT when it is deleted, or for bad tags. */
  async create(ctx: TenantContext, input: NewRun): Promise<RenderedJson<RunDocument>> {
    demand(ctx, 'run:write');
    const experimentId = parseExperimentId(input.experimentId);
    const given = (input.tags ?? []).map((tag, index) => checkTag(tag, `tags[${index}].`));
    refuseRepeats(given);
    const name = chosenRunName(input.name, given) ?? randomName();
    const tags = [...given.filter((tag) => tag.key !== RUN_NAME_TAG), checkTag({ key: RUN_NAME_TAG, value: name }, '')];
    const runId = newRunId();
    const [row] = await retried(runId, () =>
      this.db.statement<{ document: string }>({
        name: 'create_run',
        text: 'SELECT tracking_create_run($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS document',
        values: [ctx.organizationId, projectOf(ctx), experimentId, runId, name, input.userId ?? ctx.actor.name, ctx.actor.name, input.startTime ?? 0, ...tagArrays(tags)],
      }),
    );
    if (row === undefined) throw new Error('the run was not made');
    return new RenderedJson(row.document);
  }

  /** A run with its latest metrics, params, tags, inputs and outputs; deleted ones too. Throws NOT_FOUND. */
  async get(ctx: TenantContext, runId: string): Promise<RenderedJson<RunDocument>> {
    demand(ctx, 'run:read');
    const [row] = await this.db.statement<{ document: string | null }>({
      name: 'get_run',
      text: 'SELECT tracking_get_run($1, $2, $3) AS document',
      values: [ctx.organizationId, projectOf(ctx), runId],
    });
    if (row?.document == null) throw runNotFound(runId);
    return new RenderedJson(row.document);
  }

  /** Changes what is given; a name is also set as tag `mlflow.runName`. Throws NOT_FOUND; INVALID_ARGUMENT for a deleted run. */
  async update(ctx: TenantContext, runId: string, change: RunChange): Promise<RenderedJson<RunInfo>> {
    demand(ctx, 'run:write');
    const name = change.name ? checkTag({ key: RUN_NAME_TAG, value: change.name }, '').value : null;
    const [row] = await retried(runId, () =>
      this.db.statement<{ info: string }>({
        name: 'update_run',
        text: 'SELECT tracking_update_run($1, $2, $3, $4, $5, $6) AS info',
        values: [ctx.organizationId, projectOf(ctx), runId, change.status ?? null, change.endTime ?? null, name],
      }),
    );
    if (row === undefined) throw runNotFound(runId);
    return new RenderedJson(row.info);
  }

  /** Marks a run as deleted; doing it again changes nothing. Throws NOT_FOUND. */
  async delete(ctx: TenantContext, runId: string): Promise<void> {
    await this.move(ctx, runId, 'deleted');
  }

  /** Takes the mark away; doing it again changes nothing. Throws NOT_FOUND. */
  async restore(ctx: TenantContext, runId: string): Promise<void> {
    await this.move(ctx, runId, 'active');
  }

  private async move(ctx: TenantContext, runId: string, stage: LifecycleStage): Promise<void> {
    demand(ctx, 'run:delete');
    await this.db.tenantSql(ctx, async (tx) => {
      const [run] = await tx.query<{ former: LifecycleStage }>({
        name: 'run_move',
        text: `UPDATE runs r SET lifecycle_stage = $4, deleted_time = CASE WHEN $4 = 'deleted' THEN $5::bigint END
               FROM (SELECT rid, lifecycle_stage AS former FROM runs WHERE organization_id = $1 AND project_id = $2 AND run_id = $3 FOR UPDATE) f
               WHERE r.organization_id = $1 AND r.rid = f.rid RETURNING f.former`,
        values: [ctx.organizationId, projectOf(ctx), runId, stage, Date.now()],
      });
      if (run === undefined) throw runNotFound(runId);
      if (run.former === stage) return;
      const action = stage === 'deleted' ? 'run.delete' : 'run.restore';
      await this.audit.record(tx, ctx, { action, resourceType: 'run', resourceId: runId, projectId: projectOf(ctx) });
    });
  }
}

/** MLflow's table takes no tag twice when a run is made. */
function refuseRepeats(tags: readonly Tag[]): void {
  const twice = repeatedKey(tags);
  if (twice !== undefined) throw new DomainError('INVALID_ARGUMENT', `The tag '${twice}' is given twice. Give each key once.`, { field: 'tags', mlflowCode: 'BAD_REQUEST' });
}
