import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, point, trackingServices, type TrackingServices } from '../testing.js';
import type { LoggedModelSearch } from './logged-model-search.service.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
});

afterAll(() => db.close());

describe('LoggedModelService', () => {
  it('makes a pending model, which a client finalizes', async () => {
    const made = (await services.models.create(ctx, { experimentId: '0', name: 'clf', modelType: 'agent', sourceRunId: 'r', params: [{ key: 'p', value: '1' }], tags: [{ key: 't', value: '2' }] })).read();
    const id = made.info.model_id;
    expect(made).toEqual({
      info: {
        model_id: expect.stringMatching(/^m-[0-9a-f]{32}$/), experiment_id: '0', name: 'clf', status: 'LOGGED_MODEL_PENDING', artifact_uri: `mlflow-artifacts:/0/models/${id}/artifacts`, created_by: ctx.actor.name,
        model_type: 'agent', source_run_id: 'r', creation_timestamp_ms: expect.any(Number), last_updated_timestamp_ms: expect.any(Number), tags: [{ key: 't', value: '2' }],
      },
      data: { params: [{ key: 'p', value: '1' }] },
    });
    expect((await services.models.finalize(ctx, id, 'LOGGED_MODEL_READY')).read().info.status).toBe('LOGGED_MODEL_READY');
  });

  it('is NOT_FOUND after its deletion, which is audited', async () => {
    const tenant = await createTestTenant(db);
    const { model_id: id } = (await services.models.create(tenant.ctx, { experimentId: '0' })).read().info;
    await services.models.delete(tenant.ctx, id);
    await expect(services.models.get(tenant.ctx, id)).rejects.toMatchObject({ code: 'NOT_FOUND', message: `Logged model with ID '${id}' not found.` });
    await services.models.delete(tenant.ctx, id);
    expect((await services.models.get(tenant.ctx, id, true)).read().info.model_id).toBe(id);
    const { items } = await new AuditService(db).list(tenant.ctx, { action: 'logged_model.delete' }, 10);
    expect(items).toHaveLength(1);
  });

  it('changes tags and adds params; a repeat changes nothing', async () => {
    const { model_id: id } = (await services.models.create(ctx, { experimentId: '0' })).read().info;
    await services.models.logParams(ctx, id, [{ key: 'p', value: '1' }]);
    await services.models.logParams(ctx, id, [{ key: 'p', value: '1' }, { key: 'q', value: '2' }]);
    await services.models.setTags(ctx, id, [{ key: 't', value: '1' }, { key: 't', value: '2' }]);
    await services.models.deleteTag(ctx, id, 't');
    await expect(services.models.deleteTag(ctx, id, 't')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const { info, data } = (await services.models.get(ctx, id)).read();
    expect([info.tags, data.params]).toEqual([undefined, [{ key: 'p', value: '1' }, { key: 'q', value: '2' }]]);
  });

  it.each(['', 'a/b', 'a.b', 'a%', `a'`])('refuses the name %j', async (name) => {
    await expect(services.models.create(ctx, { experimentId: '0', name })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('Invalid model name') });
  });

  it('shows nothing to another organization or project', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { model_id: id } = (await services.models.create(a.ctx, { experimentId: '0' })).read().info;
    for (const other of [b.ctx, sibling]) {
      await expect(services.models.get(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.models.finalize(other, id, 'LOGGED_MODEL_READY')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.models.delete(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const otherRun = await createTestRun(services, other);
      await expect(services.log.logMetric(other, otherRun, { ...point('stolen', 1), modelId: id })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: `Logged model with ID '${id}' not found.` });
    }
    expect((await services.models.get(a.ctx, id)).read().data.metrics).toBeUndefined();
  });
});

describe('LoggedModelSearchService', () => {
  let tenant: TenantContext;
  const search = (input: Partial<LoggedModelSearch>) => services.modelSearch.search(tenant, { experimentIds: ['0'], ...input });
  const names = async (input: Partial<LoggedModelSearch>) => (await search(input)).items.map((item) => item.read().info.name);

  beforeAll(async () => {
    ({ ctx: tenant } = await createTestTenant(db));
    const runId = await createTestRun(services, tenant);
    for (const [name, acc] of [['a', 0.1], ['b', 0.9], ['c', null]] as const) {
      const { info } = (await services.models.create(tenant, { experimentId: '0', name, params: [{ key: 'lr', value: name }], tags: [{ key: 't', value: name.toUpperCase() }] })).read();
      if (acc !== null) await services.log.logMetric(tenant, runId, { ...point('acc', acc, 1, 1), modelId: info.model_id, datasetName: 'd', datasetDigest: name });
      if (name === 'a') await services.models.finalize(tenant, info.model_id, 'LOGGED_MODEL_READY');
    }
  });

  it.each<[string, string[]]>([
    ['metrics.acc > 0.5', ['b']],
    ["params.lr = 'a'", ['a']],
    ["tags.t ILIKE 'c'", ['c']],
    ["name IN ('a', 'c')", ['a', 'c']],
    ["status = 'READY'", ['a']],
    ['creation_timestamp > 0', ['a', 'b', 'c']],
  ])('filters by %s', async (filter, expected) => {
    expect((await names({ filter })).sort()).toEqual(expected);
  });

  it('orders by a metric with missing ones last, in pages', async () => {
    expect(await names({ orderBy: [{ fieldName: 'metrics.acc', ascending: false }] })).toEqual(['b', 'a', 'c']);
    const first = await search({ orderBy: [{ fieldName: 'metrics.acc' }], maxResults: 1 });
    const second = await search({ orderBy: [{ fieldName: 'metrics.acc' }], maxResults: 5, pageToken: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map((item) => item.read().info.name)).toEqual(['a', 'b', 'c']);
  });

  it('restricts to datasets', async () => {
    expect((await names({ datasets: [{ name: 'd' }] })).sort()).toEqual(['a', 'b']);
    expect(await names({ datasets: [{ name: 'd', digest: 'b' }], filter: 'metrics.acc > 0' })).toEqual(['b']);
    await expect(search({ datasets: [{ name: '' }] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
