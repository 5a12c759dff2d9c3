import { Controller, Param, Query } from '@nestjs/common';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { LOGGED_MODEL_STATUSES, LoggedModelSearchService, LoggedModelService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './logged-models.wire.js';

@Controller()
export class LoggedModelsController {
  constructor(
    private readonly models: LoggedModelService,
    private readonly searches: LoggedModelSearchService,
  ) {}

  @MlflowRoute('POST', '/mlflow/logged-models')
  @Can('run:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.createLoggedModel) message: z.output<typeof wire.createLoggedModel>) {
    const model = await this.models.create(ctx, {
      experimentId: message.experiment_id,
      name: message.name || undefined,
      modelType: message.model_type,
      sourceRunId: message.source_run_id,
      params: message.params,
      tags: message.tags,
    });
    return `{"model":${wire.loggedModelMessage(model)}}`;
  }

  @MlflowRoute('POST', '/mlflow/logged-models/search')
  @Can('run:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.searchLoggedModels) message: z.output<typeof wire.searchLoggedModels>) {
    const { items, nextCursor } = await this.searches.search(ctx, {
      experimentIds: message.experiment_ids,
      filter: message.filter,
      datasets: message.datasets.map(({ dataset_name, dataset_digest }) => ({ name: dataset_name, digest: dataset_digest })),
      maxResults: message.max_results,
      orderBy: message.order_by.map((item) => ({ fieldName: item.field_name, ascending: item.ascending, datasetName: item.dataset_name, datasetDigest: item.dataset_digest })),
      pageToken: message.page_token,
    });
    if (items.length === 0) return '{}';
    const token = nextCursor === null ? '' : `,"next_page_token":${JSON.stringify(nextCursor)}`;
    return `{"models":[${items.map(wire.loggedModelMessage).join(',')}]${token}}`;
  }

  @MlflowRoute('GET', '/mlflow/logged-models/:model_id')
  @Can('run:read')
  async get(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string, @Query('allow_deleted') allowDeleted: unknown) {
    const withDeleted = String([allowDeleted].flat()[0]).toLowerCase() === 'true';
    return `{"model":${wire.loggedModelMessage(await this.models.get(ctx, modelId, withDeleted))}}`;
  }

  @MlflowRoute('PATCH', '/mlflow/logged-models/:model_id')
  @Can('run:write')
  async finalize(@Ctx() ctx: TenantContext, @Message(wire.finalizeLoggedModel) message: z.output<typeof wire.finalizeLoggedModel>) {
    if (message.status === undefined) throw new DomainError('INVALID_ARGUMENT', `Invalid model status. Name one of ${LOGGED_MODEL_STATUSES.join(', ')}.`, { field: 'status' });
    return `{"model":${wire.loggedModelMessage(await this.models.finalize(ctx, message.model_id, message.status))}}`;
  }

  @MlflowRoute('DELETE', '/mlflow/logged-models/:model_id')
  @Can('run:delete')
  async delete(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string) {
    await this.models.delete(ctx, modelId);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/logged-models/:model_id/params')
  @Can('run:write')
  async logParams(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string, @Message(wire.loggedModelParams) message: z.output<typeof wire.loggedModelParams>) {
    await this.models.logParams(ctx, modelId, message.params);
    return {};
  }

  @MlflowRoute('PATCH', '/mlflow/logged-models/:model_id/tags')
  @Can('run:write')
  async setTags(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string, @Message(wire.loggedModelTags) message: z.output<typeof wire.loggedModelTags>) {
    await this.models.setTags(ctx, modelId, message.tags);
    return {};
  }

  @MlflowRoute('DELETE', '/mlflow/logged-models/:model_id/tags/:tag_key')
  @Can('run:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Param('model_id') modelId: string, @Param('tag_key') tagKey: string) {
    await this.models.deleteTag(ctx, modelId, tagKey);
    return {};
  }
}
