import { Controller } from '@nestjs/common';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { RunSearchService, RunService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './runs.wire.js';

/** The life of a run. Answers are put together from the JSON that PostgreSQL rendered. */
@Controller()
export class RunsController {
  constructor(
    private readonly runs: RunService,
    private readonly searches: RunSearchService,
  ) {}

  @MlflowRoute('POST', '/mlflow/runs/create')
  @Can('run:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.createRun) message: z.output<typeof wire.createRun>) {
    if (message.experiment_id === '') throw new DomainError('INVALID_ARGUMENT', "Missing value for required parameter 'experiment_id'. Name the experiment; the Default is '0'.", { mlflowCode: 'BAD_REQUEST' });
    const run = await this.runs.create(ctx, {
      experimentId: message.experiment_id,
      name: message.run_name,
      userId: message.user_id,
      startTime: message.start_time,
      tags: message.tags,
    });
    // Of a new run alone MLflow does not say that it has no outputs.
    return `{"run":${run.text.replace(/,"outputs":\{\}\}$/, '}')}}`;
  }

  @MlflowRoute('GET', '/mlflow/runs/get')
  @Can('run:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.getRun) message: z.output<typeof wire.getRun>) {
    return `{"run":${(await this.runs.get(ctx, wire.runIdOf(message))).text}}`;
  }

  @MlflowRoute('POST', '/mlflow/runs/search')
  @Can('run:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.searchRuns) message: z.output<typeof wire.searchRuns>) {
    const { items, nextCursor } = await this.searches.search(ctx, {
      experimentIds: message.experiment_ids,
      filter: message.filter,
      viewType: message.run_view_type,
      maxResults: message.max_results,
      orderBy: message.order_by,
      pageToken: message.page_token,
    });
    if (items.length === 0) return '{}';
    const token = nextCursor === null ? '' : `,"next_page_token":${JSON.stringify(nextCursor)}`;
    return `{"runs":[${items.map((run) => run.text).join(',')}]${token}}`;
  }

  @MlflowRoute('POST', '/mlflow/runs/update')
  @Can('run:write')
  async update(@Ctx() ctx: TenantContext, @Message(wire.updateRun) message: z.output<typeof wire.updateRun>) {
    const info = await this.runs.update(ctx, wire.runIdOf(message), { status: message.status, // MLflow takes 0 for nothing.
      endTime: message.end_time || undefined, name: message.run_name });
    return `{"run_info":${info.text}}`;
  }

  @MlflowRoute('POST', '/mlflow/runs/delete')
  @Can('run:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.runById) message: z.output<typeof wire.runById>) {
    await this.runs.delete(ctx, message.run_id);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/runs/restore')
  @Can('run:delete')
  async restore(@Ctx() ctx: TenantContext, @Message(wire.runById) message: z.output<typeof wire.runById>) {
    await this.runs.restore(ctx, message.run_id);
    return {};
  }
}
