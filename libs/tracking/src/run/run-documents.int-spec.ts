import type { Database } from '@modelyard/db';
import { createTestTenant } from '@modelyard/identity/testing';
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

const finish = (id: string) => services.runs.update(ctx, id, { status: 'FINISHED', endTime: 9 });
const keptDocuments = () => db.tenantSql(ctx, (tx) => tx.query<{ rid: string }>({ text: 'SELECT rid::text FROM run_documents WHERE organization_id = $1', values: [ctx.organizationId] }));

/** Kept documents that are not what the run is now. */
const stale = () =>
  db.tenantSql(ctx, (tx) =>
    tx.query({
      text: `SELECT d.document AS kept, r.document AS now FROM run_documents d
             JOIN tracking_render_runs($1, ARRAY(SELECT rid FROM run_documents WHERE organization_id = $1)) r ON r.rid = d.rid
             WHERE d.organization_id = $1 AND d.document <> r.document`,
      values: [ctx.organizationId],
    }),
  );

const point = (key: string, value: number) => ({ key, value, timestamp: 1, step: 0 });

describe('the document of a finished run', () => {
  it('is kept when it ends, and is what is read', async () => {
    const id = await createTestRun(services, ctx, { metrics: { loss: 0.5 }, params: { lr: '0.1' } });
    expect(await keptDocuments()).toHaveLength(0);
    await finish(id);
    expect(await keptDocuments()).toHaveLength(1);
    await db.tenantSql(ctx, (tx) => tx.query({ text: 'DELETE FROM run_documents WHERE organization_id = $1', values: [ctx.organizationId] }));
    const rendered = (await services.runs.get(ctx, id)).read();
    await finish(id);
    expect((await services.runs.get(ctx, id)).read()).toEqual(rendered);
    expect((await services.runSearch.search(ctx, { experimentIds: ['0'] })).items[0]?.read()).toEqual(rendered);
  });

  it.each<[string, (id: string, experimentId: string) => Promise<unknown>, object]>([
    ['a metric', (id) => services.log.logBatch(ctx, id, { metrics: [point('loss', 0.25)], params: [], tags: [] }), { data: { metrics: [expect.objectContaining({ key: 'loss', value: 0.25 })] } }],
    ['a param', (id) => services.log.logBatch(ctx, id, { metrics: [], params: [{ key: 'late', value: 'x' }], tags: [] }), { data: { params: [{ key: 'late', value: 'x' }] } }],
    ['a tag', (id) => services.log.logBatch(ctx, id, { metrics: [], params: [], tags: [{ key: 'late', value: 'x' }] }), { data: { tags: expect.arrayContaining([{ key: 'late', value: 'x' }]) } }],
    ['a name', (id) => services.runs.update(ctx, id, { name: 'renamed' }), { info: { run_name: 'renamed' } }],
    ['a status', (id) => services.runs.update(ctx, id, { status: 'RUNNING' }), { info: { status: 'RUNNING' } }],
    ['another end', (id) => services.runs.update(ctx, id, { status: 'FAILED' }), { info: { status: 'FAILED' } }],
    ['deletion', (id) => services.runs.delete(ctx, id), { info: { lifecycle_stage: 'deleted' } }],
    ['restoration', async (id) => { await services.runs.delete(ctx, id); await services.runs.restore(ctx, id); }, { info: { lifecycle_stage: 'active' } }],
    ['deletion with its experiment', (_id, experimentId) => services.experiments.delete(ctx, experimentId), { info: { lifecycle_stage: 'deleted' } }],
    ['a dataset', (id) => services.inputs.logInputs(ctx, id, { datasets: [{ tags: [], dataset: { name: 'd', digest: 'x', source_type: 'local', source: '{}' } }], modelIds: [] }), { inputs: { dataset_inputs: [expect.objectContaining({ dataset: expect.objectContaining({ name: 'd' }) })] } }],
  ])('shows %s that comes later', async (what, write, expected) => {
    const { experimentId } = await services.experiments.create(ctx, { name: `late ${what}` });
    const id = await createTestRun(services, ctx, { experimentId });
    await finish(id);
    await write(id, experimentId);
    expect((await services.runs.get(ctx, id)).read()).toMatchObject(expected);
    expect(await stale()).toEqual([]);
  });

  it('holds what is written at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => createTestRun(services, ctx)));
    await Promise.all(
      ids.flatMap((id) => [
        ...Array.from({ length: 6 }, (_, index) => services.log.logBatch(ctx, id, { metrics: [point(`m${index}`, index)], params: [], tags: [{ key: `t${index}`, value: 'x' }] })),
        finish(id), finish(id),
      ]),
    );
    expect(await stale()).toEqual([]);
    for (const id of ids) expect((await services.runs.get(ctx, id)).read().data.metrics).toHaveLength(6);
  });
});
