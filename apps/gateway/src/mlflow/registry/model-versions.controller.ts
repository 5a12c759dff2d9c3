import { Controller } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { ModelVersionSearchService, ModelVersionService, parseStage, parseVersion } from '@modelyard/registry';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './model-versions.wire.js';

/** MLflow's model versions; versions of prompts go through the same calls. */
@Controller()
export class ModelVersionsController {
  constructor(
    private readonly versions: ModelVersionService,
    private readonly searches: ModelVersionSearchService,
  ) {}

  @MlflowRoute('POST', '/mlflow/model-versions/create')
  @Can('model:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.CREATE) message: z.output<typeof wire.CREATE>) {
    const { run_id: runId, model_id: modelId, run_link: runLink, ...rest } = message;
    return { model_version: wire.modelVersionMessage(await this.versions.create(ctx, { ...rest, runId, modelId, runLink, ownerNamed: true })) };
  }

  @MlflowRoute('GET', '/mlflow/model-versions/get')
  @Can('model:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.VERSION) { name, version }: z.output<typeof wire.VERSION>) {
    return { model_version: wire.modelVersionMessage(await this.versions.get(ctx, name, parseVersion(version))) };
  }

  @MlflowRoute('PATCH', '/mlflow/model-versions/update')
  @Can('model:write')
  async update(@Ctx() ctx: TenantContext, @Message(wire.UPDATE) { name, version, description }: z.output<typeof wire.UPDATE>) {
    return { model_version: wire.modelVersionMessage(await this.versions.update(ctx, name, parseVersion(version), description ?? null)) };
  }

  @MlflowRoute('POST', '/mlflow/model-versions/transition-stage')
  @Can('model:promote')
  async transition(@Ctx() ctx: TenantContext, @Message(wire.TRANSITION) message: z.output<typeof wire.TRANSITION>) {
    const { name, version, stage, archive_existing_versions: archive } = message;
    return { model_version: wire.modelVersionMessage(await this.versions.transition(ctx, name, parseVersion(version), parseStage(stage), archive)) };
  }

  @MlflowRoute('DELETE', '/mlflow/model-versions/delete')
  @Can('model:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.VERSION) { name, version }: z.output<typeof wire.VERSION>) {
    await this.versions.delete(ctx, name, parseVersion(version));
    return {};
  }

  @MlflowRoute('GET', '/mlflow/model-versions/search')
  @Can('model:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.SEARCH) message: z.output<typeof wire.SEARCH>) {
    const { filter, order_by: orderBy, page_token: pageToken, max_results: maxResults } = message;
    const page = await this.searches.search(ctx, { filter, orderBy, pageToken, maxResults });
    return { model_versions: wire.absentIfEmpty(page.items.map(wire.listedVersionMessage)), next_page_token: page.nextCursor ?? undefined };
  }

  @MlflowRoute('GET', '/mlflow/model-versions/get-download-uri')
  @Can('model:read')
  async downloadUri(@Ctx() ctx: TenantContext, @Message(wire.DOWNLOAD_URI) { name, version }: z.output<typeof wire.DOWNLOAD_URI>) {
    const { source, storageLocation } = await this.versions.get(ctx, name, parseVersion(version));
    // MLflow leaves it to the client what is in a run.
    return { artifact_uri: source.startsWith('runs:') ? source : storageLocation };
  }

  @MlflowRoute('POST', '/mlflow/model-versions/set-tag')
  @Can('model:write')
  async setTag(@Ctx() ctx: TenantContext, @Message(wire.SET_TAG) { name, version, key, value }: z.output<typeof wire.SET_TAG>) {
    await this.versions.setTag(ctx, name, parseVersion(version), { key, value });
    return {};
  }

  @MlflowRoute('DELETE', '/mlflow/model-versions/delete-tag')
  @Can('model:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Message(wire.DELETE_TAG) { name, version, key }: z.output<typeof wire.DELETE_TAG>) {
    await this.versions.deleteTag(ctx, name, parseVersion(version), key);
    return {};
  }
}
