import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, trackingServices, type TestRun, type TrackingServices } from '../testing.js';
import type { RunSearch } from './run-search.service.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
  const made: TestRun[] = [
    { name: 'one', startTime: 1, metrics: { loss: 0.1, acc: 0.9 }, params: { model: 'cnn', long: 'z'.repeat(300) }, tags: { team: 'Vision', 'a b': 'x' } },
    { name: 'two', startTime: 2, metrics: { loss: 0.2 }, params: { model: 'CNN-large' }, tags: { team: 'nlp' } },
    { name: 'three', startTime: 3, metrics: { loss: NaN }, params: { model: 'rnn', 'l.r': '0.1' } },
    { name: 'four', startTime: 4, metrics: { loss: -5, acc: 0.5 }, params: { model: '' } },
    { name: 'five', startTime: 5 },
  ];
  for (const run of made) await createTestRun(services, ctx, run);
  const { runs } = { runs: await search({}) };
  const five = runs.items.find((item) => item.read().info.run_name === 'five')?.read().info.run_id ?? '';
  const four = runs.items.find((item) => item.read().info.run_name === 'four')?.read().info.run_id ?? '';
  await services.runs.update(ctx, four, { status: 'FINISHED', endTime: 100 });
  await services.inputs.logInputs(ctx, five, {
    datasets: [{ dataset: { name: 'iris', digest: 'd1', source_type: 's', source: 's' }, tags: [{ key: 'mlflow.data.context', value: 'training' }] }],
    modelIds: [],
  });
});

afterAll(() => db.close());

const search = (input: Partial<RunSearch>) => services.runSearch.search(ctx, { experimentIds: ['0'], ...input });
const names = async (input: Partial<RunSearch>) => (await search(input)).items.map((item) => item.read().info.run_name);

describe('a filter', () => {
  it.each<[string, string[]]>([
    ['metrics.loss < 0.15', ['four', 'one']],
    ['metrics.loss >= 0.1 AND metrics.acc > 0', ['one']],
    ['metrics.loss != 0.2', ['four', 'three', 'one']],
    ['metrics.loss > -1e308', ['four', 'two', 'one']],
    ['metrics.nobody = 1', []],
    ["params.model = 'cnn'", ['one']],
    ["params.model = ''", ['four']],
    ["params.model != 'cnn'", ['four', 'three', 'two']],
    ["params.model LIKE 'cn%'", ['one']],
    ["params.model LIKE '%nn'", ['three', 'one']],
    ["params.model ILIKE 'cnn%'", ['two', 'one']],
    ["params.`l.r` = '0.1'", ['three']],
    [`params.long = '${'z'.repeat(300)}'`, ['one']],
    [`params.long = '${'z'.repeat(299)}'`, []],
    [`params.long LIKE '${'z'.repeat(290)}%'`, ['one']],
    ['params.model IS NULL', ['five']],
    ["tags.team = 'nlp'", ['two']],
    ["tags.team ILIKE 'vis%'", ['one']],
    ["tags.`a b` = 'x'", ['one']],
    ['tags.team IS NOT NULL', ['two', 'one']],
    ['tags.nobody IS NULL', ['five', 'four', 'three', 'two', 'one']],
    ["run_name = 'two'", ['two']],
    ["attributes.run_name LIKE 't%'", ['three', 'two']],
    ["status = 'FINISHED'", ['four']],
    ['start_time >= 2 and start_time < 4', ['three', 'two']],
    ['end_time > 99', ['four']],
    ["datasets.name = 'iris' AND dataset.context = 'training'", ['five']],
    ["datasets.digest IN ('d1', 'd2')", ['five']],
    ["datasets.context = 'test'", []],
  ])('%s', async (filter, expected) => {
    expect(await names({ filter })).toEqual(expected);
  });

  it('by run id takes a list', async () => {
    const ids = (await search({ filter: "run_name LIKE 't%'" })).items.map((item) => item.read().info.run_id);
    expect(await names({ filter: `attributes.run_id IN ('${ids.join("', '")}')` })).toEqual(['three', 'two']);
    expect(await names({ filter: `run_id NOT IN ('${ids.join("', '")}')` })).toEqual(['five', 'four', 'one']);
  });

  it('that cannot be read is INVALID_ARGUMENT', async () => {
    await expect(search({ filter: 'metrics.loss ~ 1' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('a clause that few runs meet', () => {
  it.each<[string, string[]]>([
    ["params.model LIKE 'c%' AND metrics.loss < 0.15", ['one']],
    ["metrics.loss < 0.15 AND params.model != 'cnn'", ['four']],
    ["params.model = 'cnn' AND tags.team = 'nlp'", []],
    ['metrics.loss > 1e300', []],
  ])('does not change what %s finds', async (filter, expected) => {
    expect(await names({ filter })).toEqual(expected);
  });
});

describe('an order', () => {
  it.each<[string, string[]]>([
    ['metrics.loss', ['four', 'one', 'two', 'three', 'five']],
    ['metrics.loss DESC', ['two', 'one', 'four', 'three', 'five']],
    ['params.model', ['four', 'two', 'one', 'three', 'five']],
    ['params.model DESC', ['three', 'one', 'two', 'four', 'five']],
    ['tags.team DESC', ['two', 'one', 'five', 'four', 'three']],
    ['attributes.end_time', ['four', 'five', 'three', 'two', 'one']],
    ['start_time', ['one', 'two', 'three', 'four', 'five']],
    ['run_name DESC', ['two', 'three', 'one', 'four', 'five']],
    ['metrics.nobody', ['five', 'four', 'three', 'two', 'one']],
  ])('by %s', async (order, expected) => {
    expect(await names({ orderBy: [order] })).toEqual(expected);
  });

  it.each(['metrics.loss', 'metrics.loss DESC', 'params.model', 'tags.team DESC', 'end_time', 'start_time', 'metrics.acc'])('by %s pages one by one to the same list', async (order) => {
    const whole = await names({ orderBy: [order] });
    const paged: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await search({ orderBy: [order], maxResults: 1, pageToken });
      paged.push(...page.items.map((item) => item.read().info.run_name));
      pageToken = page.nextCursor ?? undefined;
    } while (pageToken !== undefined && paged.length < 10);
    expect(paged).toEqual(whole);
  });
});

describe('a page', () => {
  it('goes on at the right place when runs are added in between', async () => {
    const tenant = await createTestTenant(db);
    for (const startTime of [1, 2, 3, 4]) await createTestRun(services, tenant.ctx, { name: `r${startTime}`, startTime });
    const first = await services.runSearch.search(tenant.ctx, { experimentIds: ['0'], maxResults: 2 });
    await createTestRun(services, tenant.ctx, { name: 'newer', startTime: 9 });
    const second = await services.runSearch.search(tenant.ctx, { experimentIds: ['0'], maxResults: 2, pageToken: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map((item) => item.read().info.run_name)).toEqual(['r4', 'r3', 'r2', 'r1']);
    expect(second.nextCursor).toBeNull();
  });

  it.each([[0, 'It must be a positive integer'], [50_001, 'It must be at most 50000']])('of %d runs is refused', async (maxResults, message) => {
    await expect(search({ maxResults })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it.each(['nonsense', Buffer.from('{"o":"x","k":[]}').toString('base64url')])('is refused with the token %s', async (pageToken) => {
    await expect(search({ pageToken })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('shows deleted runs only when asked', async () => {
    const tenant = await createTestTenant(db);
    await services.runs.delete(tenant.ctx, await createTestRun(services, tenant.ctx, { name: 'gone' }));
    const found = async (viewType: RunSearch['viewType']) => (await services.runSearch.search(tenant.ctx, { experimentIds: ['0'], viewType })).items.length;
    expect([await found('ACTIVE_ONLY'), await found('DELETED_ONLY'), await found('ALL')]).toEqual([0, 1, 1]);
  });

  it('never holds runs of another project or organization', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { experimentId } = await services.experiments.create(a.ctx, { name: 'mine' });
    await createTestRun(services, a.ctx, { experimentId, metrics: { loss: 1 } });
    for (const other of [b.ctx, sibling]) {
      const found = await services.runSearch.search(other, { experimentIds: [experimentId, '0'], viewType: 'ALL', filter: 'metrics.loss = 1' });
      expect(found.items).toEqual([]);
    }
  });
});
