import { randomUUID } from 'node:crypto';
import { AuditService } from '@modelyard/audit';
import { Database, type TenantSql } from '@modelyard/db';
import { decodeCursor, demand, DomainError, encodeCursor, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { checkWebhookName, checkWebhookTexts, type Webhook, type WebhookEvent, type WebhookStatus } from './webhook.js';
import * as webhooks from './webhook.repository.js';
import { EXAMPLES, webhookBody, webhookHeaders } from './webhook-message.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';

export interface WebhookChange {
  readonly name?: string;
  readonly url?: string;
  readonly description?: string;
  readonly events?: readonly WebhookEvent[];
  /** Signs deliveries; an empty one takes it away. Never shown again. */
  readonly secret?: string;
  readonly status?: WebhookStatus;
}

export type NewWebhook = WebhookChange & { readonly name: string; readonly url: string; readonly events: readonly WebhookEvent[] };

export interface WebhookTest {
  readonly success: boolean;
  readonly status: number | null;
  readonly body: string | null;
  readonly error: string | null;
}

const DEFAULT_PAGE = 100;
const MAX_PAGE = 1000;
// Each event of the registry costs a row for each of them.
const MAX_WEBHOOKS = 100;
const cursorSchema = z.object({ time: z.number().int(), id: z.string() });

/** Webhooks of the context's project. Their URLs often hold a key, so that reading them is for the project's admins too. */
@Injectable()
export class WebhookService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly sender: WebhookSender,
    private readonly secrets: WebhookSecrets,
  ) {}

  /** Throws INVALID_ARGUMENT, also for places webhooks may not go to; QUOTA_EXCEEDED. */
  async create(ctx: TenantContext, input: NewWebhook): Promise<Webhook> {
    demand(ctx, 'project:admin');
    await this.check(ctx, input);
    const { name, url, description = null, events, secret = '', status = 'ACTIVE' } = input;
    const id = randomUUID();
    const projectId = projectOf(ctx);
    const row = { id, projectId, name, url, description, status, events: distinct(events), sealedSecret: this.secrets.seal(ctx, id, secret), now: Date.now() };
    return this.db.tenantSql(ctx, async (tx) => {
      if ((await webhooks.countWebhooks(tx, projectId)) >= MAX_WEBHOOKS) throw new DomainError('QUOTA_EXCEEDED', `A project has at most ${MAX_WEBHOOKS} webhooks. Delete one first.`);
      await webhooks.insertWebhook(tx, row);
      await this.record(tx, ctx, 'create', id, { name, host: hostOf(url), events: row.events, status, signed: secret !== '' });
      return this.found(tx, ctx, id);
    });
  }

  /** Throws NOT_FOUND. */
  async get(ctx: TenantContext, id: string): Promise<Webhook> {
    demand(ctx, 'project:admin');
    return this.db.tenantSql(ctx, (tx) => this.found(tx, ctx, id));
  }

  /** Newest first; 100 when `maxResults` is 0. Throws INVALID_ARGUMENT. */
  async list(ctx: TenantContext, maxResults: number, pageToken?: string): Promise<Page<Webhook>> {
    demand(ctx, 'project:admin');
    const size = maxResults === 0 ? DEFAULT_PAGE : maxResults;
    if (size < 1 || size > MAX_PAGE) throw new DomainError('INVALID_ARGUMENT', `max_results must be between 1 and ${MAX_PAGE}.`, { field: 'max_results' });
    const after = pageToken === undefined || pageToken === '' ? null : decodeCursor(pageToken, cursorSchema);
    const found = await this.db.tenantSql(ctx, (tx) => webhooks.listWebhooks(tx, projectOf(ctx), size + 1, after));
    const items = found.slice(0, size);
    const last = items.at(-1);
    return { items, nextCursor: found.length > size && last !== undefined ? encodeCursor({ time: last.creationTimestamp, id: last.id }) : null };
  }

  /** Changes what is given. Throws NOT_FOUND, INVALID_ARGUMENT. */
  async update(ctx: TenantContext, id: string, change: WebhookChange): Promise<Webhook> {
    demand(ctx, 'project:admin');
    await this.get(ctx, id);
    await this.check(ctx, change);
    return this.db.tenantSql(ctx, async (tx) => {
      const before = await this.found(tx, ctx, id);
      const { name = before.name, url = before.url, description = before.description, events = before.events, status = before.status, secret } = change;
      const sealed = secret === undefined ? {} : { sealedSecret: this.secrets.seal(ctx, id, secret) };
      await webhooks.updateWebhook(tx, id, { name, url, description, status, events: distinct(events), now: Date.now(), ...sealed });
      await this.record(tx, ctx, 'update', id, { name, changed: Object.keys(change), host: hostOf(url), status });
      return this.found(tx, ctx, id);
    });
  }

  /** Deliveries that wait are dropped with it. Throws NOT_FOUND. */
  async delete(ctx: TenantContext, id: string): Promise<void> {
    demand(ctx, 'project:admin');
    await this.db.tenantSql(ctx, async (tx) => {
      const { name } = await this.found(tx, ctx, id);
      await webhooks.deleteWebhook(tx, id);
      await this.record(tx, ctx, 'delete', id, { name });
    });
  }

  /** Sends an example of an event (its first one, if none is named) and says what came back. Throws NOT_FOUND. */
  async test(ctx: TenantContext, id: string, event?: WebhookEvent): Promise<WebhookTest> {
    demand(ctx, 'project:admin');
    const { webhook, sealed, hosts } = await this.db.tenantSql(ctx, async (tx) => ({ webhook: await this.found(tx, ctx, id), sealed: await webhooks.findSealedSecret(tx, id), hosts: await webhooks.allowedHosts(tx) }));
    const tested = event ?? webhook.events[0];
    if (tested === undefined) throw new Error(`webhook ${id} has no events`);
    try {
      const target = await this.sender.target(webhook.url, hosts);
      const body = webhookBody(tested, EXAMPLES[tested], ctx.projectName ?? 'default', new Date());
      const secret = sealed === null ? null : this.secrets.open(ctx, id, sealed);
      const answer = await this.sender.send(target, webhookHeaders(randomUUID(), body, secret, new Date()), body);
      return { success: answer.status < 400, status: answer.status, body: answer.body, error: null };
    } catch (error) {
      return { success: false, status: null, body: null, error: `Failed to test webhook: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  // Look-ups of names happen outside transactions.
  private async check(ctx: TenantContext, change: WebhookChange): Promise<void> {
    if (change.name !== undefined) checkWebhookName(change.name);
    checkWebhookTexts(change);
    if (change.url !== undefined) await this.sender.target(change.url, await this.db.tenantSql(ctx, (tx) => webhooks.allowedHosts(tx)));
    if (change.events?.length === 0) throw new DomainError('INVALID_ARGUMENT', 'Webhook events must be a non-empty list of WebhookEvent objects: [].', { field: 'events' });
  }

  private async found(tx: TenantSql, ctx: TenantContext, id: string): Promise<Webhook> {
    const found = await webhooks.findWebhook(tx, projectOf(ctx), id);
    if (found === null) throw new DomainError('NOT_FOUND', `Webhook with ID ${id.slice(0, 1000)} not found.`);
    return found;
  }

  private record(tx: TenantSql, ctx: TenantContext, verb: string, id: string, details: Record<string, unknown>): Promise<void> {
    return this.audit.record(tx, ctx, { action: `webhook.${verb}`, resourceType: 'webhook', resourceId: id, projectId: projectOf(ctx), details });
  }
}

function distinct(events: readonly WebhookEvent[]): WebhookEvent[] {
  return [...new Set(events)];
}

/** The part of a URL that is no secret. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
