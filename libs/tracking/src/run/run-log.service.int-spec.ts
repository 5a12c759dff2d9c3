import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, point, trackingServices, type TrackingServices } from '../testing.js';
import type { Batch } from './batch.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
});

afterAll(() => db.close());

const EMPTY: Batch = { metrics: [], params: [], tags: [] };
const run = (id: string) => services.runs.get(ctx, id).then((found) => found.read());
const latest = async (id: string, key: string) => (await run(id)).data.metrics?.find((metric) => metric.key === key);
const history = async (id: string, key: string) => (await services.metrics.history(ctx, id, key)).points.read();
const log = (id: string, batch: Partial<Batch>) => services.log.logBatch(ctx, id, { ...EMPTY, ...batch });

describe('metrics', () => {
  it('shows as latest the greatest step, then time, then value, in whatever order they come', async () => {
    const id = await createTestRun(services, ctx);
    await log(id, { metrics: [point('m', 3, 2, 10), point('m', 9, 1, 99), point('m', 5, 2, 10)] });
    expect(await latest(id, 'm')).toEqual({ key: 'm', value: 5, step: 2, timestamp: 10 });
    await log(id, { metrics: [point('m', 7, 2, 9), point('m', 4, 2, 10)] });
    expect(await latest(id, 'm')).toMatchObject({ value: 5 });
    await services.log.logMetric(ctx, id, point('m', 1, 3, 0));
    expect(await latest(id, 'm')).toMatchObject({ value: 1, step: 3 });
  });

  it('compares NaN as 0, and gives it back as NaN', async () => {
    const id = await createTestRun(services, ctx);
    await log(id, { metrics: [point('m', NaN), point('m', -1)] });
    expect(await latest(id, 'm')).toMatchObject({ value: 'NaN' });
    await log(id, { metrics: [point('m', 0.5)] });
    expect(await latest(id, 'm')).toMatchObject({ value: 0.5 });
    expect((await history(id, 'm')).map(({ value }) => value)).toEqual([-1, 0.5, 'NaN']);
  });

  it('stores infinities as the largest doubles', async () => {
    const id = await createTestRun(services, ctx);
    await log(id, { metrics: [point('up', Infinity), point('down', -Infinity)] });
    expect(await latest(id, 'up')).toMatchObject({ value: Number.MAX_VALUE });
    expect(await latest(id, 'down')).toMatchObject({ value: -Number.MAX_VALUE });
  });

  it('keeps 64-bit steps exact', async () => {
    const id = await createTestRun(services, ctx);
    const step = 2n ** 60n + 1n;
    await services.log.logMetric(ctx, id, point('m', 0.1, step));
    expect(await latest(id, 'm')).toMatchObject({ step, value: 0.1 });
    expect(await history(id, 'm')).toEqual([{ key: 'm', value: 0.1, timestamp: 0, step }]);
  });

  it('drops exact repeats, so that a retried call changes nothing', async () => {
    const id = await createTestRun(services, ctx);
    const metrics = [point('m', 1, 1), point('m', 1, 1), point('m', NaN, 2)];
    await log(id, { metrics });
    await log(id, { metrics });
    expect(await history(id, 'm')).toHaveLength(2);
  });

  it('are also noted on the logged model they are about', async () => {
    const id = await createTestRun(services, ctx);
    const { info } = (await services.models.create(ctx, { experimentId: '0', name: 'model' })).read();
    await services.log.logMetric(ctx, id, { ...point('acc', 0.9, 3, 7), modelId: info.model_id, datasetName: 'train', datasetDigest: 'd1' });
    expect((await services.models.get(ctx, info.model_id)).read().data.metrics).toEqual([
      { key: 'acc', value: 0.9, timestamp: 7, step: 3, dataset_name: 'train', dataset_digest: 'd1', model_id: info.model_id, run_id: id },
    ]);
  });
});

describe('params', () => {
  it('cannot be changed; the same value again is fine', async () => {
    const id = await createTestRun(services, ctx, { params: { lr: '0.1' } });
    await services.log.logParam(ctx, id, { key: 'lr', value: '0.1' });
    await expect(services.log.logParam(ctx, id, { key: 'lr', value: '0.2' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' for run ID='${id}'. Attempted logging new value '0.2'.`,
    });
  });

  it('that conflict reject the whole batch', async () => {
    const id = await createTestRun(services, ctx, { params: { a: '1' } });
    await expect(log(id, { metrics: [point('m', 1)], params: [{ key: 'b', value: '1' }, { key: 'a', value: '2' }], tags: [{ key: 't', value: '1' }] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: `Changing param values is not allowed. Params were already logged='[{'key': 'a', 'old_value': '1', 'new_value': '2'}]' for run ID='${id}'.`,
    });
    const { data } = await run(id);
    expect(data.metrics).toBeUndefined();
    expect(data.params).toEqual([{ key: 'a', value: '1' }]);
    expect(data.tags?.map(({ key }) => key)).toEqual(['mlflow.runName']);
  });

  it('are compared to their end, past the part that is indexed', async () => {
    const long = 'é'.repeat(300);
    const id = await createTestRun(services, ctx, { params: { long } });
    await services.log.logParam(ctx, id, { key: 'long', value: long });
    expect((await run(id)).data.params).toEqual([{ key: 'long', value: long }]);
    await expect(services.log.logParam(ctx, id, { key: 'long', value: `${long}!` })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('longer than 6000 characters are cut, as MLflow does', async () => {
    const id = await createTestRun(services, ctx, { params: { p: 'x'.repeat(7000) }, tags: { t: 'y'.repeat(9000) } });
    const { data } = await run(id);
    expect(data.params?.[0]?.value).toHaveLength(6000);
    expect(data.tags?.find(({ key }) => key === 't')?.value).toHaveLength(8000);
  });
});

describe('tags', () => {
  it('take the last value, also within one call', async () => {
    const id = await createTestRun(services, ctx, { tags: { t: '0' } });
    await log(id, { tags: [{ key: 't', value: '1' }, { key: 't', value: '2' }] });
    expect((await run(id)).data.tags).toContainEqual({ key: 't', value: '2' });
    await services.log.deleteTag(ctx, id, 't');
    await expect(services.log.deleteTag(ctx, id, 't')).rejects.toMatchObject({ code: 'NOT_FOUND', message: `No tag with name: t in run with id ${id}` });
  });

  it('mlflow.runName names the run', async () => {
    const id = await createTestRun(services, ctx);
    await services.log.setTag(ctx, id, { key: 'mlflow.runName', value: 'by tag' });
    expect((await run(id)).info.run_name).toBe('by tag');
    await services.runs.update(ctx, id, { name: 'by update' });
    expect((await run(id)).data.tags).toEqual([{ key: 'mlflow.runName', value: 'by update' }]);
  });

  it('note models of 2.x clients', async () => {
    const id = await createTestRun(services, ctx);
    const model = { artifact_path: 'm', flavors: { python_function: { config: { a: 1 }, env: 'x' } }, utc_time_created: 'now', run_id: id, extra: 1 };
    await services.log.recordLoggedModel(ctx, id, JSON.stringify(model));
    await services.log.recordLoggedModel(ctx, id, JSON.stringify(model));
    const tag = (await run(id)).data.tags?.find(({ key }) => key === 'mlflow.log-model.history');
    expect(JSON.parse(tag?.value ?? '')).toEqual(Array(2).fill({ run_id: id, artifact_path: 'm', utc_time_created: 'now', model_uuid: null, flavors: { python_function: { env: 'x' } } }));
    await expect(services.log.recordLoggedModel(ctx, id, '{}')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('missing mandatory fields') });
  });
});

describe('a batch', () => {
  it.each<[string, Partial<Batch>, string]>([
    ['1001 metrics', { metrics: Array.from({ length: 1001 }, (_, step) => point('m', 1, step)) }, 'at most 1000 metrics. Got 1001 metrics'],
    ['101 params', { params: Array.from({ length: 101 }, (_, n) => ({ key: `p${n}`, value: '' })) }, 'at most 100 params'],
    ['1001 things', { metrics: Array.from({ length: 950 }, (_, step) => point('m', 1, step)), tags: Array.from({ length: 51 }, (_, n) => ({ key: `t${n}`, value: '' })) }, 'at most 1000 metrics, params, and tags'],
    ['a param twice', { params: [{ key: 'p', value: '1' }, { key: 'p', value: '1' }] }, "Duplicate parameter keys have been submitted: ['p']"],
    ['a key with ..', { metrics: [point('ok', 1), point('../x', 1)] }, `Invalid value "../x" for parameter 'metrics[1].name' supplied: Names may be treated as files`],
    ['a key with a bad character', { params: [{ key: 'a*', value: '' }] }, `Invalid value "a*" for parameter 'params[0].key' supplied: Names may only contain`],
    ['a long key', { tags: [{ key: 'k'.repeat(251), value: '' }] }, "'tags[0].key' exceeds the maximum length of 250 characters"],
    ['a negative time', { metrics: [point('m', 1, 0, -1)] }, 'Timestamp must be a nonnegative long'],
    ['a step of 65 bits', { metrics: [point('m', 1, 2n ** 63n)] }, 'Step must be a valid long'],
  ])('with %s is refused in the words of MLflow', async (_what, batch, message) => {
    const id = await createTestRun(services, ctx);
    await expect(log(id, batch)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it('to a deleted run is refused; to an unknown one NOT_FOUND', async () => {
    const id = await createTestRun(services, ctx);
    await services.runs.delete(ctx, id);
    await expect(log(id, { metrics: [point('m', 1)] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: `The run ${id} must be in the 'active' state. Current state is deleted.` });
    await expect(log('0'.repeat(32), {})).rejects.toMatchObject({ code: 'NOT_FOUND', message: `Run with id=${'0'.repeat(32)} not found` });
  });

  it('from eight writers at once loses nothing, with new names and the same tags', async () => {
    const id = await createTestRun(services, ctx);
    await Promise.all(
      Array.from({ length: 8 }, (_, writer) =>
        log(id, {
          metrics: Array.from({ length: 50 }, (__, n) => point(`name-${(n * 7 + writer) % 50}`, writer, n)),
          tags: Array.from({ length: 10 }, (__, n) => ({ key: `tag-${(n + writer) % 10}`, value: String(writer) })),
        }),
      ),
    );
    const { data } = await run(id);
    expect(data.metrics).toHaveLength(50);
    expect(data.tags).toHaveLength(11);
  });

  it('of another project or organization finds no run, and a viewer may not write', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const id = await createTestRun(services, a.ctx, { metrics: { m: 1 } });
    for (const other of [b.ctx, sibling]) {
      await expect(services.log.logBatch(other, id, EMPTY)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.log.deleteTag(other, id, 'mlflow.runName')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.runs.get(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.runs.update(other, id, { status: 'FINISHED' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.runs.delete(other, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect((await services.metrics.history(other, id, 'm')).points.read()).toEqual([]);
      await expect(services.inputs.logOutputs(other, id, [])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(services.log.logBatch(withRole(a.ctx, 'viewer'), id, EMPTY)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
