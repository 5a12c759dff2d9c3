import { AuditService } from '@modelyard/audit';
import { Database, type TenantHandle } from '@modelyard/db';
import { demand, DomainError, newLoggedModelId, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { repeatedKey } from '../entity-name.js';
import { parseExperimentId, type Tag } from '../experiment/experiment.js';
import { findExperiment } from '../experiment/experiment.repository.js';
import { randomName } from '../random-name.js';
import type { RenderedJson } from '../rendered-json.js';
import { experimentNotFound, notActive } from '../tracking-errors.js';
import { checkEntries, checkLoggedModelName, loggedModelNotFound, type LoggedModelDocument, type LoggedModelStatus } from './logged-model.js';
import { findActive, findDocument, findStage, insertParams, upsertTags } from './logged-model.repository.js';

export interface NewLoggedModel {
  readonly experimentId: string;
  readonly name?: string;
  readonly modelType?: string;
  readonly sourceRunId?: string;
  readonly params?: readonly Tag[];
  readonly tags?: readonly Tag[];
}

/** Models as runs log them, before anybody registers one. Those of other projects are NOT_FOUND. */
@Injectable()
export class LoggedModelService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** A pending model, whose files go to its `artifact_uri`. Throws NOT_FOUND for the experiment, INVALID_ARGUMENT. */
  async create(ctx: TenantContext, input: NewLoggedModel): Promise<RenderedJson<LoggedModelDocument>> {
    demand(ctx, 'run:write');
    if (input.name !== undefined) checkLoggedModelName(input.name);
    checkEntries(input.params ?? [], 'params');
    refuseRepeats(input.params ?? []);
    checkEntries(input.tags ?? [], 'tags');
    const experimentId = parseExperimentId(input.experimentId);
    const modelId = newLoggedModelId();
    return this.db.tenant(ctx, async (tx) => {
      const experiment = await findExperiment(tx, projectOf(ctx), experimentId);
      if (experiment === null) throw experimentNotFound(experimentId);
      if (experiment.lifecycleStage !== 'active') throw notActive('experiment', experiment.experimentId, experiment.lifecycleStage);
      const now = Date.now();
      await tx.prisma.loggedModel.create({
        data: {
          organizationId: ctx.organizationId,
          modelId,
          projectId: projectOf(ctx),
          experimentId: experiment.id,
          name: input.name ?? randomName(),
          artifactUri: `${experiment.artifactLocation.replace(/\/+$/, '')}/models/${modelId}/artifacts`,
          modelType: input.modelType || null,
          sourceRunId: input.sourceRunId || null,
          createdBy: ctx.actor.name,
          creationTimestamp: now,
          lastUpdatedTimestamp: now,
        },
        select: { modelId: true },
      });
      await insertParams(tx, modelId, input.params ?? []);
      await upsertTags(tx, modelId, input.tags ?? []);
      return this.document(tx, ctx, modelId);
    });
  }

  /** Throws NOT_FOUND, for a deleted model unless `withDeleted`. */
  async get(ctx: TenantContext, modelId: string, withDeleted = false): Promise<RenderedJson<LoggedModelDocument>> {
    demand(ctx, 'run:read');
    const found = await this.db.tenantSql(ctx, (tx) => findDocument(tx, projectOf(ctx), modelId, withDeleted));
    if (found === null) throw loggedModelNotFound(modelId);
    return found;
  }

  /** Says that the files are there, or that the upload failed. Throws NOT_FOUND. */
  async finalize(ctx: TenantContext, modelId: string, status: LoggedModelStatus): Promise<RenderedJson<LoggedModelDocument>> {
    return this.change(ctx, modelId, async (tx) => {
      await tx.prisma.loggedModel.update({ where: key(tx, modelId), data: { status, lastUpdatedTimestamp: Date.now() }, select: { modelId: true } });
      return this.document(tx, ctx, modelId);
    });
  }

  /** Marks a model as deleted; afterwards it is NOT_FOUND, but for deleting it again. */
  async delete(ctx: TenantContext, modelId: string): Promise<void> {
    demand(ctx, 'run:delete');
    if ((await this.db.tenantSql(ctx, (tx) => findStage(tx, projectOf(ctx), modelId))) === 'deleted') return;
    await this.change(ctx, modelId, async (tx, name) => {
      await tx.prisma.loggedModel.update({ where: key(tx, modelId), data: { lifecycleStage: 'deleted', lastUpdatedTimestamp: Date.now() }, select: { modelId: true } });
      await this.audit.record(tx, ctx, { action: 'logged_model.delete', resourceType: 'logged_model', resourceId: modelId, projectId: projectOf(ctx), details: { name } });
    });
  }

  /** Throws NOT_FOUND, INVALID_ARGUMENT. */
  async logParams(ctx: TenantContext, modelId: string, params: readonly Tag[]): Promise<void> {
    checkEntries(params, 'params');
    await this.change(ctx, modelId, (tx) => insertParams(tx, modelId, params));
  }

  /** Throws NOT_FOUND, INVALID_ARGUMENT. */
  async setTags(ctx: TenantContext, modelId: string, tags: readonly Tag[]): Promise<void> {
    checkEntries(tags, 'tags');
    await this.change(ctx, modelId, (tx) => upsertTags(tx, modelId, tags));
  }

  /** Throws NOT_FOUND when there is no such model or tag. */
  async deleteTag(ctx: TenantContext, modelId: string, tagKey: string): Promise<void> {
    await this.change(ctx, modelId, async (tx) => {
      const { count } = await tx.prisma.loggedModelTag.deleteMany({ where: { organizationId: ctx.organizationId, modelId, key: tagKey } });
      if (count === 0) throw new DomainError('NOT_FOUND', `No tag with key '${tagKey.slice(0, 250)}' found for model with ID '${modelId}'.`);
    });
  }

  private change<T>(ctx: TenantContext, modelId: string, work: (tx: TenantHandle, name: string) => Promise<T>): Promise<T> {
    demand(ctx, 'run:write');
    return this.db.tenant(ctx, async (tx) => {
      const found = await findActive(tx, projectOf(ctx), modelId);
      if (found === null) throw loggedModelNotFound(modelId);
      return work(tx, found.name);
    });
  }

  private async document(tx: TenantHandle, ctx: TenantContext, modelId: string): Promise<RenderedJson<LoggedModelDocument>> {
    const found = await findDocument(tx, projectOf(ctx), modelId, false);
    if (found === null) throw loggedModelNotFound(modelId);
    return found;
  }
}

function key(tx: TenantHandle, modelId: string) {
  return { organizationId_modelId: { organizationId: tx.organizationId, modelId } };
}

/** MLflow's table takes no param twice when a model is made. */
function refuseRepeats(params: readonly Tag[]): void {
  const twice = repeatedKey(params);
  if (twice !== undefined) throw new DomainError('INVALID_ARGUMENT', `The param '${twice}' is given twice. Give each key once.`, { field: 'params', mlflowCode: 'BAD_REQUEST' });
}
