import { Controller, Param } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { DatasetRecordService, EvaluationDatasetSearchService, EvaluationDatasetService, parseDatasetTags, parseRecords } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { absentIfEmpty } from '../registry/model-versions.wire.js';
import * as wire from './evaluation-datasets.wire.js';

const ROOT = '/mlflow/datasets';

/** MLflow's evaluation datasets. */
@Controller()
export class EvaluationDatasetsController {
  constructor(
    private readonly datasets: EvaluationDatasetService,
    private readonly searches: EvaluationDatasetSearchService,
    private readonly records: DatasetRecordService,
  ) {}

  @MlflowRoute('POST', `${ROOT}/create`, '3.0')
  @Can('experiment:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.CREATE) message: z.output<typeof wire.CREATE>) {
    const { name, experiment_ids: experimentIds } = message;
    const tags = message.tags === '' ? {} : parseDatasetTags(message.tags);
    return { dataset: wire.datasetMessage(await this.datasets.create(ctx, { name, experimentIds, tags }), experimentIds) };
  }

  @MlflowRoute('GET', `${ROOT}/:dataset_id`, '3.0')
  @Can('experiment:read')
  async get(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string) {
    return { dataset: wire.datasetMessage(await this.datasets.get(ctx, id)) };
  }

  @MlflowRoute('DELETE', `${ROOT}/:dataset_id`, '3.0')
  @Can('run:delete')
  async delete(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string) {
    await this.datasets.delete(ctx, id);
    return {};
  }

  @MlflowRoute('POST', `${ROOT}/search`, '3.0')
  @Can('experiment:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.SEARCH) message: z.output<typeof wire.SEARCH>) {
    const { experiment_ids: experimentIds, filter_string: filter, order_by: orderBy, max_results: maxResults, page_token: pageToken } = message;
    const page = await this.searches.search(ctx, { experimentIds, filter, orderBy, maxResults: maxResults === 0 ? 1000 : maxResults, pageToken });
    return { datasets: absentIfEmpty(page.items.map((dataset) => wire.datasetMessage(dataset))), next_page_token: page.nextCursor ?? undefined };
  }

  @MlflowRoute('GET', `${ROOT}/search`, '3.0')
  @Can('experiment:read')
  searchByQuery(@Ctx() ctx: TenantContext, @Message(wire.SEARCH) message: z.output<typeof wire.SEARCH>) {
    return this.search(ctx, message);
  }

  @MlflowRoute('PATCH', `${ROOT}/:dataset_id/tags`, '3.0')
  @Can('experiment:write')
  async setTags(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Message(wire.SET_TAGS) { tags }: z.output<typeof wire.SET_TAGS>) {
    await this.datasets.setTags(ctx, id, parseDatasetTags(tags));
    return {};
  }

  @MlflowRoute('DELETE', `${ROOT}/:dataset_id/tags/:key`, '3.0')
  @Can('experiment:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Param('key') key: string) {
    await this.datasets.deleteTag(ctx, id, key);
    return {};
  }

  @MlflowRoute('POST', `${ROOT}/:dataset_id/records`, '3.0')
  @Can('experiment:write')
  async upsertRecords(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Message(wire.UPSERT) { records }: z.output<typeof wire.UPSERT>) {
    const { inserted, updated } = await this.records.upsert(ctx, id, parseRecords(records));
    return { inserted_count: inserted, updated_count: updated };
  }

  @MlflowRoute('GET', `${ROOT}/:dataset_id/records`, '3.0')
  @Can('experiment:read')
  async listRecords(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Message(wire.LIST_RECORDS) message: z.output<typeof wire.LIST_RECORDS>) {
    const page = await this.records.list(ctx, id, message.max_results, message.page_token);
    return { records: `[${page.items.join(', ')}]`, next_page_token: page.nextCursor ?? undefined };
  }

  @MlflowRoute('DELETE', `${ROOT}/:dataset_id/records`, '3.0')
  @Can('run:delete')
  async deleteRecords(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Message(wire.DELETE_RECORDS) message: z.output<typeof wire.DELETE_RECORDS>) {
    return { deleted_count: await this.records.delete(ctx, id, message.dataset_record_ids) };
  }

  @MlflowRoute('GET', `${ROOT}/:dataset_id/experiment-ids`, '3.0')
  @Can('experiment:read')
  async experimentIds(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string) {
    return { experiment_ids: absentIfEmpty(await this.datasets.experimentIds(ctx, id)) };
  }

  @MlflowRoute('POST', `${ROOT}/:dataset_id/add-experiments`, '3.0')
  @Can('experiment:write')
  async addExperiments(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Message(wire.EXPERIMENTS) message: z.output<typeof wire.EXPERIMENTS>) {
    return { dataset: wire.datasetMessage(await this.datasets.addExperiments(ctx, id, message.experiment_ids)) };
  }

  @MlflowRoute('POST', `${ROOT}/:dataset_id/remove-experiments`, '3.0')
  @Can('experiment:write')
  async removeExperiments(@Ctx() ctx: TenantContext, @Param('dataset_id') id: string, @Message(wire.EXPERIMENTS) message: z.output<typeof wire.EXPERIMENTS>) {
    return { dataset: wire.datasetMessage(await this.datasets.removeExperiments(ctx, id, message.experiment_ids)) };
  }
}
