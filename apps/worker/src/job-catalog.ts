import type { Consumers } from '@modelyard/queue';
import { ModelAliasMoved, WebhookDelivery, type DeliverWebhook } from '@modelyard/registry';
import { EndpointChanged, type RunningLocalTarget } from '@modelyard/serving';

/** The jobs of all contexts. A job without a consumer does not compile. */
export const JOBS = { modelAliasMoved: ModelAliasMoved, endpointChanged: EndpointChanged, webhookDelivery: WebhookDelivery } as const;

/** What this worker does for each job. `target` is null where models may not run on this machine. */
export function consumers(target: RunningLocalTarget | null, webhooks: DeliverWebhook): Consumers<typeof JOBS> {
  return {
    // Nothing follows a moved alias yet: endpoints name versions.
    modelAliasMoved: async () => undefined,
    endpointChanged: async ({ organizationId }, { endpointId }) => target?.wake({ organizationId, endpointId }),
    webhookDelivery: (ctx, { deliveryId }) => webhooks.deliver(ctx, deliveryId),
  };
}
