import { AuditService } from '@modelyard/audit';
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

describe('RunService', () => {
  it('makes a running run whose artifacts lie under its experiment', async () => {
    const { experimentId } = await services.experiments.create(ctx, { name: 'e' });
    const { info, data } = (await services.runs.create(ctx, { experimentId, userId: 'ada', startTime: 5, tags: [{ key: 't', value: '"quoted"\n' }] })).read();
    expect(info).toEqual({
      run_id: expect.stringMatching(/^[0-9a-f]{32}$/), run_uuid: info.run_id, run_name: expect.stringMatching(/^[a-z]+-[a-z]+-\d+$/), experiment_id: experimentId,
      user_id: 'ada', status: 'RUNNING', start_time: 5, artifact_uri: `mlflow-artifacts:/${experimentId}/${info.run_id}/artifacts`, lifecycle_stage: 'active',
    });
    expect(data).toEqual({ tags: expect.arrayContaining([{ key: 't', value: '"quoted"\n' }, { key: 'mlflow.runName', value: info.run_name }]) });
  });

  it('takes the name from the tag, and refuses a tag that says otherwise', async () => {
    const tags = [{ key: 'mlflow.runName', value: 'tagged' }];
    expect((await services.runs.create(ctx, { experimentId: '', tags })).read().info).toMatchObject({ run_name: 'tagged', experiment_id: '0' });
    await expect(services.runs.create(ctx, { experimentId: '0', name: 'other', tags })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining("Both 'run_name' argument") });
  });

  it.each([['nonsense', 'INVALID_ARGUMENT', "Invalid experiment ID 'nonsense'"], ['999999999', 'NOT_FOUND', 'No Experiment with id=999999999 exists'], ['9'.repeat(40), 'NOT_FOUND', 'No Experiment']])(
    'refuses the experiment id %s',
    async (experimentId, code, message) => {
      await expect(services.runs.create(ctx, { experimentId })).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    },
  );

  it('changes only what an update names', async () => {
    const id = await createTestRun(services, ctx, { name: 'n' });
    const info = (await services.runs.update(ctx, id, { status: 'FINISHED', endTime: 2n ** 53n + 1n })).read();
    expect(info).toMatchObject({ status: 'FINISHED', end_time: 2n ** 53n + 1n, run_name: 'n' });
    expect((await services.runs.update(ctx, id, { name: 'other' })).read()).toMatchObject({ status: 'FINISHED', run_name: 'other' });
  });

  it('deletes and restores idempotently, with one audit event each', async () => {
    const tenant = await createTestTenant(db);
    const id = await createTestRun(services, tenant.ctx);
    for (const step of ['delete', 'delete', 'restore', 'restore'] as const) await services.runs[step](tenant.ctx, id);
    expect((await services.runs.get(tenant.ctx, id)).read().info.lifecycle_stage).toBe('active');
    const { items } = await new AuditService(db).list(tenant.ctx, { resourceType: 'run' }, 10);
    expect(items.map(({ action }) => action).sort()).toEqual(['run.delete', 'run.restore']);
  });

  it('shows inputs and outputs; a dataset logged twice is one', async () => {
    const id = await createTestRun(services, ctx);
    const dataset = { name: 'iris', digest: 'abc', source_type: 'local', source: '{"uri":"x"}', schema: '{}' };
    const input = { dataset, tags: [{ key: 'mlflow.data.context', value: 'training' }] };
    await services.inputs.logInputs(ctx, id, { datasets: [input, { dataset, tags: [] }], modelIds: ['m-1'] });
    await services.inputs.logInputs(ctx, id, { datasets: [input], modelIds: ['m-1'] });
    await services.inputs.logOutputs(ctx, id, [{ modelId: 'm-2', step: 2n ** 60n + 1n }]);
    const { inputs, outputs } = (await services.runs.get(ctx, id)).read();
    expect(inputs).toEqual({ dataset_inputs: [{ tags: input.tags, dataset }], model_inputs: [{ model_id: 'm-1' }] });
    expect(outputs).toEqual({ model_outputs: [{ model_id: 'm-2', step: 2n ** 60n + 1n }] });
    expect(await services.inputs.summaries(ctx, ['0'])).toEqual([{ experiment_id: '0', name: 'iris', digest: 'abc', context: 'training' }]);
  });

  it('refuses a dataset that breaks a limit', async () => {
    const id = await createTestRun(services, ctx);
    const dataset = { name: 'n', digest: 'd'.repeat(37), source_type: 't', source: 's' };
    await expect(services.inputs.logInputs(ctx, id, { datasets: [{ dataset, tags: [] }], modelIds: [] })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: "'digest' exceeds the maximum length of 36 characters" });
  });
});
