import { DomainError } from '@modelyard/kernel';

export const WEBHOOK_STATUSES = ['ACTIVE', 'DISABLED'] as const;
export type WebhookStatus = (typeof WEBHOOK_STATUSES)[number];

/** What can be told of what (mlflow 3.17, VALID_ENTITY_ACTIONS). There are no budgets here, so that event never comes. */
export const WEBHOOK_EVENTS = {
  registered_model: ['created'],
  model_version: ['created'],
  model_version_tag: ['deleted', 'set'],
  model_version_alias: ['created', 'deleted'],
  prompt: ['created'],
  prompt_version: ['created'],
  prompt_tag: ['deleted', 'set'],
  prompt_version_tag: ['deleted', 'set'],
  prompt_alias: ['created', 'deleted'],
  budget_policy: ['exceeded'],
} as const satisfies Record<string, readonly string[]>;

export type WebhookEntity = keyof typeof WEBHOOK_EVENTS;
/** As `model_version.created`. */
export type WebhookEvent = { [E in WebhookEntity]: `${E}.${(typeof WEBHOOK_EVENTS)[E][number]}` }[WebhookEntity];

export interface Webhook {
  readonly id: string;
  readonly projectId: number;
  readonly name: string;
  readonly url: string;
  readonly description: string | null;
  readonly status: WebhookStatus;
  readonly events: readonly WebhookEvent[];
  /** Milliseconds since the epoch. */
  readonly creationTimestamp: number;
  readonly lastUpdatedTimestamp: number;
}

const NAME = /^(?=.{1,63}$)[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/i;
const MAX_URL_LENGTH = 500;
const MAX_DESCRIPTION_LENGTH = 1000;
const MAX_SECRET_LENGTH = 1000;
const MAX_SHOWN = 1000;

/** Throws INVALID_ARGUMENT in MLflow's words (`_validate_webhook_name`). */
export function checkWebhookName(name: string): void {
  if (NAME.test(name)) return;
  throw new DomainError(
    'INVALID_ARGUMENT',
    `Webhook name '${name.slice(0, MAX_SHOWN)}' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and contain only letters, digits, dots (.), underscores (_), and hyphens (-).`,
    { field: 'name' },
  );
}

/** Throws INVALID_ARGUMENT for texts that are too long for MLflow's own columns. */
export function checkWebhookTexts({ url = '', description = '', secret = '' }: { url?: string; description?: string; secret?: string }): void {
  const refused = (field: string, max: number) => new DomainError('INVALID_ARGUMENT', `The ${field} of a webhook has at most ${max} characters.`, { field });
  if (url.length > MAX_URL_LENGTH) throw refused('url', MAX_URL_LENGTH);
  if (description.length > MAX_DESCRIPTION_LENGTH) throw refused('description', MAX_DESCRIPTION_LENGTH);
  if (secret.length > MAX_SECRET_LENGTH) throw refused('secret', MAX_SECRET_LENGTH);
}

/** The event of an entity and an action, without doubles. Throws INVALID_ARGUMENT in MLflow's words (WebhookEvent). */
export function webhookEvent(entity: string, action: string): WebhookEvent {
  if (!Object.hasOwn(WEBHOOK_EVENTS, entity)) throw new DomainError('INVALID_ARGUMENT', `'${entity.slice(0, 100)}' is no entity of webhook events. Known ones: ${Object.keys(WEBHOOK_EVENTS).join(', ')}.`, { field: 'events' });
  const actions: readonly string[] = WEBHOOK_EVENTS[entity as WebhookEntity];
  if (!actions.includes(action)) {
    throw new DomainError('INVALID_ARGUMENT', `Invalid action '${action.slice(0, 100)}' for entity '${entity}'. Valid actions are: [${actions.map((name) => `'${name}'`).join(', ')}]`, { field: 'events' });
  }
  return `${entity}.${action}` as WebhookEvent;
}
