import { Controller, Get, Header, Query } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { MetricService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './metrics.wire.js';


@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricService) {}

  @MlflowRoute('GET', '/mlflow/metrics/get-history')
  @Can('run:read')
  async getHistory(@Ctx() ctx: TenantContext, @Message(wire.getHistory) message: z.output<typeof wire.getHistory>) {
    const { points, nextPageToken } = await this.metrics.history(ctx, message.run_id || message.run_uuid, message.metric_key, { maxResults: message.max_results, pageToken: message.page_token });
    return metricsBody(points.text, nextPageToken);
  }

  /** The route of older dashboards, with a list also when it is empty. */
  @Get('ajax-api/2.0/mlflow/metrics/get-history-bulk')
  @Header('content-type', 'application/json')
  @Can('run:read')
  async getHistoryBulk(@Ctx() ctx: TenantContext, @Query() query: Readonly<Record<string, unknown>>) {
    const { runIds, metricKey, maxResults } = wire.bulkQuery(query);
    const points = await this.metrics.bulk(ctx, runIds, metricKey, maxResults);
    return `{"metrics":${points.text}}`;
  }

  @MlflowRoute('GET', '/mlflow/metrics/get-history-bulk-interval')
  @Can('run:read')
  async getHistoryInterval(@Ctx() ctx: TenantContext, @Message(wire.getHistoryInterval) message: z.output<typeof wire.getHistoryInterval>) {
    const points = await this.metrics.sample(ctx, {
      runIds: message.run_ids,
      metricKey: message.metric_key,
      maxResults: message.max_results ?? wire.MAX_SAMPLES,
      startStep: message.start_step,
      endStep: message.end_step,
    });
    return metricsBody(points.text, null);
  }
}

function metricsBody(points: string, nextPageToken: string | null): string {
  if (points === '[]') return '{}';
  return `{"metrics":${points}${nextPageToken === null ? '' : `,"next_page_token":${JSON.stringify(nextPageToken)}`}}`;
}
