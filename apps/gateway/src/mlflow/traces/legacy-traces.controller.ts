import { Controller, Param } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { DeleteTraces, LegacyTraceService, TraceSearchService, TraceService } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import * as wire from './legacy-traces.wire.js';
import { deleteTraces, experimentIdOf, traceTag, traceTagKey } from './traces.wire.js';

/** Traces as clients before MLflow 3 speak of them. */
@Controller()
export class LegacyTracesController {
  constructor(
    private readonly legacy: LegacyTraceService,
    private readonly traces: TraceService,
    private readonly searches: TraceSearchService,
    private readonly deletions: DeleteTraces,
  ) {}

  @MlflowRoute('POST', '/mlflow/traces')
  @Can('run:write')
  async start(@Ctx() ctx: TenantContext, @Message(wire.startTrace) message: z.output<typeof wire.startTrace>) {
    const info = await this.legacy.start(ctx, { experimentId: experimentIdOf(message.experiment_id, 'experiment_id'), startTime: wire.timeOf(message.timestamp_ms), metadata: wire.recordOf(message.request_metadata), tags: wire.recordOf(message.tags) });
    return { trace_info: wire.legacyTraceWire(info) };
  }

  @MlflowRoute('GET', '/mlflow/traces')
  @Can('run:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.searchTraces) message: z.output<typeof wire.searchTraces>) {
    const { items, nextCursor } = await this.searches.search(ctx, { experimentIds: message.experiment_ids.map((id) => experimentIdOf(id, 'experiment_ids')), filter: message.filter, maxResults: message.max_results, orderBy: message.order_by, pageToken: message.page_token });
    return { ...(items.length === 0 ? {} : { traces: items.map(wire.legacyTraceWire) }), ...(nextCursor === null ? {} : { next_page_token: nextCursor }) };
  }

  @MlflowRoute('POST', '/mlflow/traces/delete-traces')
  @Can('run:delete')
  async delete(@Ctx() ctx: TenantContext, @Message(deleteTraces) message: z.output<typeof deleteTraces>) {
    const deleted = await this.deletions.delete(ctx, { experimentId: message.experiment_id, maxTimestamp: message.max_timestamp_millis, maxTraces: message.max_traces, traceIds: message.request_ids });
    return { traces_deleted: deleted };
  }

  @MlflowRoute('PATCH', '/mlflow/traces/:request_id')
  @Can('run:write')
  async end(@Ctx() ctx: TenantContext, @Param('request_id') traceId: string, @Message(wire.endTrace) message: z.output<typeof wire.endTrace>) {
    const info = await this.legacy.end(ctx, traceId, { endTime: wire.timeOf(message.timestamp_ms), state: wire.stateOf(message.status), metadata: wire.recordOf(message.request_metadata), tags: wire.recordOf(message.tags) });
    return { trace_info: wire.legacyTraceWire(info) };
  }

  @MlflowRoute('GET', '/mlflow/traces/:request_id/info')
  @Can('run:read')
  async getInfo(@Ctx() ctx: TenantContext, @Param('request_id') traceId: string) {
    return { trace_info: wire.legacyTraceWire(await this.traces.getInfo(ctx, traceId)) };
  }

  @MlflowRoute('PATCH', '/mlflow/traces/:request_id/tags')
  @Can('run:write')
  async setTag(@Ctx() ctx: TenantContext, @Param('request_id') traceId: string, @Message(traceTag) message: z.output<typeof traceTag>) {
    await this.traces.setTag(ctx, traceId, message.key, message.value);
    return {};
  }

  @MlflowRoute('DELETE', '/mlflow/traces/:request_id/tags')
  @Can('run:write')
  async deleteTag(@Ctx() ctx: TenantContext, @Param('request_id') traceId: string, @Message(traceTagKey) message: z.output<typeof traceTagKey>) {
    await this.traces.deleteTag(ctx, traceId, message.key);
    return {};
  }
}
