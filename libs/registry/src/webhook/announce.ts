import { randomUUID } from 'node:crypto';
import { addToOutbox, type TenantSql } from '@modelyard/db';
import type { TenantContext } from '@modelyard/kernel';
import type { Tag } from '../registry-names.js';
import { WebhookDelivery } from '../registry.jobs.js';
import type { WebhookEvent } from './webhook.js';
import { webhookBody } from './webhook-message.js';

/** What happened to a model, or to the prompt that it is. */
export type Happening = 'created' | 'version.created' | 'tag.set' | 'tag.deleted' | 'version_tag.set' | 'version_tag.deleted' | 'alias.created' | 'alias.deleted';

// MLflow tells nobody of tags of models.
const OF_MODELS: Readonly<Record<Happening, WebhookEvent | null>> = {
  'created': 'registered_model.created',
  'version.created': 'model_version.created',
  'tag.set': null,
  'tag.deleted': null,
  'version_tag.set': 'model_version_tag.set',
  'version_tag.deleted': 'model_version_tag.deleted',
  'alias.created': 'model_version_alias.created',
  'alias.deleted': 'model_version_alias.deleted',
};
const OF_PROMPTS: Readonly<Record<Happening, WebhookEvent>> = {
  'created': 'prompt.created',
  'version.created': 'prompt_version.created',
  'tag.set': 'prompt_tag.set',
  'tag.deleted': 'prompt_tag.deleted',
  'version_tag.set': 'prompt_version_tag.set',
  'version_tag.deleted': 'prompt_version_tag.deleted',
  'alias.created': 'prompt_alias.created',
  'alias.deleted': 'prompt_alias.deleted',
};
const KEPT_DAYS = 30;

/** Tells the project's webhooks, in the transaction of the change: a delivery and a job for each that wants to know. */
export async function announce(tx: Pick<TenantSql, 'query' | 'organizationId'>, ctx: TenantContext, model: { projectId: number; isPrompt: boolean }, happening: Happening, data: unknown): Promise<void> {
  const event = (model.isPrompt ? OF_PROMPTS : OF_MODELS)[happening];
  if (event === null) return;
  const webhooks = await tx.query<{ id: string; workspace: string }>({
    name: 'webhooks_of_event',
    text: `SELECT w.id, p.name AS workspace FROM webhooks w JOIN projects p ON p.organization_id = w.organization_id AND p.id = w.project_id
           WHERE w.organization_id = $1 AND w.project_id = $2 AND w.status = 'ACTIVE' AND $3 = ANY (w.events)`,
    values: [tx.organizationId, model.projectId, event],
  });
  if (webhooks.length === 0) return;
  await tx.query({ text: `DELETE FROM webhook_deliveries WHERE organization_id = $1 AND created_at < now() - make_interval(days => $2)`, values: [tx.organizationId, KEPT_DAYS] });
  for (const { id, workspace } of webhooks) {
    const deliveryId = randomUUID();
    await tx.query({
      name: 'webhook_delivery_add',
      text: 'INSERT INTO webhook_deliveries (organization_id, id, webhook_id, event, body) VALUES ($1, $2, $3, $4, $5)',
      values: [tx.organizationId, deliveryId, id, event, webhookBody(event, data, workspace, new Date())],
    });
    await addToOutbox(tx, WebhookDelivery, { organizationId: ctx.organizationId, deliveryId });
  }
}

const PROMPT_TEXT_TAG = 'mlflow.prompt.text';
const INTERNAL_TAGS = ['mlflow.prompt.is_prompt', '_mlflow_prompt_type'];

/** Tags as deliveries show them: a map, for prompts without those that make them prompts. */
export function tagsOf(tags: readonly Tag[], isPrompt: boolean): Record<string, string> {
  return Object.fromEntries(tags.filter(({ key }) => !isPrompt || !INTERNAL_TAGS.includes(key)).map(({ key, value }) => [key, value]));
}

/** What deliveries show of a new version. */
export function newVersionData(version: { name: string; version: number; source: string; runId?: string; tags: readonly Tag[]; description?: string }, isPrompt: boolean) {
  const { [PROMPT_TEXT_TAG]: template = null, ...tags } = tagsOf(version.tags, isPrompt);
  const common = { name: version.name, version: String(version.version) };
  const description = version.description || null;
  return isPrompt ? { ...common, template, tags, description } : { ...common, source: version.source, run_id: version.runId || null, tags: tagsOf(version.tags, false), description };
}
