import { Database } from '@modelyard/db';
import { HopelessJob, isDomainError, JobRetryAfter, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { allowedHosts } from './webhook.repository.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { webhookHeaders } from './webhook-message.js';
import { WebhookSender, type WebhookAnswer } from './webhook-sender.js';

interface DueDelivery {
  readonly webhook_id: string;
  readonly url: string;
  readonly status: string;
  readonly sealed_secret: Buffer | null;
  readonly body: string;
}

/** The job that takes one event to one webhook. */
@Injectable()
export class DeliverWebhook {
  constructor(
    private readonly db: Database,
    private readonly sender: WebhookSender,
    private readonly secrets: WebhookSecrets,
  ) {}

  /**
   * Sends a delivery that is still due, and forgets it once it is taken. Throws for another attempt (429, 5xx, no
   * answer, a name that is not found now), and HopelessJob for what no attempt would change: another status, or a place that webhooks may not go to.
   */
  async deliver(ctx: TenantContext, deliveryId: string): Promise<void> {
    const due = await this.due(ctx, deliveryId);
    if (due === null) return;
    if (due.delivery.status !== 'ACTIVE') return this.done(ctx, deliveryId);
    try {
      const answer = await this.send(ctx, deliveryId, due.delivery, due.hosts);
      if (answer.status < 200 || answer.status >= 300) throw failureOf(answer);
    } catch (error) {
      await this.note(ctx, deliveryId, error);
      throw isDomainError(error, 'INVALID_ARGUMENT') && error.details['temporary'] !== true ? new HopelessJob(error.message, { cause: error }) : error;
    }
    await this.done(ctx, deliveryId);
  }

  private due(ctx: TenantContext, deliveryId: string) {
    return this.db.tenantSql(ctx, async (tx) => {
      const [delivery] = await tx.query<DueDelivery>({
        name: 'webhook_delivery_due',
        text: `SELECT d.webhook_id, d.body, w.url, w.status, w.sealed_secret FROM webhook_deliveries d
               JOIN webhooks w ON w.organization_id = d.organization_id AND w.id = d.webhook_id WHERE d.organization_id = $1 AND d.id = $2`,
        values: [tx.organizationId, deliveryId],
      });
      return delivery === undefined ? null : { delivery, hosts: await allowedHosts(tx) };
    });
  }

  private async send(ctx: TenantContext, deliveryId: string, due: DueDelivery, hosts: ReadonlySet<string>): Promise<WebhookAnswer> {
    const target = await this.sender.target(due.url, hosts);
    const secret = due.sealed_secret === null ? null : this.secrets.open(ctx, due.webhook_id, due.sealed_secret);
    return this.sender.send(target, webhookHeaders(deliveryId, due.body, secret, new Date()), due.body);
  }

  private async done(ctx: TenantContext, deliveryId: string): Promise<void> {
    await this.db.tenantSql(ctx, (tx) => tx.query({ text: 'DELETE FROM webhook_deliveries WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, deliveryId] }));
  }

  private async note(ctx: TenantContext, deliveryId: string, error: unknown): Promise<void> {
    const text = (error instanceof Error ? error.message : String(error)).slice(0, 1000);
    await this.db.tenantSql(ctx, (tx) => tx.query({ text: 'UPDATE webhook_deliveries SET attempts = attempts + 1, last_error = $3 WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, deliveryId, text] }));
  }
}

// mlflow 3.17, delivery.py: the statuses that are tried again.
const TRY_AGAIN = new Set([429, 500, 502, 503, 504]);

function failureOf({ status, retryAfterMs }: WebhookAnswer): Error {
  const message = `the receiver answered ${status}`;
  if (!TRY_AGAIN.has(status)) return new HopelessJob(message);
  return retryAfterMs === null ? new Error(message) : new JobRetryAfter(message, retryAfterMs);
}
