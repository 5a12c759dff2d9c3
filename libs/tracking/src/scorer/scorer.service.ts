import { randomUUID } from 'node:crypto';
import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { findExperiment, resolveExperimentIds } from '../experiment/experiment.repository.js';
import { experimentNotFound, notActive } from '../tracking-errors.js';
import { checkSampleRate, checkScorerName, checkSerializedScorer, scorerNotFound, type OnlineScoring, type ScorerVersion } from './scorer.js';
import * as scorers from './scorer.repository.js';

/** Scorers of experiments of the context's project, by name. */
@Injectable()
export class ScorerService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Registers the next version of a scorer. Throws NOT_FOUND, INVALID_ARGUMENT, also for a deleted experiment. */
  async register(ctx: TenantContext, experimentId: string, name: string, serialized: string): Promise<ScorerVersion> {
    demand(ctx, 'experiment:write');
    checkSerializedScorer(serialized);
    checkScorerName(name);
    return this.db.tenantSql(ctx, async (tx) => {
      const experiment = await this.activeExperiment(tx, ctx, experimentId);
      const scorerId = await scorers.ensureScorer(tx, { id: randomUUID(), projectId: projectOf(ctx), experimentId: experiment, name });
      const version = await scorers.insertVersion(tx, scorerId, serialized, Date.now());
      await this.record(tx, ctx, 'register', scorerId, { name, experimentId, version });
      const made = await scorers.findVersion(tx, scorerId, version);
      if (made === null) throw new Error('the version was not inserted');
      return made;
    });
  }

  /** The newest version of each scorer of one experiment, by name. Throws NOT_FOUND; INVALID_ARGUMENT for a deleted one. */
  async list(ctx: TenantContext, experimentId: string): Promise<ScorerVersion[]> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, async (tx) => scorers.listNewest(tx, projectOf(ctx), [await this.activeExperiment(tx, ctx, experimentId)]));
  }

  /** The newest version of each scorer of several experiments, those that are active; of all for null. */
  async listAcross(ctx: TenantContext, experimentIds: readonly string[] | null): Promise<ScorerVersion[]> {
    demand(ctx, 'experiment:read');
    const ids = experimentIds?.map(parseExperimentId) ?? null;
    return this.db.tenantSql(ctx, async (tx) => scorers.listNewest(tx, projectOf(ctx), ids === null ? null : await resolveExperimentIds(tx, projectOf(ctx), ids)));
  }

  /** Oldest first. Throws NOT_FOUND. */
  async versions(ctx: TenantContext, experimentId: string, name: string): Promise<ScorerVersion[]> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, async (tx) => {
      const found = await scorers.listVersions(tx, await this.scorer(tx, ctx, experimentId, name));
      if (found.length === 0) throw scorerNotFound(experimentId, name);
      return found;
    });
  }

  /** A version; the newest one when none is named. Throws NOT_FOUND. */
  async get(ctx: TenantContext, experimentId: string, name: string, version?: number): Promise<ScorerVersion> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, async (tx) => {
      const found = await scorers.findVersion(tx, await this.scorer(tx, ctx, experimentId, name), version ?? null);
      if (found === null) throw scorerNotFound(experimentId, name, version);
      return found;
    });
  }

  /** Deletes one version, or all with the scorer when none is named. Throws NOT_FOUND. */
  async delete(ctx: TenantContext, experimentId: string, name: string, version?: number): Promise<void> {
    demand(ctx, 'run:delete');
    await this.db.tenantSql(ctx, async (tx) => {
      const id = await this.scorer(tx, ctx, experimentId, name);
      if ((await scorers.deleteVersions(tx, id, version ?? null)) === 0) throw scorerNotFound(experimentId, name, version);
      await this.record(tx, ctx, 'delete', id, { name, experimentId, version: version ?? 'all' });
    });
  }

  /** How scorers look at traces as they come in; scorers without a setting are left out. */
  async onlineScoring(ctx: TenantContext, scorerIds: readonly string[]): Promise<OnlineScoring[]> {
    demand(ctx, 'experiment:read');
    return this.db.tenantSql(ctx, (tx) => scorers.listOnlineScoring(tx, projectOf(ctx), scorerIds));
  }

  /**
   * Sets how a scorer looks at traces as they come in. Only scorers of a gateway's models can do that, which this server
   * does not have: a rate above 0 is refused in MLflow's words. Throws NOT_FOUND, INVALID_ARGUMENT.
   */
  async setOnlineScoring(ctx: TenantContext, experimentId: string, name: string, sampleRate: number, filter: string | null): Promise<OnlineScoring> {
    demand(ctx, 'experiment:write');
    checkSampleRate(sampleRate);
    return this.db.tenantSql(ctx, async (tx) => {
      const id = await this.scorer(tx, ctx, experimentId, name);
      if (sampleRate > 0) {
        throw new DomainError('INVALID_ARGUMENT', `Scorer '${name}' does not use a gateway model. Automatic evaluation is only supported for scorers that use gateway models.`, { field: 'sample_rate' });
      }
      await this.record(tx, ctx, 'set-online-scoring', id, { name, experimentId, sampleRate });
      return scorers.setOnlineScoring(tx, id, { configId: randomUUID(), sampleRate, filter });
    });
  }

  private async activeExperiment(tx: TenantSql, ctx: TenantContext, experimentId: string): Promise<bigint> {
    const id = parseExperimentId(experimentId);
    const found = await findExperiment(tx, projectOf(ctx), id);
    if (found === null) throw experimentNotFound(id);
    if (found.lifecycleStage !== 'active') throw notActive('experiment', found.experimentId, found.lifecycleStage);
    return found.id;
  }

  private async scorer(tx: TenantSql, ctx: TenantContext, experimentId: string, name: string): Promise<string> {
    const id = await scorers.lockScorer(tx, await this.activeExperiment(tx, ctx, experimentId), name);
    if (id === null) throw scorerNotFound(experimentId, name);
    return id;
  }

  private record(tx: TenantSql, ctx: TenantContext, verb: string, id: string, details: Readonly<Record<string, unknown>>): Promise<void> {
    return this.audit.record(tx, ctx, { action: `scorer.${verb}`, resourceType: 'scorer', resourceId: id, projectId: projectOf(ctx), details });
  }
}
