import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { findExperiment, resolveExperimentIds } from '../experiment/experiment.repository.js';
import { checkDatasetName, datasetDigest, newDatasetId, USER_TAG, type EvaluationDataset } from './evaluation-dataset.js';
import * as datasets from './evaluation-dataset.repository.js';

export interface NewEvaluationDataset {
  readonly name: string;
  /** Ids of the wire. */
  readonly experimentIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

/** Evaluation datasets of the context's project. */
@Injectable()
export class EvaluationDatasetService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Names need not be unique. Throws INVALID_ARGUMENT, NOT_FOUND for an experiment. */
  async create(ctx: TenantContext, input: NewEvaluationDataset): Promise<EvaluationDataset> {
    demand(ctx, 'experiment:write');
    checkDatasetName(input.name);
    const { name, tags } = input;
    const id = newDatasetId();
    const now = Date.now();
    return this.db.tenantSql(ctx, async (tx) => {
      const experiments = await this.experiments(tx, ctx, input.experimentIds);
      await datasets.insertDataset(tx, projectOf(ctx), { id, name, digest: datasetDigest(name, now), now, user: tags[USER_TAG] ?? null });
      await datasets.setTags(tx, id, tags);
      await datasets.addExperiments(tx, id, experiments);
      await this.record(tx, ctx, 'create', id, { name, experimentIds: input.experimentIds });
      return this.found(tx, ctx, id);
    });
  }

  /** Throws NOT_FOUND. */
  async get(ctx: TenantContext, id: string): Promise<EvaluationDataset> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, (tx) => this.found(tx, ctx, id));
  }

  /** Deletes it with its records. One that is not there is no error. */
  async delete(ctx: TenantContext, id: string): Promise<void> {
    demand(ctx, 'run:delete');
    await this.db.tenantSql(ctx, async (tx) => {
      const found = await datasets.lockDataset(tx, projectOf(ctx), id);
      if (found === null) return;
      await datasets.deleteDataset(tx, id);
      await this.record(tx, ctx, 'delete', id, { name: found.name });
    });
  }

  /** Adds tags to those that are there. Throws NOT_FOUND. */
  async setTags(ctx: TenantContext, id: string, tags: Readonly<Record<string, string>>): Promise<void> {
    demand(ctx, 'experiment:write');
    await this.db.tenantSql(ctx, async (tx) => {
      if ((await datasets.lockDataset(tx, projectOf(ctx), id)) === null) throw new DomainError('NOT_FOUND', `Could not find evaluation dataset with ID ${id.slice(0, 1000)}`);
      await datasets.setTags(tx, id, tags);
      await this.record(tx, ctx, 'set-tags', id, { keys: Object.keys(tags) });
    });
  }

  /** A tag or dataset that is not there is no error. */
  async deleteTag(ctx: TenantContext, id: string, key: string): Promise<void> {
    demand(ctx, 'experiment:write');
    await this.db.tenantSql(ctx, async (tx) => {
      const found = await datasets.lockDataset(tx, projectOf(ctx), id);
      if (found !== null && (await datasets.deleteTag(tx, id, key))) await this.record(tx, ctx, 'delete-tag', id, { key });
    });
  }

  /** Ids of the wire; none for a dataset that is not there. */
  async experimentIds(ctx: TenantContext, id: string): Promise<string[]> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, (tx) => datasets.listExperiments(tx, projectOf(ctx), id));
  }

  /** Throws NOT_FOUND for the dataset or an experiment. */
  async addExperiments(ctx: TenantContext, id: string, experimentIds: readonly string[]): Promise<EvaluationDataset> {
    return this.change(ctx, id, async (tx) => {
      await datasets.addExperiments(tx, id, await this.experiments(tx, ctx, experimentIds));
      await datasets.touchDataset(tx, id, Date.now());
      await this.record(tx, ctx, 'add-experiments', id, { experimentIds });
    });
  }

  /** Experiments that it is not part of are no error. Throws NOT_FOUND. */
  async removeExperiments(ctx: TenantContext, id: string, experimentIds: readonly string[]): Promise<EvaluationDataset> {
    return this.change(ctx, id, async (tx) => {
      const removed = await datasets.removeExperiments(tx, id, await resolveExperimentIds(tx, projectOf(ctx), experimentIds.map(parseExperimentId)));
      if (removed === 0) return;
      await datasets.touchDataset(tx, id, Date.now());
      await this.record(tx, ctx, 'remove-experiments', id, { experimentIds });
    });
  }

  private async change(ctx: TenantContext, id: string, work: (tx: TenantSql) => Promise<void>): Promise<EvaluationDataset> {
    demand(ctx, 'experiment:write');
    return this.db.tenantSql(ctx, async (tx) => {
      if ((await datasets.lockDataset(tx, projectOf(ctx), id)) === null) throw new DomainError('NOT_FOUND', `Dataset '${id.slice(0, 1000)}' not found`);
      await work(tx);
      return this.found(tx, ctx, id);
    });
  }

  private async found(tx: TenantSql, ctx: TenantContext, id: string): Promise<EvaluationDataset> {
    const found = await datasets.findDataset(tx, projectOf(ctx), id);
    if (found === null) throw new DomainError('NOT_FOUND', `Evaluation dataset with id '${id.slice(0, 1000)}' not found`);
    return found;
  }

  private async experiments(tx: TenantSql, ctx: TenantContext, ids: readonly string[]): Promise<bigint[]> {
    const found: bigint[] = [];
    for (const id of new Set(ids)) {
      const experiment = await findExperiment(tx, projectOf(ctx), parseExperimentId(id));
      if (experiment === null) throw new DomainError('NOT_FOUND', `No Experiment with id=${id.slice(0, 100)}`);
      found.push(experiment.id);
    }
    return found;
  }

  private record(tx: TenantSql, ctx: TenantContext, verb: string, id: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, ctx, { action: `evaluation-dataset.${verb}`, resourceType: 'evaluation_dataset', resourceId: id, projectId: projectOf(ctx), details });
  }
}
