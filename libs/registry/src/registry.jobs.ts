import { defineJob } from '@modelyard/kernel';
import { z } from 'zod';

/** An alias was set, moved or removed. Consumers read where it points now; the event id names the history row. */
export const ModelAliasMoved = defineJob({
  name: 'model.alias-moved',
  payload: { projectId: z.number().int(), registeredModelId: z.string().regex(/^\d+$/), alias: z.string(), eventId: z.string().regex(/^\d+$/) },
  key: ({ organizationId, registeredModelId, alias }) => `${organizationId}/${registeredModelId}/${alias}`,
});

/** An event waits for a webhook. Six attempts are about a minute; a receiver that asks for more time gets it. */
export const WebhookDelivery = defineJob({
  name: 'webhook.deliver',
  payload: { deliveryId: z.uuid() },
  key: ({ organizationId, deliveryId }) => `${organizationId}/${deliveryId}`,
  attempts: 6,
});
