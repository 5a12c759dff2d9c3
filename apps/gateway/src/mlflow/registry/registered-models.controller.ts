import { Controller } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { AliasService, parseVersion, RegisteredModelSearchService, RegisteredModelService } from '@modelyard/registry';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { absentIfEmpty, listedVersionMessage, modelVersionMessage } from './model-versions.wire.js';
import * as wire from './registered-models.wire.js';

/** MLflow's registered models; prompts go through the same calls. */
@Controller()
export class RegisteredModelsController {
  constructor(
    private readonly models: RegisteredModelService,
    private readonly searches: RegisteredModelSearchService,
    private readonly aliases: AliasService,
  ) {}

  @MlflowRoute('POST', '/mlflow/registered-models/create')
  @Can('model:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.CREATE) message: z.output<typeof wire.CREATE>) {
    return { registered_model: wire.registeredModelMessage(await this.models.create(ctx, message)) };
  }

  @MlflowRoute('GET', '/mlflow/registered-models/get')
  @Can('model:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.NAMED) { name }: z.output<typeof wire.NAMED>) {
    return { registered_model: wire.registeredModelMessage(await this.models.get(ctx, name)) };
  }

  @MlflowRoute('POST', '/mlflow/registered-models/rename')
  @Can('model:write')
  async rename(@Ctx() ctx: TenantContext, @Message(wire.RENAME) { name, new_name: newName }: z.output<typeof wire.RENAME>) {
    return { registered_model: wire.registeredModelMessage(await this.models.rename(ctx, name, newName)) };
  }

  @MlflowRoute('PATCH', '/mlflow/registered-models/update')
  @Can('model:write')
  async update(@Ctx() ctx: TenantContext, @Message(wire.UPDATE) { name, description }: z.output<typeof wire.UPDATE>) {
    return { registered_model: wire.registeredModelMessage(await this.models.update(ctx, name, description)) };
  }

  @MlflowRoute('DELETE', '/mlflow/registered-models/delete')
  @Can('model:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.NAMED) { name }: z.output<typeof wire.NAMED>) {
    await this.models.delete(ctx, name);
    return {};
  }

  @MlflowRoute('GET', '/mlflow/registered-models/search')
  @Can('model:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.SEARCH) message: z.output<typeof wire.SEARCH>) {
    const { filter, order_by: orderBy, page_token: pageToken, max_results: maxResults } = message;
    const page = await this.searches.search(ctx, { filter, orderBy, pageToken, maxResults });
    return { registered_models: absentIfEmpty(page.items.map(wire.registeredModelMessage)), next_page_token: page.nextCursor ?? undefined };
  }

  @MlflowRoute('POST', '/mlflow/registered-models/get-latest-versions')
  @Can('model:read')
  async latestVersions(@Ctx() ctx: TenantContext, @Message(wire.LATEST_VERSIONS) { name, stages }: z.output<typeof wire.LATEST_VERSIONS>) {
    const versions = await this.models.latestVersions(ctx, name, wire.stagesOf(stages));
    return { model_versions: absentIfEmpty(versions.map(listedVersionMessage)) };
  }

  @MlflowRoute('GET', '/mlflow/registered-models/get-latest-versions')
  @Can('model:read')
  latestVersionsByQuery(@Ctx() ctx: TenantContext, @Message(wire.LATEST_VERSIONS) message: z.output<typeof wire.LATEST_VERSIONS>) {
    return this.latestVersions(ctx, message);
  }

  @MlflowRoute('POST', '/mlflow/registered-models/set-tag')
  @Can('model:write')
  async setTag(@Ctx() ctx: TenantContext, @Message(wire.SET_TAG) { name, key, value }: z.output<typeof wire.SET_TAG>) {
    await this.models.setTag(ctx, name, { key, value });
    return {};
  }

  @MlflowRoute('DELETE', '/mlflow/registered-models/delete-tag')
  @Can('model:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Message(wire.DELETE_TAG) { name, key }: z.output<typeof wire.DELETE_TAG>) {
    await this.models.deleteTag(ctx, name, key);
    return {};
  }

  @MlflowRoute('GET', '/mlflow/registered-models/alias')
  @Can('model:read')
  async getByAlias(@Ctx() ctx: TenantContext, @Message(wire.ALIAS) { name, alias }: z.output<typeof wire.ALIAS>) {
    return { model_version: modelVersionMessage(await this.aliases.resolve(ctx, name, alias)) };
  }

  @MlflowRoute('POST', '/mlflow/registered-models/alias')
  @Can('model:promote')
  async setAlias(@Ctx() ctx: TenantContext, @Message(wire.SET_ALIAS) { name, alias, version }: z.output<typeof wire.SET_ALIAS>) {
    await this.aliases.set(ctx, name, alias, parseVersion(version));
    return {};
  }

  @MlflowRoute('DELETE', '/mlflow/registered-models/alias')
  @Can('model:promote')
  async deleteAlias(@Ctx() ctx: TenantContext, @Message(wire.ALIAS) { name, alias }: z.output<typeof wire.ALIAS>) {
    await this.aliases.remove(ctx, name, alias);
    return {};
  }
}
