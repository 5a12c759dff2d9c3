import { Controller, Param } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { IssueService, parseIssueSeverity, parseIssueStatus } from '@modelyard/tracking';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { absentIfEmpty } from '../registry/model-versions.wire.js';
import * as wire from './issues.wire.js';

/** MLflow's issues. */
@Controller()
export class IssuesController {
  constructor(private readonly issues: IssueService) {}

  @MlflowRoute('POST', '/mlflow/issues', '3.0')
  @Can('experiment:write')
  async create(@Ctx() ctx: TenantContext, @Message(wire.CREATE) message: z.output<typeof wire.CREATE>) {
    const { experiment_id: experimentId, name, description, root_causes: rootCauses, categories } = message;
    const optional = { sourceRunId: message.source_run_id || undefined, createdBy: message.created_by || undefined };
    return { issue: wire.issueMessage(await this.issues.create(ctx, { experimentId, name, description, rootCauses, categories, ...optional, ...stateOf(message) })) };
  }

  @MlflowRoute('GET', '/mlflow/issues/:issue_id', '3.0')
  @Can('experiment:read')
  async get(@Ctx() ctx: TenantContext, @Param('issue_id') id: string) {
    return { issue: wire.issueMessage(await this.issues.get(ctx, id)) };
  }

  @MlflowRoute('PATCH', '/mlflow/issues/:issue_id', '3.0')
  @Can('experiment:write')
  async update(@Ctx() ctx: TenantContext, @Param('issue_id') id: string, @Message(wire.UPDATE) message: z.output<typeof wire.UPDATE>) {
    // An empty name or description changes nothing, as in MLflow.
    const change = { name: message.name || undefined, description: message.description || undefined, ...stateOf(message) };
    return { issue: wire.issueMessage(await this.issues.update(ctx, id, change)) };
  }

  @MlflowRoute('POST', '/mlflow/issues/search', '3.0')
  @Can('experiment:read')
  async search(@Ctx() ctx: TenantContext, @Message(wire.SEARCH) message: z.output<typeof wire.SEARCH>) {
    const { filter_string: filter, include_trace_count: withTraceCount, page_token: pageToken } = message;
    const page = await this.issues.search(ctx, { experimentId: message.experiment_id || undefined, filter, withTraceCount, maxResults: message.max_results ?? 100, pageToken });
    return { issues: absentIfEmpty(page.items.map(wire.issueMessage)), next_page_token: page.nextCursor ?? '' };
  }
}

function stateOf({ status, severity }: { readonly status?: string; readonly severity?: string }) {
  return { status: status === undefined ? undefined : parseIssueStatus(status), severity: severity === undefined ? undefined : parseIssueSeverity(severity) };
}
