import { Database, type TenantHandle } from '@modelyard/db';
import { createSiblingProject, createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import { DomainError, type TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { ChangeGate, type ModelChange } from './change-gate.js';
import { createTestModel, registryServices, type RegistryServices } from './testing.js';

let db: Database;
let registry: RegistryServices;

beforeAll(async () => {
  db = await openTestDatabase();
  registry = registryServices(db);
});
afterAll(() => db.close());

const actionsOf = async (ctx: TenantContext) => (await registry.audit.list(ctx, {}, 100)).items.map((event) => event.action);
const outboxOf = (ctx: TenantContext) => db.tenantSql(ctx, (tx) => tx.query<{ name: string; payload: Record<string, unknown> }>({ text: 'SELECT name, payload FROM outbox ORDER BY id' }));

describe('registered models', () => {
  it('are made once per project, and the name tells models and prompts apart', async () => {
    const { ctx } = await createTestTenant(db);
    const made = await registry.models.create(ctx, { name: 'iris', description: 'flowers', tags: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }] });
    expect(made).toMatchObject({ name: 'iris', description: 'flowers', tags: [{ key: 'a', value: '2' }], latestVersions: [], aliases: [], userName: ctx.actor.name });
    await expect(registry.models.create(ctx, { name: 'iris' })).rejects.toMatchObject({ code: 'ALREADY_EXISTS', message: 'Registered Model (name=iris) already exists.' });
    await expect(registry.models.create(ctx, { name: 'iris', tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] })).rejects.toThrow(/already taken by a registered model/);
    const sibling = await createSiblingProject(db, ctx);
    await expect(registry.models.create(sibling, { name: 'iris' })).resolves.toMatchObject({ projectId: sibling.projectId });
  });

  it('are renamed with their versions, tags and aliases', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'old', 2);
    await createTestModel(registry, ctx, 'taken');
    await registry.aliases.set(ctx, 'old', 'champion', 2);
    await expect(registry.models.rename(ctx, 'old', 'taken')).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await registry.models.rename(ctx, 'old', 'new')).toMatchObject({ name: 'new', aliases: [{ alias: 'champion', version: 2 }] });
    expect(await registry.versions.get(ctx, 'new', 2)).toMatchObject({ name: 'new', aliases: ['champion'] });
    await expect(registry.models.get(ctx, 'old')).rejects.toThrow('Registered Model with name=old not found');
  });

  it('are deleted with everything but the history of their aliases', async () => {
    const { ctx } = await createTestTenant(db);
    const [version] = await createTestModel(registry, ctx, 'iris');
    await registry.aliases.set(ctx, 'iris', 'champion', 1);
    await registry.models.delete(ctx, 'iris');
    await expect(registry.versions.get(ctx, 'iris', 1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const events = await db.tenantSql(ctx, (tx) => tx.query({ text: 'SELECT from_version, to_version FROM model_alias_events WHERE registered_model_id = $1 ORDER BY id', values: [version?.registeredModelId] }));
    expect(events).toEqual([{ from_version: null, to_version: 1 }, { from_version: 1, to_version: null }]);
    const [again] = await createTestModel(registry, ctx, 'iris');
    expect(again).toMatchObject({ version: 1, aliases: [] });
  });

  it('and what is done to them is in the audit log', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'iris');
    await registry.models.update(ctx, 'iris', 'text');
    await registry.models.setTag(ctx, 'iris', { key: 'k', value: 'v' });
    await registry.models.deleteTag(ctx, 'iris', 'k');
    await registry.versions.setTag(ctx, 'iris', 1, { key: 'k', value: 'v' });
    await registry.versions.deleteTag(ctx, 'iris', 1, 'k');
    await registry.versions.delete(ctx, 'iris', 1);
    await registry.models.delete(ctx, 'iris');
    expect((await actionsOf(ctx)).reverse().slice(-9)).toEqual([
      'model.create', 'model-version.create', 'model.update', 'model.set-tag', 'model.delete-tag', 'model-version.set-tag', 'model-version.delete-tag', 'model-version.delete', 'model.delete',
    ]);
  });
});

describe('model versions', () => {
  it('are numbered without gaps or repeats by writers at the same moment', async () => {
    const { ctx } = await createTestTenant(db);
    await registry.models.create(ctx, { name: 'busy' });
    const made = await Promise.all(Array.from({ length: 8 }, () => registry.versions.create(ctx, { name: 'busy', source: 'mlflow-artifacts:/0/x' })));
    expect(made.map((version) => version.version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('leave a tombstone whose number is never used again', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'iris', 2);
    await registry.aliases.set(ctx, 'iris', 'champion', 2);
    await registry.versions.delete(ctx, 'iris', 2);
    await expect(registry.versions.get(ctx, 'iris', 2)).rejects.toThrow('Model Version (name=iris, version=2) not found');
    await expect(registry.aliases.resolve(ctx, 'iris', 'champion')).rejects.toThrow('Registered model alias champion not found.');
    await expect(registry.aliases.set(ctx, 'iris', 'champion', 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await registry.versions.create(ctx, { name: 'iris', source: 'mlflow-artifacts:/0/x' })).toMatchObject({ version: 3 });
    const [tomb] = await db.tenantSql(ctx, (tx) => tx.query({ text: 'SELECT source, run_id, storage_location, current_stage FROM model_versions WHERE version = 2' }));
    expect(tomb).toEqual({ source: 'REDACTED-SOURCE-PATH', run_id: 'REDACTED-RUN-ID', storage_location: 'REDACTED-SOURCE-PATH', current_stage: 'Deleted_Internal' });
  });

  it('move between stages, and can archive those that were there', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'iris', 3);
    await registry.versions.transition(ctx, 'iris', 1, 'Production', false);
    await registry.versions.transition(ctx, 'iris', 2, 'Production', true);
    const latest = await registry.models.latestVersions(ctx, 'iris');
    expect(latest.map(({ version, stage }) => [version, stage])).toEqual([[1, 'Archived'], [2, 'Production'], [3, 'None']]);
    expect((await registry.models.latestVersions(ctx, 'iris', ['Production'])).map((version) => version.version)).toEqual([2]);
    await expect(registry.versions.transition(ctx, 'iris', 3, 'Archived', true)).rejects.toThrow("'Archived' is not an Active stage");
  });
});

describe('aliases', () => {
  it('leave history, an audit row and an event at every move, and nothing when nothing moves', async () => {
    const { ctx } = await createTestTenant(db);
    const [version] = await createTestModel(registry, ctx, 'iris', 2);
    await registry.aliases.set(ctx, 'iris', 'champion', 1);
    await registry.aliases.set(ctx, 'iris', 'champion', 1);
    await registry.aliases.set(ctx, 'iris', 'champion', 2);
    await registry.aliases.remove(ctx, 'iris', 'champion');
    await registry.aliases.remove(ctx, 'iris', 'champion');
    const { items } = await registry.aliases.history(ctx, 'iris', 'champion', 10);
    expect(items.map(({ fromVersion, toVersion, actorName }) => [fromVersion, toVersion, actorName])).toEqual([[2, null, ctx.actor.name], [1, 2, ctx.actor.name], [null, 1, ctx.actor.name]]);
    expect((await actionsOf(ctx)).filter((action) => action.endsWith('alias'))).toEqual(['model.delete-alias', 'model.set-alias', 'model.set-alias']);
    const events = await outboxOf(ctx);
    expect(events).toHaveLength(3);
    expect(events[0]).toEqual({
      name: 'model.alias-moved',
      payload: { organizationId: ctx.organizationId, projectId: ctx.projectId, registeredModelId: version?.registeredModelId, alias: 'champion', eventId: items[2]?.id },
    });
  });

  it('have a history in pages', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'iris', 3);
    for (const version of [1, 2, 3]) await registry.aliases.set(ctx, 'iris', 'a', version);
    const first = await registry.aliases.history(ctx, 'iris', null, 2);
    const second = await registry.aliases.history(ctx, 'iris', null, 2, first.nextCursor ?? undefined);
    expect([...first.items, ...second.items].map((event) => event.toVersion)).toEqual([3, 2, 1]);
    expect(second.nextCursor).toBeNull();
  });

  it('`latest` is the newest version that is not deleted', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'iris', 3);
    await registry.versions.delete(ctx, 'iris', 3);
    expect(await registry.aliases.resolve(ctx, 'iris', 'Latest')).toMatchObject({ version: 2 });
    await registry.models.create(ctx, { name: 'empty' });
    await expect(registry.aliases.resolve(ctx, 'empty', 'latest')).rejects.toThrow('Latest version not found for model empty.');
  });
});

describe('the change gate', () => {
  class RefusingGate extends ChangeGate {
    readonly asked: ModelChange[] = [];
    override async check(_tx: TenantHandle, _ctx: TenantContext, change: ModelChange): Promise<void> {
      this.asked.push(change);
      throw new DomainError('FAILED_PRECONDITION', 'Two approvals are missing.');
    }
  }

  it('is asked about every alias, stage and deletion, and its no leaves nothing behind', async () => {
    const { ctx } = await createTestTenant(db);
    await createTestModel(registry, ctx, 'iris');
    const before = await actionsOf(ctx);
    const gate = new RefusingGate();
    const gated = registryServices(db, gate);
    const refused = { code: 'FAILED_PRECONDITION', message: 'Two approvals are missing.' };
    await expect(gated.aliases.set(ctx, 'iris', 'champion', 1)).rejects.toMatchObject(refused);
    await expect(gated.versions.transition(ctx, 'iris', 1, 'Production', true)).rejects.toMatchObject(refused);
    await expect(gated.versions.delete(ctx, 'iris', 1)).rejects.toMatchObject(refused);
    await expect(gated.models.delete(ctx, 'iris')).rejects.toMatchObject(refused);
    expect(gate.asked.map((change) => change.kind)).toEqual(['alias', 'stage', 'delete', 'delete']);
    expect(gate.asked[0]).toMatchObject({ alias: 'champion', fromVersion: null, toVersion: 1, model: { name: 'iris' } });
    expect(await registry.versions.get(ctx, 'iris', 1)).toMatchObject({ stage: 'None', aliases: [] });
    expect(await actionsOf(ctx)).toEqual(before);
    expect(await outboxOf(ctx)).toEqual([]);
  });
});

describe('another tenant, and another project of the same organization', () => {
  it('find nothing and change nothing', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    await createTestModel(registry, a.ctx, 'secret-model');
    await registry.aliases.set(a.ctx, 'secret-model', 'champion', 1);
    for (const ctx of [b.ctx, sibling]) {
      const tries = [
        registry.models.get(ctx, 'secret-model'), registry.models.update(ctx, 'secret-model', 'x'), registry.models.rename(ctx, 'secret-model', 'y'), registry.models.delete(ctx, 'secret-model'),
        registry.models.setTag(ctx, 'secret-model', { key: 'k', value: 'v' }), registry.models.latestVersions(ctx, 'secret-model'),
        registry.versions.get(ctx, 'secret-model', 1), registry.versions.update(ctx, 'secret-model', 1, 'x'), registry.versions.delete(ctx, 'secret-model', 1),
        registry.versions.transition(ctx, 'secret-model', 1, 'Production', true), registry.versions.create(ctx, { name: 'secret-model', source: 'mlflow-artifacts:/0/x' }),
        registry.aliases.resolve(ctx, 'secret-model', 'champion'), registry.aliases.set(ctx, 'secret-model', 'mine', 1), registry.aliases.remove(ctx, 'secret-model', 'champion'), registry.aliases.history(ctx, 'secret-model', null, 5),
      ];
      for (const attempt of tries) await expect(attempt).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await registry.modelSearch.search(ctx, { maxResults: 10 })).items).toEqual([]);
      expect((await registry.versionSearch.search(ctx, { maxResults: 10 })).items).toEqual([]);
    }
    expect(await registry.versions.get(a.ctx, 'secret-model', 1)).toMatchObject({ aliases: ['champion'], stage: 'None' });
  });
});

describe('rights', () => {
  it('a contributor registers, but neither promotes nor deletes; a viewer reads', async () => {
    const { ctx } = await createTestTenant(db);
    const contributor = withRole(ctx, 'contributor');
    const viewer = withRole(ctx, 'viewer');
    await createTestModel(registry, contributor, 'iris');
    const denied = { code: 'PERMISSION_DENIED' };
    await expect(registry.aliases.set(contributor, 'iris', 'a', 1)).rejects.toMatchObject(denied);
    await expect(registry.versions.transition(contributor, 'iris', 1, 'Staging', false)).rejects.toMatchObject(denied);
    await expect(registry.versions.delete(contributor, 'iris', 1)).rejects.toMatchObject(denied);
    await expect(registry.models.delete(contributor, 'iris')).rejects.toMatchObject(denied);
    await expect(registry.versions.update(viewer, 'iris', 1, 'x')).rejects.toMatchObject(denied);
    await expect(registry.models.get(viewer, 'iris')).resolves.toMatchObject({ name: 'iris' });
  });
});
