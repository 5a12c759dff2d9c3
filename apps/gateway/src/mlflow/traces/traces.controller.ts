import { Controller, Param } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { DeleteTraces, TraceCorrelationService, TraceLinkService, TraceMetricsService, TraceSearchService, TraceService, type TraceWithSpans } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './traces.wire.js';

@Controller()
export class TracesController {
  constructor(
    private readonly traces: TraceService,
    private readonly searches: TraceSearchService,
    private readonly links: TraceLinkService,
    private readonly correlations: TraceCorrelationService,
    private readonly metrics: TraceMetricsService,
    private readonly deletions: DeleteTraces,
  ) {}

  /** StartTraceV3: in spite of its name clients call it when a trace ends. */
  @MlflowRoute('POST', '/mlflow/traces', '3.0')
  @Can('run:write')
  async finish(@Ctx() ctx: TenantContext, @Message(wire.startTrace) message: z.output<typeof wire.startTrace>) {
    return { trace: { trace_info: wire.traceInfoWire(await this.traces.finish(ctx, wire.newTrace(message.trace))) } };
  }

  @MlflowRoute('GET', '/mlflow/traces/get', '3.0')
  @Can('run:read')
  async get(@Ctx() ctx: TenantContext, @Message(wire.getTrace) message: z.output<typeof wire.getTrace>) {
    return `{"trace":${traceText(await this.traces.get(ctx, message.trace_id, message.allow_partial))}}`;
  }

  @MlflowRoute('GET', '/mlflow/traces/batchGet', '3.0')
  @Can('run:read')
  async getMany(@Ctx() ctx: TenantContext, @Message(wire.batchGet) message: z.output<typeof wire.batchGet>) {
    const traces = await this.traces.getMany(ctx, message.trace_ids, message.experiment_ids);
    return traces.length === 0 ? '{}' : `{"traces":[${traces.map(traceText).join(',')}]}`;
  }

  @MlflowRoute('POST', '/mlflow/traces/batchGetInfos', '3.0')
  @Can('run:read')
  async getManyInfos(@Ctx() ctx: TenantContext, @Message(wire.batchGet) message: z.output<typeof wire.batchGet>) {
    const infos = await this.traces.getManyInfos(ctx, message.trace_ids, message.experiment_ids);
    return infos.length === 0 ? {} : { trace_infos: infos.map(wire.traceInfoWire) };
  }

  @MlflowRoute('GET', '/mlflow/traces/:trace_id', '3.0')
  @Can('run:read')
  async getInfo(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string) {
    return { trace: { trace_info: wire.traceInfoWire(await this.traces.getInfo(ctx, traceId)) } };
  }

  @MlflowRoute('POST', '/mlflow/traces/search', '3.0')
  @Can('run:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.searchTraces) message: z.output<typeof wire.searchTraces>) {
    const { items, nextCursor } = await this.searches.search(ctx, {
      experimentIds: message.locations.flatMap((location) => (location.mlflow_experiment ? [location.mlflow_experiment.experiment_id] : [])),
      filter: message.filter,
      maxResults: message.max_results,
      orderBy: message.order_by,
      pageToken: message.page_token,
    });
    return { ...(items.length === 0 ? {} : { traces: items.map(wire.traceInfoWire) }), ...(nextCursor === null ? {} : { next_page_token: nextCursor }) };
  }

  @MlflowRoute('PATCH', '/mlflow/traces/:trace_id/tags', '3.0')
  @Can('run:write')
  async setTag(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string, @Message(wire.traceTag) message: z.output<typeof wire.traceTag>) {
    await this.traces.setTag(ctx, traceId, message.key, message.value);
    return {};
  }

  @MlflowRoute('DELETE', '/mlflow/traces/:trace_id/tags', '3.0')
  @Can('run:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Param('trace_id') traceId: string, @Message(wire.traceTagKey) message: z.output<typeof wire.traceTagKey>) {
    await this.traces.deleteTag(ctx, traceId, message.key);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/traces/delete-traces', '3.0')
  @Can('run:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(wire.deleteTraces) message: z.output<typeof wire.deleteTraces>) {
    const deleted = await this.deletions.delete(ctx, { experimentId: message.experiment_id, maxTimestamp: message.max_timestamp_millis, maxTraces: message.max_traces, traceIds: message.request_ids });
    return { traces_deleted: deleted };
  }

  @MlflowRoute('POST', '/mlflow/traces/link-to-run')
  @Can('run:write')
  async linkToRun(@Ctx() ctx: TenantContext, @Message(wire.linkToRun) message: z.output<typeof wire.linkToRun>) {
    await this.links.linkToRun(ctx, message.trace_ids, message.run_id);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/traces/link-prompts')
  @Can('run:write')
  async linkPrompts(@Ctx() ctx: TenantContext, @Message(wire.linkPrompts) message: z.output<typeof wire.linkPrompts>) {
    await this.links.linkPrompts(ctx, message.trace_id, message.prompt_versions);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/traces/metrics', '3.0')
  @Can('run:read')
  async queryMetrics(@Ctx() ctx: TenantContext, @Message(wire.queryMetrics) message: z.output<typeof wire.queryMetrics>) {
    const points = await this.metrics.query(ctx, wire.metricQuestion(message));
    if (points.length === 0) return {};
    return { data_points: points.map(({ dimensions, values }) => ({ metric_name: message.metric_name, dimensions: Object.keys(dimensions).length === 0 ? undefined : dimensions, values })) };
  }

  @MlflowRoute('POST', '/mlflow/traces/calculate-filter-correlation', '3.0')
  @Can('run:read')
  async correlate(@Ctx() ctx: TenantContext, @Message(wire.correlate) message: z.output<typeof wire.correlate>) {
    const result = await this.correlations.correlate(ctx, { experimentIds: message.experiment_ids, first: message.filter_string1, second: message.filter_string2, base: message.base_filter });
    return {
      npmi: result.npmi ?? undefined,
      npmi_smoothed: result.npmiSmoothed ?? undefined,
      filter1_count: result.first,
      filter2_count: result.second,
      joint_count: result.joint,
      total_count: result.total,
    };
  }
}

function traceText({ info, spans }: TraceWithSpans): string {
  const list = spans.length === 0 ? '' : `,"spans":[${spans.join(',')}]`;
  return `{"trace_info":${JSON.stringify(wire.traceInfoWire(info))}${list}}`;
}
