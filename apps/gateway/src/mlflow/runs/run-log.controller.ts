import { Controller } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { RunInputService, RunLogService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './runs.wire.js';

/** What clients write into a run while it goes on. */
@Controller()
export class RunLogController {
  constructor(
    private readonly log: RunLogService,
    private readonly inputs: RunInputService,
  ) {}

  @MlflowRoute('POST', '/mlflow/runs/log-batch')
  @Can('run:write')
  async logBatch(@Ctx() ctx: TenantContext, @Message(wire.logBatch) message: z.output<typeof wire.logBatch>) {
    await this.log.logBatch(ctx, message.run_id, { metrics: message.metrics.map(wire.metricInput), params: message.params, tags: message.tags });
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/log-metric')
  @Can('run:write')
  async logMetric(@Ctx() ctx: TenantContext, @Message(wire.logMetric) message: z.output<typeof wire.logMetric>) {
    await this.log.logMetric(ctx, wire.runIdOf(message), wire.metricInput(message));
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/log-parameter')
  @Can('run:write')
  async logParam(@Ctx() ctx: TenantContext, @Message(wire.logParam) message: z.output<typeof wire.logParam>) {
    await this.log.logParam(ctx, wire.runIdOf(message), { key: message.key, value: message.value });
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/set-tag')
  @Can('run:write')
  async setTag(@Ctx() ctx: TenantContext, @Message(wire.setTag) message: z.output<typeof wire.setTag>) {
    await this.log.setTag(ctx, wire.runIdOf(message), { key: message.key, value: message.value });
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/delete-tag')
  @Can('run:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Message(wire.deleteTag) message: z.output<typeof wire.deleteTag>) {
    await this.log.deleteTag(ctx, message.run_id, message.key);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/log-model')
  @Can('run:write')
  async logModel(@Ctx() ctx: TenantContext, @Message(wire.logModel) message: z.output<typeof wire.logModel>) {
    await this.log.recordLoggedModel(ctx, message.run_id, message.model_json);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/log-inputs')
  @Can('run:write')
  async logInputs(@Ctx() ctx: TenantContext, @Message(wire.logInputs) message: z.output<typeof wire.logInputs>) {
    await this.inputs.logInputs(ctx, message.run_id, { datasets: wire.datasetInputs(message.datasets), modelIds: message.models.map((model) => model.model_id) });
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/outputs')
  @Can('run:write')
  async logOutputs(@Ctx() ctx: TenantContext, @Message(wire.logOutputs) message: z.output<typeof wire.logOutputs>) {
    await this.inputs.logOutputs(ctx, message.run_id, message.models.map(({ model_id, step }) => ({ modelId: model_id, step })));
    return {};
  }
}
