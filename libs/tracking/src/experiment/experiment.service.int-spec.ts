import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, trackingServices, type TrackingServices } from '../testing.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
});

afterAll(() => db.close());

describe('the Default experiment', () => {
  it('comes with every project and has id 0 there', async () => {
    const { a, sibling } = await createTestTenantPair(db);
    const first = await services.experiments.get(a.ctx, '0');
    const second = await services.experiments.get(sibling, '0');
    expect([first.name, second.name]).toEqual(['Default', 'Default']);
    expect(first.id).not.toBe(second.id);
    expect(first.artifactLocation).toBe('mlflow-artifacts:/0');
    expect(second.artifactLocation).toBe(`mlflow-artifacts:/${second.id}`);
  });

  it('is also found by its internal id, in its own project only', async () => {
    const { a, sibling } = await createTestTenantPair(db);
    const second = await services.experiments.get(sibling, '0');
    expect((await services.experiments.get(sibling, String(second.id))).experimentId).toBe('0');
    await expect(services.experiments.get(a.ctx, String(second.id))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('ExperimentService', () => {
  it('makes an experiment whose artifacts lie under its id', async () => {
    const made = await services.experiments.create(ctx, { name: 'vision', tags: [{ key: 'team', value: 'a' }] });
    expect(made).toMatchObject({ name: 'vision', lifecycleStage: 'active', artifactLocation: `mlflow-artifacts:/${made.experimentId}`, tags: [{ key: 'team', value: 'a' }] });
    expect(await services.experiments.getByName(ctx, 'vision')).toEqual(made);
  });

  it('puts the artifacts of a new experiment under the root of its project', async () => {
    const { sibling } = await createTestTenantPair(db);
    for (const [root, location] of [['s3://bucket/team/', 's3://bucket/team/'], ['s3://bucket/team?region=x', 's3://bucket/team/']] as const) {
      await db.tenant(sibling, (tx) => tx.prisma.project.updateMany({ where: { id: sibling.projectId }, data: { defaultArtifactRoot: root } }));
      const made = await services.experiments.create(sibling, { name: root });
      expect(made.artifactLocation).toBe(`${location}${made.experimentId}${root.includes('?') ? '?region=x' : ''}`);
    }
  });

  it('keeps a name taken, also by a deleted experiment, in one project only', async () => {
    const { a, sibling } = await createTestTenantPair(db);
    const made = await services.experiments.create(a.ctx, { name: 'taken' });
    await services.experiments.delete(a.ctx, made.experimentId);
    await expect(services.experiments.create(a.ctx, { name: 'taken' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS', message: expect.stringContaining('Experiment(name=taken) already exists') });
    await expect(services.experiments.create(sibling, { name: 'taken' })).resolves.toMatchObject({ name: 'taken' });
  });

  it('deletes and restores all runs with it, also runs deleted before', async () => {
    const { experimentId } = await services.experiments.create(ctx, { name: 'cascade' });
    const runIds = [await createTestRun(services, ctx, { experimentId }), await createTestRun(services, ctx, { experimentId })];
    await services.runs.delete(ctx, runIds[0] ?? '');
    await services.experiments.delete(ctx, experimentId);
    await expect(services.experiments.delete(ctx, experimentId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(services.runs.create(ctx, { experimentId })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining("must be in the 'active' state") });
    await services.experiments.restore(ctx, experimentId);
    const stages = await Promise.all(runIds.map(async (id) => (await services.runs.get(ctx, id)).read().info.lifecycle_stage));
    expect(stages).toEqual(['active', 'active']);
  });

  it('renames an active experiment only', async () => {
    const { experimentId } = await services.experiments.create(ctx, { name: 'before' });
    await services.experiments.rename(ctx, experimentId, 'after');
    expect((await services.experiments.get(ctx, experimentId)).name).toBe('after');
    await services.experiments.delete(ctx, experimentId);
    await expect(services.experiments.rename(ctx, experimentId, 'again')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
  });

  it('sets and deletes tags; a missing one is NOT_FOUND', async () => {
    const { experimentId } = await services.experiments.create(ctx, { name: 'tagged' });
    await services.experiments.setTag(ctx, experimentId, { key: 'k', value: '1' });
    await services.experiments.setTag(ctx, experimentId, { key: 'k', value: '2' });
    expect((await services.experiments.get(ctx, experimentId)).tags).toEqual([{ key: 'k', value: '2' }]);
    await services.experiments.deleteTag(ctx, experimentId, 'k');
    await expect(services.experiments.deleteTag(ctx, experimentId, 'k')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('records changes in the audit log', async () => {
    const tenant = await createTestTenant(db);
    const { experimentId } = await services.experiments.create(tenant.ctx, { name: 'audited' });
    await services.experiments.rename(tenant.ctx, experimentId, 'renamed');
    await services.experiments.delete(tenant.ctx, experimentId);
    await services.experiments.restore(tenant.ctx, experimentId);
    const { items } = await new AuditService(db).list(tenant.ctx, { resourceType: 'experiment' }, 10);
    expect(items.map(({ action }) => action).sort()).toEqual(['experiment.create', 'experiment.delete', 'experiment.rename', 'experiment.restore']);
  });

  it('shows nothing to another organization or project, and lets nobody change what they may only read', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { experimentId } = await services.experiments.create(a.ctx, { name: 'mine' });
    for (const other of [b.ctx, sibling]) {
      await expect(services.experiments.get(other, experimentId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.experiments.delete(other, experimentId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.experiments.setTag(other, experimentId, { key: 'k', value: 'v' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.runs.create(other, { experimentId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(services.experiments.delete(withRole(a.ctx, 'viewer'), experimentId)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it.each([['', 'Invalid experiment name'], ['x'.repeat(501), 'exceeds the maximum length of 500']])('refuses the name %j', async (name, message) => {
    await expect(services.experiments.create(ctx, { name })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it.each(['runs:/abc', 'mlflow-artifacts:/1/../2', 's3://b/x#y'])('refuses the artifact location %s', async (artifactLocation) => {
    await expect(services.experiments.create(ctx, { name: artifactLocation, artifactLocation })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('ExperimentSearchService', () => {
  let tenant: TenantContext;
  const names = async (search: Parameters<TrackingServices['experimentSearch']['search']>[1]) => (await services.experimentSearch.search(tenant, search)).items.map(({ name }) => name);

  beforeAll(async () => {
    ({ ctx: tenant } = await createTestTenant(db));
    for (const name of ['alpha', 'beta', 'gamma']) await services.experiments.create(tenant, { name, tags: [{ key: 'first', value: name.slice(0, 1) }] });
    await services.experiments.delete(tenant, (await services.experiments.getByName(tenant, 'gamma')).experimentId);
  });

  it('filters by name, tag, id and stage', async () => {
    expect(await names({ maxResults: 10, filter: "name ILIKE 'AL%'" })).toEqual(['alpha']);
    expect(await names({ maxResults: 10, filter: "tags.first = 'b'" })).toEqual(['beta']);
    expect(await names({ maxResults: 10, filter: "tags.first IS NULL" })).toEqual(['Default']);
    expect(await names({ maxResults: 10, filter: "experiment_id = '0'" })).toEqual(['Default']);
    expect(await names({ maxResults: 10, viewType: 'DELETED_ONLY' })).toEqual(['gamma']);
    expect(await names({ maxResults: 10, viewType: 'ALL', orderBy: ['name DESC'] })).toEqual(['gamma', 'beta', 'alpha', 'Default']);
  });

  it('pages without loss or repeats when experiments are added in between', async () => {
    const first = await services.experimentSearch.search(tenant, { maxResults: 2, orderBy: ['creation_time'] });
    await services.experiments.create(tenant, { name: 'late' });
    const second = await services.experimentSearch.search(tenant, { maxResults: 10, orderBy: ['creation_time'], pageToken: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['Default', 'alpha', 'beta', 'late']);
    expect(second.nextCursor).toBeNull();
  });

  it('refuses a token of another order, and a damaged one', async () => {
    const { nextCursor } = await services.experimentSearch.search(tenant, { maxResults: 1, orderBy: ['name'] });
    await expect(services.experimentSearch.search(tenant, { maxResults: 1, pageToken: nextCursor ?? '' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(services.experimentSearch.search(tenant, { maxResults: 1, pageToken: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
