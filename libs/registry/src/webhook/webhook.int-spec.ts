import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@modelyard/config';
import { OutboxStore, type Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { ConsumerRunner } from '@modelyard/queue';
import { openTestDatabase, selfSignedCertificate } from '@modelyard/testing';
import { IS_PROMPT_TAG } from '../registered-model/registered-model.js';
import { ModelAliasMoved, WebhookDelivery } from '../registry.jobs.js';
import { registryServices, type RegistryServices } from '../testing.js';
import { AllowedHostService } from './allowed-host.service.js';
import { DeliverWebhook } from './deliver-webhook.js';
import type { WebhookEvent } from './webhook.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhookSender } from './webhook-sender.js';
import { WebhookService } from './webhook.service.js';

interface Received {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

const HOST = 'hooks.test';
const { cert, key } = selfSignedCertificate(HOST);
const secrets = new WebhookSecrets(['a master key']);
const received: Received[] = [];
/** What the receiver answers next; 200 when there is nothing. */
const answers: { status: number; headers?: Record<string, string> }[] = [];

let db: Database;
let receiver: Server;
let url: string;
let addresses: string[];
let lookUpFails = false;
let services: RegistryServices;
let webhooks: WebhookService;
let hosts: AllowedHostService;
let runner: ConsumerRunner<{ delivery: typeof WebhookDelivery; moved: typeof ModelAliasMoved }>;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  receiver = createServer({ cert, key }, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => { body += chunk.toString(); });
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const answer = answers.shift() ?? { status: 200 };
      response.writeHead(answer.status, answer.headers).end('thanks');
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `https://${HOST}:${(receiver.address() as AddressInfo).port}/hook`;
  services = registryServices(db);
  const sender = new WebhookSender({ resolve: () => (lookUpFails ? Promise.reject(new Error('EAI_AGAIN')) : Promise.resolve(addresses)), ca: cert, timeoutMs: 5_000 });
  webhooks = new WebhookService(db, services.audit, sender, secrets);
  hosts = new AllowedHostService(db, services.audit);
  const deliver = new DeliverWebhook(db, sender, secrets);
  runner = new ConsumerRunner(new OutboxStore(db), createLogger('test', 'silent'), { delivery: WebhookDelivery, moved: ModelAliasMoved }, { delivery: (job, { deliveryId }) => deliver.deliver(job, deliveryId), moved: async () => undefined });
});

beforeEach(async () => {
  received.length = 0;
  answers.length = 0;
  addresses = ['127.0.0.1'];
  ({ ctx } = await createTestTenant(db));
  await hosts.set(ctx, new URL(url).host, true);
});

afterAll(async () => {
  receiver.closeAllConnections();
  receiver.close();
  await db.close();
});

const make = (events: WebhookEvent[], more: { secret?: string; status?: 'DISABLED' } = {}) => webhooks.create(ctx, { name: 'hook', url, events, ...more });

interface Waiting {
  readonly id: string;
  readonly name: string;
  readonly attempts: number;
  readonly wait: number;
}

const waiting = () =>
  db.tenantSql(ctx, (tx) => tx.query<Waiting>({ text: `SELECT id::text, name, attempts, extract(epoch FROM available_at - now())::float8 AS wait FROM outbox WHERE name = 'webhook.deliver' ORDER BY outbox.id` }));
const dead = () => db.tenantSql(ctx, (tx) => tx.query<{ error: string; attempts: number }>({ text: 'SELECT error, attempts FROM dead_letters' }));
const deliveries = () => db.tenantSql(ctx, (tx) => tx.query<{ id: string; attempts: number; last_error: string | null }>({ text: 'SELECT id, attempts, last_error FROM webhook_deliveries' }));

/** What the relay does: counts an attempt and rings for each row, due or not. */
async function ring(): Promise<void> {
  for (const { id } of await waiting()) {
    await db.system('test', (tx) => tx.query({ text: 'UPDATE outbox SET attempts = attempts + 1 WHERE organization_id = $1 AND id = $2', values: [ctx.organizationId, id] }));
    await runner.run({ organizationId: ctx.organizationId, outboxId: id });
  }
}

const bodies = () => received.map(({ body }) => JSON.parse(body) as { entity: string; action: string; timestamp: string; workspace: string; data: unknown });

describe('events of the registry', () => {
  it('tell of models, versions, tags and aliases in MLflow\'s words', async () => {
    await make(['registered_model.created', 'model_version.created', 'model_version_tag.set', 'model_version_tag.deleted', 'model_version_alias.created', 'model_version_alias.deleted']);
    await services.models.create(ctx, { name: 'm', tags: [{ key: 'a', value: 'b' }], description: 'd' });
    await services.models.setTag(ctx, 'm', { key: 'quiet', value: 'x' });
    await services.versions.create(ctx, { name: 'm', source: 's3://bucket/m', tags: [{ key: 'v', value: '1' }] });
    await services.versions.setTag(ctx, 'm', 1, { key: 'k', value: 'w' });
    await services.versions.deleteTag(ctx, 'm', 1, 'k');
    await services.aliases.set(ctx, 'm', 'champion', 1);
    await services.aliases.remove(ctx, 'm', 'champion');
    await ring();
    expect(bodies().map(({ entity, action, data }) => [`${entity}.${action}`, data])).toEqual([
      ['registered_model.created', { name: 'm', tags: { a: 'b' }, description: 'd' }],
      ['model_version.created', { name: 'm', version: '1', source: 's3://bucket/m', run_id: null, tags: { v: '1' }, description: null }],
      ['model_version_tag.set', { name: 'm', version: '1', key: 'k', value: 'w' }],
      ['model_version_tag.deleted', { name: 'm', version: '1', key: 'k' }],
      ['model_version_alias.created', { name: 'm', alias: 'champion', version: '1' }],
      ['model_version_alias.deleted', { name: 'm', alias: 'champion' }],
    ]);
    expect(bodies()[0]).toMatchObject({ workspace: 'default', timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/) });
    expect(await deliveries()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  it('tell of prompts as prompts', async () => {
    await make(['prompt.created', 'prompt_version.created', 'prompt_tag.set', 'prompt_tag.deleted', 'prompt_version_tag.set', 'prompt_version_tag.deleted', 'prompt_alias.created', 'prompt_alias.deleted', 'registered_model.created']);
    const isPrompt = { key: IS_PROMPT_TAG, value: 'true' };
    await services.models.create(ctx, { name: 'p', tags: [isPrompt, { key: 'a', value: 'b' }] });
    await services.versions.create(ctx, { name: 'p', source: 'dummy-source', tags: [isPrompt, { key: 'mlflow.prompt.text', value: 'Hello {{name}}' }, { key: 'c', value: 'd' }] });
    await services.models.setTag(ctx, 'p', { key: 't', value: 'x' });
    await services.models.deleteTag(ctx, 'p', 't');
    await services.versions.setTag(ctx, 'p', 1, { key: 'k', value: 'w' });
    await services.versions.deleteTag(ctx, 'p', 1, 'k');
    await services.aliases.set(ctx, 'p', 'live', 1);
    await services.aliases.remove(ctx, 'p', 'live');
    await ring();
    expect(bodies().map(({ entity, action }) => `${entity}.${action}`)).toEqual(['prompt.created', 'prompt_version.created', 'prompt_tag.set', 'prompt_tag.deleted', 'prompt_version_tag.set', 'prompt_version_tag.deleted', 'prompt_alias.created', 'prompt_alias.deleted']);
    expect(bodies()[1]?.data).toEqual({ name: 'p', version: '1', template: 'Hello {{name}}', tags: { c: 'd' }, description: null });
  });

  it('wait for a change that is committed, in its own project and for webhooks that are active', async () => {
    await make(['registered_model.created']);
    await make(['registered_model.created'], { status: 'DISABLED' });
    await services.models.create(ctx, { name: 'once' });
    await expect(services.models.create(ctx, { name: 'once' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await waiting()).toHaveLength(1);
    const { a, sibling } = await createTestTenantPair(db);
    await hosts.set(a.ctx, new URL(url).host, true);
    await webhooks.create(a.ctx, { name: 'hook', url, events: ['registered_model.created'] });
    await services.models.create(sibling, { name: 'elsewhere' });
    expect(await db.tenantSql(a.ctx, (tx) => tx.query({ text: 'SELECT FROM webhook_deliveries' }))).toEqual([]);
  });
});

describe('a delivery', () => {
  const event = (secret?: string) => make(['registered_model.created'], { secret }).then(() => services.models.create(ctx, { name: 'm' }));

  it('is signed over its id, its time and its body', async () => {
    await event('größe');
    await ring();
    const { headers = {}, body = '' }: Partial<Received> = received[0] ?? {};
    const [id, timestamp] = [String(headers['x-mlflow-delivery-id']), String(headers['x-mlflow-timestamp'])];
    expect(headers['x-mlflow-signature']).toBe(`v1,${createHmac('sha256', 'größe').update(`${id}.${timestamp}.${body}`).digest('base64')}`);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(30);
    expect(headers['content-type']).toBe('application/json');
  });

  it('is not signed without a secret', async () => {
    await event();
    await ring();
    expect(received[0]?.headers).not.toHaveProperty('x-mlflow-signature');
  });

  it.each([429, 500, 502, 503, 504])('is sent again after %i, the same', async (status) => {
    answers.push({ status });
    await event();
    await ring();
    expect(await deliveries()).toMatchObject([{ attempts: 1, last_error: `the receiver answered ${status}` }]);
    const [{ wait } = { wait: 0 }] = await waiting();
    expect(wait).toBeGreaterThan(0.5);
    await ring();
    expect(received.map(({ body, headers }) => [body, headers['x-mlflow-delivery-id']])).toEqual([expect.anything(), expect.anything()].map(() => [received[0]?.body, received[0]?.headers['x-mlflow-delivery-id']]));
    expect(await waiting()).toEqual([]);
  });

  it('waits as long as the receiver asks', async () => {
    answers.push({ status: 503, headers: { 'retry-after': '120' } });
    await event();
    await ring();
    const [{ wait } = { wait: 0 }] = await waiting();
    expect(wait).toBeGreaterThan(110);
    expect(wait).toBeLessThanOrEqual(120.5);
  });

  it('goes to the dead letters after the last attempt, and stays to be sent again', async () => {
    answers.push(...Array.from({ length: 20 }, () => ({ status: 500 })));
    await event();
    for (let attempt = 0; attempt < 10; attempt += 1) await ring();
    expect(received).toHaveLength(WebhookDelivery.attempts);
    expect(await dead()).toMatchObject([{ attempts: WebhookDelivery.attempts, error: expect.stringContaining('the receiver answered 500') }]);
    expect(await deliveries()).toHaveLength(1);
  });

  it.each([302, 400, 404, 410])('goes there at once after %i, and follows no redirect', async (status) => {
    answers.push({ status, headers: { location: url.replace('/hook', '/elsewhere') } });
    await event();
    await ring();
    await ring();
    expect(received.map(({ path }) => path)).toEqual(['/hook']);
    expect(await dead()).toHaveLength(1);
  });

  it('never goes to a private address that the name means by now', async () => {
    addresses = ['8.8.8.8'];
    await webhooks.create(ctx, { name: 'rebind', url: url.replace(HOST, 'rebind.test'), events: ['registered_model.created'] });
    addresses = ['127.0.0.1'];
    await services.models.create(ctx, { name: 'm' });
    await ring();
    expect(received).toEqual([]);
    expect(await dead()).toMatchObject([{ error: expect.stringContaining('non-public') }]);
  });

  it('is tried again when the name is not found at the moment', async () => {
    await event();
    addresses = [];
    lookUpFails = true;
    await ring();
    lookUpFails = false;
    addresses = ['127.0.0.1'];
    expect(await dead()).toEqual([]);
    await ring();
    expect(received).toHaveLength(1);
  });

  it('does not go to a host whose certificate is another\'s', async () => {
    await hosts.set(ctx, url.replace(HOST, 'other.test').replace(/^https:\/\/|\/hook$/g, ''), true);
    await webhooks.create(ctx, { name: 'other', url: url.replace(HOST, 'other.test'), events: ['registered_model.created'] });
    await services.models.create(ctx, { name: 'm' });
    await ring();
    expect(received).toEqual([]);
    expect(await deliveries()).toMatchObject([{ last_error: expect.stringMatching(/altnames|certificate/i) }]);
  });

  it('is dropped with its webhook, and when that is disabled', async () => {
    const { id } = await make(['registered_model.created']);
    const other = await make(['registered_model.created']);
    await services.models.create(ctx, { name: 'm' });
    await webhooks.delete(ctx, id);
    await webhooks.update(ctx, other.id, { status: 'DISABLED' });
    await ring();
    expect(received).toEqual([]);
    expect(await deliveries()).toEqual([]);
    expect(await waiting()).toEqual([]);
  });
});

describe('webhooks', () => {
  it('are listed newest first, in pages', async () => {
    for (const name of ['one', 'two', 'three']) await webhooks.create(ctx, { name, url, events: ['prompt.created'] });
    const first = await webhooks.list(ctx, 2);
    const second = await webhooks.list(ctx, 2, first.nextCursor ?? '');
    expect([...first.items, ...second.items].map(({ name }) => name).sort()).toEqual(['one', 'three', 'two']);
    expect(second.nextCursor).toBeNull();
    await expect(webhooks.list(ctx, 1001)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('keep what an update does not name, and their secret apart', async () => {
    const made = await make(['prompt.created', 'prompt.created'], { secret: 'hidden-7f3a' });
    expect(made.events).toEqual(['prompt.created']);
    expect(await webhooks.update(ctx, made.id, { description: 'about' })).toMatchObject({ name: 'hook', url, description: 'about', status: 'ACTIVE' });
    await webhooks.test(ctx, made.id);
    await webhooks.update(ctx, made.id, { secret: '' });
    await webhooks.test(ctx, made.id);
    expect(received.map(({ headers }) => 'x-mlflow-signature' in headers)).toEqual([true, false]);
    const stored = await db.tenantSql(ctx, (tx) => tx.query({ text: `SELECT w::text AS row FROM webhooks w UNION ALL SELECT a::text FROM audit_events a UNION ALL SELECT o::text FROM outbox o` }));
    expect(JSON.stringify(stored)).not.toContain('hidden-7f3a');
    expect(JSON.stringify(stored)).not.toContain(Buffer.from('hidden-7f3a').toString('hex'));
  });

  it('can be tried out', async () => {
    const { id } = await make(['prompt_alias.created']);
    answers.push({ status: 418 });
    expect(await webhooks.test(ctx, id)).toEqual({ success: false, status: 418, body: 'thanks', error: null });
    expect(await webhooks.test(ctx, id, 'model_version.created')).toEqual({ success: true, status: 200, body: 'thanks', error: null });
    expect(bodies().map(({ entity, data }) => [entity, data])).toEqual([['prompt_alias', { name: 'example_prompt', alias: 'example_alias', version: '1' }], ['model_version', expect.objectContaining({ name: 'example_model' })]]);
    addresses = ['169.254.169.254'];
    expect(await webhooks.test(ctx, id)).toMatchObject({ success: false, error: expect.stringContaining('non-public') });
  });

  it('are for admins of the project, and exist in no other', async () => {
    const { id } = await make(['prompt.created']);
    await expect(webhooks.list(withRole(ctx, 'contributor'), 10)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    const { a, b, sibling } = await createTestTenantPair(db);
    await hosts.set(a.ctx, new URL(url).host, true);
    const other = await webhooks.create(a.ctx, { name: 'hook', url, events: ['prompt.created'] });
    for (const [caller, foreign] of [[b.ctx, other.id], [sibling, other.id], [a.ctx, id]] as const) {
      await expect(webhooks.get(caller, foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(webhooks.update(caller, foreign, { name: 'stolen' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(webhooks.delete(caller, foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(webhooks.test(caller, foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('record who changed what', async () => {
    const { id } = await make(['prompt.created']);
    await webhooks.update(ctx, id, { name: 'renamed' });
    await webhooks.delete(ctx, id);
    const { items } = await services.audit.list(ctx, { resourceType: 'webhook' }, 10);
    expect(items.map(({ action }) => action)).toEqual(['webhook.delete', 'webhook.update', 'webhook.create']);
  });
});

describe('allowed hosts', () => {
  it('are allowed and taken away by whoever administers the organization', async () => {
    await expect(hosts.set(withRole(ctx, 'maintainer'), 'localhost', true)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await hosts.set(ctx, new URL(url).host, false);
    await expect(make(['prompt.created'])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('non-public') });
    expect((await hosts.set(ctx, 'Hooks.Internal:8443', true)).map(({ host }) => host)).toEqual(['hooks.internal:8443']);
    const { items } = await services.audit.list(ctx, { resourceType: 'organization' }, 10);
    expect(items.slice(0, 2).map(({ action }) => action)).toEqual(['webhook-host.allow', 'webhook-host.forbid']);
  });

  it.each(['', 'a/b', 'http://a', 'u@a', 'a b', 'a?b', 'a#b', 'x'.repeat(300)])('are hosts: %j is none', async (host) => {
    await expect(hosts.set(ctx, host, true)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
