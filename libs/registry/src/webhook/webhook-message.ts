import { createHmac } from 'node:crypto';
import type { WebhookEvent } from './webhook.js';

/** What a delivery says: the shapes are MLflow's (mlflow 3.17, webhooks/types.py and delivery.py). */
export function webhookBody(event: WebhookEvent, data: unknown, workspace: string, now: Date): string {
  const [entity, action] = event.split('.');
  return JSON.stringify({ entity, action, timestamp: now.toISOString().replace('Z', '+00:00'), data, workspace });
}

/** The headers of a delivery. With a secret it is signed over `id.timestamp.body`. */
export function webhookHeaders(deliveryId: string, body: string, secret: string | null, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const headers = { 'Content-Type': 'application/json', 'X-MLflow-Delivery-Id': deliveryId, 'X-MLflow-Timestamp': timestamp };
  if (secret === null) return headers;
  const signature = createHmac('sha256', secret).update(`${deliveryId}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'X-MLflow-Signature': `v1,${signature}` };
}

const MODEL = { name: 'example_model' };
const PROMPT = { name: 'example_prompt' };
const VERSION = { version: '1' };
const KEY = { key: 'example_key' };
const TAG = { ...KEY, value: 'example_value' };
const TAGS = { tags: { example_key: 'example_value' } };
const ALIAS = { alias: 'example_alias' };

/** What a test delivery says. */
export const EXAMPLES: Readonly<Record<WebhookEvent, unknown>> = {
  'registered_model.created': { ...MODEL, ...TAGS, description: 'An example registered model' },
  'model_version.created': { ...MODEL, ...VERSION, source: 'models:/123', run_id: 'abcd1234abcd5678', ...TAGS, description: 'An example model version' },
  'model_version_tag.set': { ...MODEL, ...VERSION, ...TAG },
  'model_version_tag.deleted': { ...MODEL, ...VERSION, ...KEY },
  'model_version_alias.created': { ...MODEL, ...ALIAS, ...VERSION },
  'model_version_alias.deleted': { ...MODEL, ...ALIAS },
  'prompt.created': { ...PROMPT, ...TAGS, description: 'An example prompt' },
  'prompt_version.created': { ...PROMPT, ...VERSION, template: 'Hello {{name}}!', ...TAGS, description: 'An example prompt version' },
  'prompt_tag.set': { ...PROMPT, ...TAG },
  'prompt_tag.deleted': { ...PROMPT, ...KEY },
  'prompt_version_tag.set': { ...PROMPT, ...VERSION, ...TAG },
  'prompt_version_tag.deleted': { ...PROMPT, ...VERSION, ...KEY },
  'prompt_alias.created': { ...PROMPT, ...ALIAS, ...VERSION },
  'prompt_alias.deleted': { ...PROMPT, ...ALIAS },
  'budget_policy.exceeded': { budget_policy_id: 'bp-abc123', budget_unit: 'USD', budget_amount: 100, current_spend: 105.5, duration_unit: 'MONTHS', duration_value: 1, target_scope: 'ENDPOINT', workspace: 'default', target_value: 'ep-abc123', window_start: 1704067200000 },
};
