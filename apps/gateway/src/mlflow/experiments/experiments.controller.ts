import { Controller, HttpCode, Post } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { ExperimentSearchService, ExperimentService, RunInputService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './experiments.wire.js';

@Controller()
export class ExperimentsController {
  constructor(
    private readonly experiments: ExperimentService,
    private readonly searches: ExperimentSearchService,
    private readonly inputs: RunInputService,
  ) {}

  @MlflowRoute('POST', '/mlflow/experiments/create')
  @Can('experiment:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.createExperiment) message: z.output<typeof wire.createExperiment>) {
    const { experimentId } = await this.experiments.create(ctx, { name: message.name, artifactLocation: message.artifact_location, tags: message.tags });
    return { experiment_id: experimentId };
  }

  @MlflowRoute('GET', '/mlflow/experiments/get')
  @Can('experiment:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.experimentById) message: z.output<typeof wire.experimentById>) {
    return { experiment: wire.experimentWire(await this.experiments.get(ctx, message.experiment_id), ctx.projectName) };
  }

  @MlflowRoute('GET', '/mlflow/experiments/get-by-name')
  @Can('experiment:read')
  async getByName(@Ctx() ctx: TenantContext, @Message(wire.experimentByName) message: z.output<typeof wire.experimentByName>) {
    return { experiment: wire.experimentWire(await this.experiments.getByName(ctx, message.experiment_name), ctx.projectName) };
  }

  @MlflowRoute('POST', '/mlflow/experiments/search')
  @Can('experiment:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.searchExperiments) message: z.output<typeof wire.searchExperiments>) {
    const { items, nextCursor } = await this.searches.search(ctx, {
      filter: message.filter,
      orderBy: message.order_by,
      viewType: message.view_type,
      maxResults: message.max_results,
      pageToken: message.page_token,
    });
    return {
      ...(items.length === 0 ? {} : { experiments: items.map((experiment) => wire.experimentWire(experiment, ctx.projectName)) }),
      ...(nextCursor === null ? {} : { next_page_token: nextCursor }),
    };
  }

  @MlflowRoute('GET', '/mlflow/experiments/search')
  @Can('experiment:read')
  async searchByQuery(@Ctx() ctx: TenantContext, @Message(wire.searchExperiments) message: z.output<typeof wire.searchExperiments>) {
    return this.search(ctx, message);
  }

  @MlflowRoute('POST', '/mlflow/experiments/delete')
  @Can('experiment:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.experimentById) message: z.output<typeof wire.experimentById>) {
    await this.experiments.delete(ctx, message.experiment_id);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/experiments/restore')
  @Can('experiment:delete')
  async restore(@Ctx() ctx: TenantContext, @Message(wire.experimentById) message: z.output<typeof wire.experimentById>) {
    await this.experiments.restore(ctx, message.experiment_id);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/experiments/update')
  @Can('experiment:write')
  async update(@Ctx() ctx: TenantContext, @Message(wire.updateExperiment) message: z.output<typeof wire.updateExperiment>) {
    await this.experiments.rename(ctx, message.experiment_id, message.new_name);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/experiments/set-experiment-tag')
  @Can('experiment:write')
  async setTag(@Ctx() ctx: TenantContext, @Message(wire.experimentTag) message: z.output<typeof wire.experimentTag>) {
    await this.experiments.setTag(ctx, message.experiment_id, { key: message.key, value: message.value });
    return {};
  }

  @MlflowRoute('POST', '/mlflow/experiments/delete-experiment-tag')
  @Can('experiment:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Message(wire.experimentTagKey) message: z.output<typeof wire.experimentTagKey>) {
    await this.experiments.deleteTag(ctx, message.experiment_id, message.key);
    return {};
  }

  /** The route of the dashboards; MLflow has it on this mount alone. */
  @Post('ajax-api/2.0/mlflow/experiments/search-datasets')
  @HttpCode(200)
  @Can('run:read')
  async searchDatasets(@Ctx() ctx: TenantContext, @Message(wire.searchDatasets) message: z.output<typeof wire.searchDatasets>) {
    const summaries = await this.inputs.summaries(ctx, message.experiment_ids);
    return summaries.length === 0 ? {} : { dataset_summaries: summaries };
  }
}
