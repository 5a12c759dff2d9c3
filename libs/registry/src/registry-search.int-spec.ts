import type { Database } from '@modelyard/db';
import { createTestTenant } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestModel, registryServices, type RegistryServices } from './testing.js';

const PROMPT = { key: 'mlflow.prompt.is_prompt', value: 'true' };

let db: Database;
let registry: RegistryServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  registry = registryServices(db);
  ({ ctx } = await createTestTenant(db));
  await createTestModel(registry, ctx, 'Alpha', 3);
  await createTestModel(registry, ctx, 'beta_1', 1);
  await createTestModel(registry, ctx, 'betaX1', 1);
  await registry.models.setTag(ctx, 'Alpha', { key: 'team', value: 'vision' });
  await registry.models.setTag(ctx, 'beta_1', { key: 'team', value: 'speech' });
  await registry.models.setTag(ctx, 'beta_1', { key: 'mlflow.prompt.is_prompt', value: 'false' });
  await registry.versions.setTag(ctx, 'Alpha', 2, { key: 'gate', value: 'passed' });
  await registry.versions.transition(ctx, 'Alpha', 1, 'Production', false);
  await registry.aliases.set(ctx, 'Alpha', 'champion', 1);
  await registry.models.create(ctx, { name: 'greeting', tags: [PROMPT] });
  await registry.versions.create(ctx, { name: 'greeting', source: 'prompt-template', tags: [PROMPT, { key: 'mlflow.prompt.text', value: 'Hello' }] });
});
afterAll(() => db.close());

const models = async (filter?: string, orderBy?: string[]) => (await registry.modelSearch.search(ctx, { filter, orderBy, maxResults: 100 })).items.map((model) => model.name);
const versions = async (filter?: string, orderBy?: string[]) => (await registry.versionSearch.search(ctx, { filter, orderBy, maxResults: 100 })).items.map(({ name, version }) => `${name}/${version}`);

describe('search of registered models', () => {
  it.each([
    [undefined, ['Alpha', 'beta_1', 'betaX1']],
    ["name = 'Alpha'", ['Alpha']],
    ["name != 'Alpha'", ['beta_1', 'betaX1']],
    ["name LIKE 'beta\\_1'", ['beta_1']],
    ["name LIKE 'beta_1'", ['beta_1', 'betaX1']],
    ["name ILIKE 'ALPHA'", ['Alpha']],
    ["name IN ('Alpha', 'betaX1')", ['Alpha', 'betaX1']],
    ["tags.team = 'vision'", ['Alpha']],
    ["tags.team != 'vision'", ['beta_1']],
    ["tags.team ILIKE 'V%' AND name LIKE 'A%'", ['Alpha']],
    ["name = 'x'' OR 1=1 --'", []],
  ])('%p finds %p', async (filter, expected) => {
    expect((await models(filter)).sort()).toEqual(expected.sort());
  });

  it.each([
    ["tags.`mlflow.prompt.is_prompt` = 'true'", ['greeting']],
    ["tags.`mlflow.prompt.is_prompt` != 'true'", ['Alpha', 'beta_1', 'betaX1']],
    ["tags.`mlflow.prompt.is_prompt` = 'false'", ['Alpha', 'beta_1', 'betaX1']],
    ["tags.`mlflow.prompt.is_prompt` = 'false' AND name LIKE 'beta%'", ['beta_1', 'betaX1']],
  ])('prompts: %p finds %p', async (filter, expected) => {
    expect((await models(filter)).sort()).toEqual(expected.sort());
  });

  it('shows versions per stage, tags and aliases with the row', async () => {
    const [alpha] = (await registry.modelSearch.search(ctx, { filter: "name = 'Alpha'", maxResults: 1 })).items;
    expect(alpha).toMatchObject({ tags: [{ key: 'team', value: 'vision' }], aliases: [{ alias: 'champion', version: 1 }] });
    expect(alpha?.latestVersions.map(({ version, stage, aliases }) => [version, stage, aliases])).toEqual([[1, 'Production', ['champion']], [3, 'None', []]]);
  });

  it('pages by key in both directions of the order', async () => {
    for (const orderBy of [['name ASC'], ['name DESC'], ['timestamp DESC'], ['last_updated_timestamp ASC', 'name DESC']]) {
      const seen: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await registry.modelSearch.search(ctx, { orderBy, maxResults: 1, pageToken });
        seen.push(...page.items.map((model) => model.name));
        pageToken = page.nextCursor ?? undefined;
      } while (pageToken !== undefined);
      expect(seen).toEqual(await models(undefined, orderBy));
      expect(seen).toHaveLength(3);
    }
  });

  it.each([0, -1, 1001])('refuses max_results %p', async (maxResults) => {
    await expect(registry.modelSearch.search(ctx, { maxResults })).rejects.toThrow(`Invalid value ${maxResults} for parameter 'max_results' supplied`);
  });

  it('refuses a token of another order, and a damaged one', async () => {
    const { nextCursor } = await registry.modelSearch.search(ctx, { maxResults: 1 });
    await expect(registry.modelSearch.search(ctx, { maxResults: 1, orderBy: ['name DESC'], pageToken: nextCursor ?? '' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(registry.modelSearch.search(ctx, { maxResults: 1, pageToken: 'xx' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('search of model versions', () => {
  it.each([
    ["name = 'Alpha'", ['Alpha/1', 'Alpha/2', 'Alpha/3']],
    ["name = 'Alpha' AND version_number > 1", ['Alpha/2', 'Alpha/3']],
    ["name = 'Alpha' AND version_number = '2'", ['Alpha/2']],
    ["tags.gate = 'passed'", ['Alpha/2']],
    ["source_path LIKE '%/beta%'", ['beta_1/1', 'betaX1/1']],
    ["run_id = 'none'", []],
    ["tags.`mlflow.prompt.is_prompt` = 'true'", ['greeting/1']],
    ["tags.`mlflow.prompt.is_prompt` != 'true' AND name = 'greeting'", []],
  ])('%p finds %p', async (filter, expected) => {
    expect((await versions(filter)).sort()).toEqual(expected.sort());
  });

  it('has the last changed first, and any order asked for', async () => {
    expect((await versions())[0]).toBe('Alpha/1');
    expect(await versions("name = 'Alpha'", ['version_number ASC'])).toEqual(['Alpha/1', 'Alpha/2', 'Alpha/3']);
    expect(await versions("name LIKE 'beta%'", ['name DESC'])).toEqual(['beta_1/1', 'betaX1/1']);
  });

  it('pages by key without losing a version that shares its time with another', async () => {
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await registry.versionSearch.search(ctx, { maxResults: 2, pageToken });
      seen.push(...page.items.map(({ name, version }) => `${name}/${version}`));
      pageToken = page.nextCursor ?? undefined;
    } while (pageToken !== undefined);
    expect(seen).toEqual(await versions());
    expect(new Set(seen).size).toBe(5);
  });

  it('never shows a deleted version', async () => {
    const { ctx: other } = await createTestTenant(db);
    await createTestModel(registry, other, 'gone', 2);
    await registry.versions.delete(other, 'gone', 2);
    expect((await registry.versionSearch.search(other, { maxResults: 10 })).items.map((version) => version.version)).toEqual([1]);
  });
});
