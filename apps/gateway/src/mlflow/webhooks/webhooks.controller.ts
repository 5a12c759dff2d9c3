import { Controller, Param } from '@nestjs/common';
import type { TenantContext } from '@modelyard/kernel';
import { WebhookService } from '@modelyard/registry';
import type { z } from 'zod';
import { Can } from '../../auth/access.decorators.js';
import { Ctx, Message } from '../mlflow-request.js';
import { MlflowRoute } from '../mlflow-route.js';
import { absentIfEmpty } from '../registry/model-versions.wire.js';
import * as wire from './webhooks.wire.js';

/** MLflow's webhooks of the registry. */
@Controller()
export class WebhooksController {
  constructor(private readonly webhooks: WebhookService) {}

  @MlflowRoute('POST', '/mlflow/webhooks')
  @Can('project:admin')
  async create(@Ctx() ctx: TenantContext, @Message(wire.CREATE) message: z.output<typeof wire.CREATE>) {
    const events = message.events.map(wire.eventOf);
    const { name, url, secret, status } = message;
    return { webhook: wire.webhookMessage(await this.webhooks.create(ctx, { name, url, events, secret, status, description: message.description || undefined })) };
  }

  @MlflowRoute('GET', '/mlflow/webhooks')
  @Can('project:admin')
  async list(@Ctx() ctx: TenantContext, @Message(wire.LIST) message: z.output<typeof wire.LIST>) {
    const page = await this.webhooks.list(ctx, message.max_results, message.page_token);
    return { webhooks: absentIfEmpty(page.items.map(wire.webhookMessage)), next_page_token: page.nextCursor ?? undefined };
  }

  @MlflowRoute('GET', '/mlflow/webhooks/:webhook_id')
  @Can('project:admin')
  async get(@Ctx() ctx: TenantContext, @Param('webhook_id') id: string) {
    return { webhook: wire.webhookMessage(await this.webhooks.get(ctx, id)) };
  }

  @MlflowRoute('PATCH', '/mlflow/webhooks/:webhook_id')
  @Can('project:admin')
  async update(@Ctx() ctx: TenantContext, @Param('webhook_id') id: string, @Message(wire.UPDATE) message: z.output<typeof wire.UPDATE>) {
    const { description, secret, status } = message;
    // An empty name, URL or list of events changes nothing, as in MLflow.
    const events = message.events.length === 0 ? undefined : message.events.map(wire.eventOf);
    const change = { name: message.name || undefined, url: message.url || undefined, events, description, secret, status };
    return { webhook: wire.webhookMessage(await this.webhooks.update(ctx, id, change)) };
  }

  @MlflowRoute('DELETE', '/mlflow/webhooks/:webhook_id')
  @Can('project:admin')
  async delete(@Ctx() ctx: TenantContext, @Param('webhook_id') id: string) {
    await this.webhooks.delete(ctx, id);
    return {};
  }

  @MlflowRoute('POST', '/mlflow/webhooks/:webhook_id/test')
  @Can('project:admin')
  async test(@Ctx() ctx: TenantContext, @Param('webhook_id') id: string, @Message(wire.TEST) { event }: z.output<typeof wire.TEST>) {
    return { result: wire.testMessage(await this.webhooks.test(ctx, id, event === undefined ? undefined : wire.eventOf(event))) };
  }
}
