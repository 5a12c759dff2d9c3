import { AuditService } from '@modelyard/audit';
import { Database, type TenantHandle } from '@modelyard/db';
import { demand, projectOf, type TenantContext } from '@modelyard/kernel';
import { checkLength, tagRegistration } from '@modelyard/tracking';
import { Injectable } from '@nestjs/common';
import { ChangeGate } from '../change-gate.js';
import { AliasService } from '../model-alias/model-alias.service.js';
import { hasPromptTag } from '../registered-model/registered-model.js';
import { lockModel, touchModel } from '../registered-model/registered-model.repository.js';
import { recordChange } from '../registry-audit.js';
import { modelNotFound, versionNotFound } from '../registry-errors.js';
import { checkDescription, checkModelName, checkRegistryTag, checkTagKey, type Tag } from '../registry-names.js';
import { announce, newVersionData } from '../webhook/announce.js';
import { RegistryOptions } from '../registry-options.js';
import { checkArchiving, type ModelVersion, type Stage } from './model-version.js';
import * as versions from './model-version.repository.js';
import { resolveVersionSource, type SourceClaim } from './resolve-version-source.js';
import { checkPromptSource, type ResolvedSource } from './version-source.js';

export interface NewModelVersion extends SourceClaim {
  readonly name: string;
  readonly runLink?: string;
  readonly description?: string;
  readonly tags?: readonly Tag[];
}

type LockedModel = NonNullable<Awaited<ReturnType<typeof lockModel>>>;

const MAX_LINK_LENGTH = 500;

/** Versions of registered models and of prompts, by model name and number. */
@Injectable()
export class ModelVersionService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly gate: ChangeGate,
    private readonly aliases: AliasService,
    private readonly options: RegistryOptions,
  ) {}

  /** Throws NOT_FOUND, also for a deleted version. */
  async get(ctx: TenantContext, name: string, version: number): Promise<ModelVersion> {
    demand(ctx, 'model:read');
    checkModelName(name);
    return this.db.tenantSql(ctx, async (tx) => {
      const found = await versions.findVersion(tx, projectOf(ctx), name, version);
      if (found === null) throw versionNotFound(name, version);
      return found;
    });
  }

  /**
   * Makes the next version of a model. Its files must lie in this project (`resolveVersionSource`); a prompt has none.
   * Throws NOT_FOUND for the model, INVALID_ARGUMENT.
   */
  async create(ctx: TenantContext, input: NewModelVersion): Promise<ModelVersion> {
    demand(ctx, 'model:write');
    checkNewVersion(input);
    const { name, tags = [] } = input;
    return this.db.tenant(ctx, async (tx) => {
      const resolved = await this.resolve(tx, ctx, input);
      const model = await lockModel(tx, projectOf(ctx), name);
      if (model === null) throw modelNotFound(name);
      const row = { ...resolved, tags, description: input.description ?? '', runLink: input.runLink ?? null, userName: ctx.actor.name, now: Date.now() };
      const version = await versions.insertVersion(tx, model, row);
      if (resolved.modelId !== null) await tagRegistration(tx, resolved.modelId, { name, version });
      await recordChange(this.audit, tx, ctx, model, { action: 'model-version.create', version, details: { ...resolved } });
      const isPrompt = hasPromptTag(tags);
      await announce(tx, ctx, { projectId: model.projectId, isPrompt }, 'version.created', newVersionData({ ...input, version, tags }, isPrompt));
      return this.found(tx, ctx, name, version);
    });
  }

  /** Sets the description; null takes it away. Throws NOT_FOUND. */
  async update(ctx: TenantContext, name: string, version: number, description: string | null): Promise<ModelVersion> {
    demand(ctx, 'model:write');
    if (description !== null) checkDescription(description);
    return this.change(ctx, name, version, async (tx, found) => {
      await versions.updateVersion(tx, found, { description, now: Date.now() });
      await recordChange(this.audit, tx, ctx, referenceOf(found), { action: 'model-version.update', version });
      return this.found(tx, ctx, name, version);
    });
  }

  /** Moves a version to a stage, and if asked all others of that stage to Archived. Throws NOT_FOUND, and what policy says. */
  async transition(ctx: TenantContext, name: string, version: number, stage: Stage, archiveExisting: boolean): Promise<ModelVersion> {
    demand(ctx, 'model:promote');
    if (archiveExisting) checkArchiving(stage);
    return this.change(ctx, name, version, async (tx, found) => {
      const now = Date.now();
      await this.gate.check(tx, ctx, { kind: 'stage', model: referenceOf(found), version, fromStage: found.stage, toStage: stage });
      const archived = archiveExisting ? await versions.archiveOthers(tx, found, stage, now) : [];
      await versions.updateVersion(tx, found, { stage, now });
      await touchModel(tx, found.registeredModelId, now);
      await recordChange(this.audit, tx, ctx, referenceOf(found), { action: 'model-version.transition', version, details: { from: found.stage, to: stage, archived } });
      return this.found(tx, ctx, name, version);
    });
  }

  /** Leaves a tombstone whose number is never used again; the audit log keeps source and run. Throws NOT_FOUND, and what policy says. */
  async delete(ctx: TenantContext, name: string, version: number): Promise<void> {
    demand(ctx, 'model:delete');
    await this.change(ctx, name, version, async (tx, found) => {
      const model = referenceOf(found);
      const now = Date.now();
      await this.gate.check(tx, ctx, { kind: 'delete', model, version });
      await this.aliases.removeAll(tx, ctx, model, version);
      await versions.buryVersion(tx, found, now);
      await touchModel(tx, found.registeredModelId, now);
      const { source, storageLocation, runId, modelId } = found;
      await recordChange(this.audit, tx, ctx, model, { action: 'model-version.delete', version, details: { source, storageLocation, runId, modelId } });
    });
  }

  /** Throws NOT_FOUND. */
  async setTag(ctx: TenantContext, name: string, version: number, tag: Tag): Promise<void> {
    demand(ctx, 'model:write');
    checkRegistryTag(tag);
    await this.change(ctx, name, version, async (tx, found, model) => {
      await versions.setVersionTags(tx, found.registeredModelId, version, [tag]);
      await recordChange(this.audit, tx, ctx, referenceOf(found), { action: 'model-version.set-tag', version, details: { key: tag.key } });
      await announce(tx, ctx, model, 'version_tag.set', { name, version: String(version), ...tag });
    });
  }

  /** A tag that is not there is no error. Throws NOT_FOUND for the version. */
  async deleteTag(ctx: TenantContext, name: string, version: number, key: string): Promise<void> {
    demand(ctx, 'model:write');
    checkTagKey(key);
    await this.change(ctx, name, version, async (tx, found, model) => {
      await versions.deleteVersionTag(tx, found.registeredModelId, version, key);
      await recordChange(this.audit, tx, ctx, referenceOf(found), { action: 'model-version.delete-tag', version, details: { key } });
      await announce(tx, ctx, model, 'version_tag.deleted', { name, version: String(version), key });
    });
  }

  private async resolve(tx: TenantHandle, ctx: TenantContext, input: NewModelVersion): Promise<ResolvedSource> {
    if (!hasPromptTag(input.tags ?? [])) return resolveVersionSource(tx, projectOf(ctx), input, this.options.origin);
    checkPromptSource(input.source);
    return { source: input.source, storageLocation: input.source, runId: null, modelId: null };
  }

  private async change<T>(ctx: TenantContext, name: string, version: number, work: (tx: TenantHandle, found: ModelVersion, model: LockedModel) => Promise<T>): Promise<T> {
    checkModelName(name);
    return this.db.tenant(ctx, async (tx) => {
      const model = await lockModel(tx, projectOf(ctx), name);
      if (model === null) throw versionNotFound(name, version);
      return work(tx, await this.found(tx, ctx, name, version), model);
    });
  }

  private async found(tx: TenantHandle, ctx: TenantContext, name: string, version: number): Promise<ModelVersion> {
    const found = await versions.findVersion(tx, projectOf(ctx), name, version);
    if (found === null) throw versionNotFound(name, version);
    return found;
  }
}

function checkNewVersion({ name, tags = [], description, runLink }: NewModelVersion): void {
  checkModelName(name);
  tags.forEach(checkRegistryTag);
  if (description !== undefined) checkDescription(description);
  if (runLink !== undefined) checkLength(runLink, MAX_LINK_LENGTH, 'run_link');
}

function referenceOf({ registeredModelId, projectId, name }: ModelVersion) {
  return { id: registeredModelId, projectId, name };
}
