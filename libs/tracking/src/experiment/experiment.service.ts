import { AuditService } from '@modelyard/audit';
import { Database, type TenantHandle } from '@modelyard/db';
import { demand, DomainError, isDomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { experimentNotFound, notActive } from '../tracking-errors.js';
import { checkArtifactLocation, checkExperimentName, checkExperimentTag, checkExperimentTags, parseExperimentId, type Experiment, type Tag } from './experiment.js';
import { findExperiment, findExperimentByName, insertExperiment, setStage } from './experiment.repository.js';

export interface NewExperiment {
  readonly name: string;
  /** Where artifacts go; the server's own store when absent or empty. */
  readonly artifactLocation?: string;
  readonly tags?: readonly Tag[];
}

/** Experiments of the context's project. Ids are those of the wire: `0` is the project's Default. */
@Injectable()
export class ExperimentService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Throws NOT_FOUND. Deleted experiments are returned too. */
  async get(ctx: TenantContext, experimentId: string): Promise<Experiment> {
    demand(ctx, 'experiment:read');
    const id = parseExperimentId(experimentId);
    const found = await this.db.tenantSql(ctx, (tx) => findExperiment(tx, projectOf(ctx), id));
    if (found === null) throw experimentNotFound(id);
    return found;
  }

  /** Active or deleted. Throws NOT_FOUND. */
  async getByName(ctx: TenantContext, name: string): Promise<Experiment> {
    demand(ctx, 'experiment:read');
    const found = await this.db.tenantSql(ctx, (tx) => findExperimentByName(tx, projectOf(ctx), name));
    if (found === null) throw new DomainError('NOT_FOUND', `Could not find experiment with name '${name.slice(0, 1000)}'`);
    return found;
  }

  /** Throws ALREADY_EXISTS when the name is taken, also by a deleted experiment; INVALID_ARGUMENT. */
  async create(ctx: TenantContext, input: NewExperiment): Promise<Experiment> {
    demand(ctx, 'experiment:write');
    checkExperimentName(input.name);
    const tags = input.tags ?? [];
    checkExperimentTags(tags);
    const artifactLocation = input.artifactLocation || null;
    if (artifactLocation !== null) checkArtifactLocation(artifactLocation);
    return this.named(input.name, () =>
      this.db.tenant(ctx, async (tx) => {
        const id = await insertExperiment(tx, projectOf(ctx), { name: input.name, artifactLocation, tags, now: Date.now() });
        await this.record(tx, ctx, 'create', id, { name: input.name });
        return this.found(tx, ctx, id);
      }),
    );
  }

  /** Throws ALREADY_EXISTS, NOT_FOUND; FAILED_PRECONDITION for a deleted experiment. */
  async rename(ctx: TenantContext, experimentId: string, name: string): Promise<void> {
    demand(ctx, 'experiment:write');
    checkExperimentName(name);
    await this.named(name, () =>
      this.db.tenant(ctx, async (tx) => {
        const { id, lifecycleStage, name: former } = await this.found(tx, ctx, parseExperimentId(experimentId));
        if (lifecycleStage !== 'active') throw new DomainError('FAILED_PRECONDITION', 'Cannot rename a non-active experiment. Restore it first.');
        await tx.prisma.experiment.update({ where: key(tx, id), data: { name, lastUpdateTime: Date.now() } });
        await this.record(tx, ctx, 'rename', id, { from: former, to: name });
      }),
    );
  }

  /** Marks the experiment and all its runs as deleted. Throws NOT_FOUND, also when it is deleted already. */
  async delete(ctx: TenantContext, experimentId: string): Promise<void> {
    await this.move(ctx, experimentId, 'deleted');
  }

  /** Brings the experiment and all its runs back, also runs deleted before it. Throws NOT_FOUND when it is not deleted. */
  async restore(ctx: TenantContext, experimentId: string): Promise<void> {
    await this.move(ctx, experimentId, 'active');
  }

  /** Throws NOT_FOUND; INVALID_ARGUMENT for a deleted experiment. */
  async setTag(ctx: TenantContext, experimentId: string, tag: Tag): Promise<void> {
    demand(ctx, 'experiment:write');
    checkExperimentTag(tag);
    await this.db.tenant(ctx, async (tx) => {
      const { organizationId } = ctx;
      const { id } = await this.active(tx, ctx, experimentId);
      const where = { organizationId_experimentId_key: { organizationId, experimentId: id, key: tag.key } };
      await tx.prisma.experimentTag.upsert({ where, create: { organizationId, experimentId: id, ...tag }, update: { value: tag.value } });
    });
  }

  /** Throws NOT_FOUND when there is no such experiment or tag. */
  async deleteTag(ctx: TenantContext, experimentId: string, tagKey: string): Promise<void> {
    demand(ctx, 'experiment:write');
    await this.db.tenant(ctx, async (tx) => {
      const { id } = await this.active(tx, ctx, experimentId);
      const { count } = await tx.prisma.experimentTag.deleteMany({ where: { organizationId: ctx.organizationId, experimentId: id, key: tagKey } });
      if (count === 0) throw new DomainError('NOT_FOUND', `No tag with name: ${tagKey.slice(0, 1000)} in experiment with id ${experimentId}`);
    });
  }

  private async move(ctx: TenantContext, experimentId: string, stage: 'active' | 'deleted'): Promise<void> {
    demand(ctx, 'experiment:delete');
    await this.db.tenant(ctx, async (tx) => {
      const { id, lifecycleStage, name } = await this.found(tx, ctx, parseExperimentId(experimentId));
      if (lifecycleStage === stage) throw experimentNotFound(experimentId);
      await setStage(tx, id, stage, Date.now());
      await this.record(tx, ctx, stage === 'deleted' ? 'delete' : 'restore', id, { name });
    });
  }

  private async found(tx: TenantHandle, ctx: TenantContext, id: bigint): Promise<Experiment> {
    const found = await findExperiment(tx, projectOf(ctx), id);
    if (found === null) throw experimentNotFound(id);
    return found;
  }

  private async active(tx: TenantHandle, ctx: TenantContext, experimentId: string): Promise<Experiment> {
    const found = await this.found(tx, ctx, parseExperimentId(experimentId));
    if (found.lifecycleStage !== 'active') throw notActive('experiment', found.experimentId, found.lifecycleStage);
    return found;
  }

  private async named<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDomainError(error, 'ALREADY_EXISTS')) throw error;
      throw new DomainError('ALREADY_EXISTS', `Experiment(name=${name}) already exists. Choose another name, or restore it if it was deleted.`, { field: 'name' }, { cause: error });
    }
  }

  private record(tx: TenantHandle, ctx: TenantContext, verb: string, id: bigint, details: Record<string, string>): Promise<void> {
    return this.audit.record(tx, ctx, { action: `experiment.${verb}`, resourceType: 'experiment', resourceId: id, projectId: projectOf(ctx), details });
  }
}

function key(tx: TenantHandle, id: bigint) {
  return { organizationId_id: { organizationId: tx.organizationId, id } };
}
