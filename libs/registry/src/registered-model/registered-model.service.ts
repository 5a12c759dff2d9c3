import { AuditService } from '@modelyard/audit';
import { Database, type TenantHandle } from '@modelyard/db';
import { demand, DomainError, isDomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { ChangeGate } from '../change-gate.js';
import { AliasService } from '../model-alias/model-alias.service.js';
import type { ModelVersion, Stage } from '../model-version/model-version.js';
import { recordChange } from '../registry-audit.js';
import { announce, tagsOf } from '../webhook/announce.js';
import { modelNotFound, nameTaken } from '../registry-errors.js';
import { checkDescription, checkModelName, checkNewModelName, checkRegistryTag, checkTagKey, type Tag } from '../registry-names.js';
import { hasPromptTag, type RegisteredModel } from './registered-model.js';
import * as models from './registered-model.repository.js';

type LockedModel = NonNullable<Awaited<ReturnType<typeof models.lockModel>>>;

/** Registered models and prompts of the context's project, by name. */
@Injectable()
export class RegisteredModelService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly gate: ChangeGate,
    private readonly aliases: AliasService,
  ) {}

  /** Throws NOT_FOUND. */
  async get(ctx: TenantContext, name: string): Promise<RegisteredModel> {
    demand(ctx, 'model:read');
    checkModelName(name);
    const found = await this.db.tenantSql(ctx, (tx) => models.findModel(tx, projectOf(ctx), name));
    if (found === null) throw modelNotFound(name);
    return found;
  }

  /** The newest version of each of the stages; of all four when none is named. Throws NOT_FOUND. */
  async latestVersions(ctx: TenantContext, name: string, stages: readonly Stage[] = []): Promise<readonly ModelVersion[]> {
    demand(ctx, 'model:read');
    checkModelName(name);
    const found = await this.db.tenantSql(ctx, (tx) => models.findLatestVersions(tx, projectOf(ctx), name));
    if (found === null) throw modelNotFound(name);
    return stages.length === 0 ? found : found.filter((version) => stages.includes(version.stage));
  }

  /** Makes a model, or a prompt when the tags say so. Throws ALREADY_EXISTS, INVALID_ARGUMENT. */
  async create(ctx: TenantContext, input: { name: string; description?: string; tags?: readonly Tag[] }): Promise<RegisteredModel> {
    demand(ctx, 'model:write');
    checkNewModelName(input.name);
    const { name, description = null, tags = [] } = input;
    tags.forEach(checkRegistryTag);
    if (description !== null) checkDescription(description);
    return this.db.tenant(ctx, async (tx) => {
      const projectId = projectOf(ctx);
      const isPrompt = hasPromptTag(tags);
      const id = await models.insertModel(tx, { projectId, name, description, userName: ctx.actor.name, now: Date.now(), tags });
      if (id === null) throw await this.taken(tx, ctx, name, isPrompt);
      await recordChange(this.audit, tx, ctx, { id, projectId, name }, { action: 'model.create', details: { isPrompt } });
      await announce(tx, ctx, { projectId, isPrompt }, 'created', { name, tags: tagsOf(tags, isPrompt), description });
      return this.found(tx, ctx, name);
    });
  }

  /** Sets the description. Throws NOT_FOUND. */
  async update(ctx: TenantContext, name: string, description: string): Promise<RegisteredModel> {
    demand(ctx, 'model:write');
    checkDescription(description);
    return this.change(ctx, name, async (tx, model) => {
      await models.setDescription(tx, model.id, description, Date.now());
      await recordChange(this.audit, tx, ctx, model, { action: 'model.update' });
      return this.found(tx, ctx, name);
    });
  }

  /** Versions, tags and aliases stay with the model. Throws NOT_FOUND, ALREADY_EXISTS. */
  async rename(ctx: TenantContext, name: string, newName: string): Promise<RegisteredModel> {
    demand(ctx, 'model:write');
    checkNewModelName(newName, 'new_name');
    try {
      return await this.change(ctx, name, async (tx, model) => {
        await models.renameModel(tx, model.id, newName, Date.now());
        await recordChange(this.audit, tx, ctx, model, { action: 'model.rename', details: { to: newName } });
        return this.found(tx, ctx, newName);
      });
    } catch (error) {
      if (!isDomainError(error, 'ALREADY_EXISTS')) throw error;
      throw new DomainError('ALREADY_EXISTS', `Registered Model (name=${newName}) already exists.`, { field: 'new_name' }, { cause: error });
    }
  }

  /** Deletes the model and all its versions for good; files stay where they are. Throws NOT_FOUND, and what policy says. */
  async delete(ctx: TenantContext, name: string): Promise<void> {
    demand(ctx, 'model:delete');
    await this.change(ctx, name, async (tx, model) => {
      await this.gate.check(tx, ctx, { kind: 'delete', model, version: null });
      await this.aliases.removeAll(tx, ctx, model, null);
      await models.deleteModel(tx, model.id);
      await recordChange(this.audit, tx, ctx, model, { action: 'model.delete' });
    });
  }

  /** Throws NOT_FOUND. */
  async setTag(ctx: TenantContext, name: string, tag: Tag): Promise<void> {
    demand(ctx, 'model:write');
    checkModelName(name);
    checkRegistryTag(tag);
    await this.change(ctx, name, async (tx, model) => {
      await models.setModelTags(tx, model.id, [tag]);
      await recordChange(this.audit, tx, ctx, model, { action: 'model.set-tag', details: { key: tag.key } });
      await announce(tx, ctx, model, 'tag.set', { name, ...tag });
    });
  }

  /** A tag that is not there is no error. Throws NOT_FOUND for the model. */
  async deleteTag(ctx: TenantContext, name: string, key: string): Promise<void> {
    demand(ctx, 'model:write');
    checkModelName(name);
    checkTagKey(key);
    await this.change(ctx, name, async (tx, model) => {
      await models.deleteModelTag(tx, model.id, key);
      await recordChange(this.audit, tx, ctx, model, { action: 'model.delete-tag', details: { key } });
      await announce(tx, ctx, model, 'tag.deleted', { name, key });
    });
  }

  private async change<T>(ctx: TenantContext, name: string, work: (tx: TenantHandle, model: LockedModel) => Promise<T>): Promise<T> {
    checkModelName(name);
    return this.db.tenant(ctx, async (tx) => {
      const model = await models.lockModel(tx, projectOf(ctx), name);
      if (model === null) throw modelNotFound(name);
      return work(tx, model);
    });
  }

  private async found(tx: TenantHandle, ctx: TenantContext, name: string): Promise<RegisteredModel> {
    const found = await models.findModel(tx, projectOf(ctx), name);
    if (found === null) throw modelNotFound(name);
    return found;
  }

  private async taken(tx: TenantHandle, ctx: TenantContext, name: string, isPrompt: boolean): Promise<DomainError> {
    const existing = await models.findModel(tx, projectOf(ctx), name);
    return nameTaken(name, hasPromptTag(existing?.tags ?? []) ? 'prompt' : 'model', isPrompt ? 'prompt' : 'model');
  }
}
