import { webhookEvent, type Webhook, type WebhookEvent, type WebhookTest } from '@modelyard/registry';
import { isInteger, isList, isText, required } from '../proto/checks.js';
import { choice, count, list, maybeText, message, text } from '../proto/fields.js';
import { request } from '../proto/request.js';

/** Messages of MLflow's webhooks (mlflow 3.17, webhooks.proto and handlers.py). */
const ENTITY = choice({
  ENTITY_UNSPECIFIED: 0, REGISTERED_MODEL: 1, MODEL_VERSION: 2, MODEL_VERSION_TAG: 3, MODEL_VERSION_ALIAS: 4, PROMPT: 5, PROMPT_VERSION: 6, PROMPT_TAG: 7, PROMPT_VERSION_TAG: 8, PROMPT_ALIAS: 9, BUDGET_POLICY: 10,
});
const ACTION = choice({ ACTION_UNSPECIFIED: 0, CREATED: 1, UPDATED: 2, DELETED: 3, SET: 4, EXCEEDED: 5 });
const EVENT = { entity: ENTITY, action: ACTION };
const STATUS = choice({ ACTIVE: 1, DISABLED: 2 });
const OPTIONAL = { description: maybeText, secret: maybeText, status: STATUS };
const OPTIONAL_CHECKS = { description: [isText], secret: [isText], status: [isText] };

export const CREATE = request(
  { name: text, url: text, events: list(EVENT), ...OPTIONAL },
  { name: [isText, required], url: [isText, required], events: [isList, required], ...OPTIONAL_CHECKS },
);
export const UPDATE = request({ name: text, url: text, events: list(EVENT), ...OPTIONAL }, { name: [isText], description: [isText], url: [isText], events: [isList], secret: [isText], status: [isText] });
export const LIST = request({ max_results: count(0), page_token: text }, { max_results: [isInteger], page_token: [isText] });
export const TEST = request({ event: message(EVENT) });

type EventMessage = { readonly entity?: string; readonly action?: string };

/** Throws INVALID_ARGUMENT for what nobody is told of. */
export function eventOf({ entity = 'ENTITY_UNSPECIFIED', action = 'ACTION_UNSPECIFIED' }: EventMessage): WebhookEvent {
  return webhookEvent(entity.toLowerCase(), action.toLowerCase());
}

export function webhookMessage(webhook: Webhook) {
  return {
    webhook_id: webhook.id,
    name: webhook.name,
    description: webhook.description || undefined,
    url: webhook.url,
    events: webhook.events.map((event) => {
      const [entity, action] = event.toUpperCase().split('.');
      return { entity, action };
    }),
    status: webhook.status,
    creation_timestamp: webhook.creationTimestamp,
    last_updated_timestamp: webhook.lastUpdatedTimestamp,
  };
}

export function testMessage({ success, status, body, error }: WebhookTest) {
  return { success, response_status: status ?? undefined, response_body: body ?? undefined, error_message: error ?? undefined };
}
