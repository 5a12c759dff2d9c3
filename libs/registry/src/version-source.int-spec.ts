import { randomBytes } from 'node:crypto';
import type { Database } from '@modelyard/db';
import { createSiblingProject, createTestTenant } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, trackingServices, type TrackingServices } from '@modelyard/tracking/testing';
import { registryServices, type RegistryServices } from './testing.js';

let db: Database;
let registry: RegistryServices;
let tracking: TrackingServices;
let ctx: TenantContext;
let runId: string;
let runUri: string;
let modelId: string;
let modelUri: string;

beforeAll(async () => {
  db = await openTestDatabase();
  registry = registryServices(db);
  tracking = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
  runId = await createTestRun(tracking, ctx);
  runUri = (await tracking.runs.get(ctx, runId)).read().info.artifact_uri;
  const model = (await tracking.models.create(ctx, { experimentId: '0', name: 'logged', sourceRunId: runId })).read();
  modelId = model.info.model_id;
  modelUri = model.info.artifact_uri;
  await registry.models.create(ctx, { name: 'iris' });
});
afterAll(() => db.close());

const create = (input: { source: string; runId?: string; modelId?: string }, by = ctx) => registry.versions.create(by, { name: 'iris', ...input });

describe('where the files of a new version lie', () => {
  it('models:/m-... is the folder of the logged model, whose run it takes over', async () => {
    expect(await create({ source: `models:/${modelId}`, modelId })).toMatchObject({ source: `models:/${modelId}`, storageLocation: modelUri, modelId, runId });
    expect(await create({ source: `models:/${modelId}` })).toMatchObject({ storageLocation: modelUri, modelId, runId });
  });

  it('runs:/... is the folder of the run, or the logged model of that name', async () => {
    expect(await create({ source: `runs:/${runId}/model`, runId })).toMatchObject({ storageLocation: `${runUri}/model`, runId, modelId: null });
    expect(await create({ source: `runs:/${runId}/logged`, runId })).toMatchObject({ storageLocation: modelUri, runId });
  });

  it('mlflow-artifacts:/... names its run or logged model itself, by either id of the experiment', async () => {
    expect(await create({ source: `${runUri}/model`, runId })).toMatchObject({ storageLocation: `${runUri}/model`, runId });
    expect(await create({ source: `${runUri}/model` })).toMatchObject({ runId });
    expect(await create({ source: `${modelUri}/` })).toMatchObject({ modelId, runId });
    const { id } = await tracking.experiments.get(ctx, '0');
    expect(await create({ source: runUri.replace(/^mlflow-artifacts:\/0\//, `mlflow-artifacts:/${id}/`), runId })).toMatchObject({ runId });
  });

  it('an artifact URL of this server is the same place', async () => {
    const url = `https://models.example.org/base/api/2.0/mlflow-artifacts/artifacts/${runUri.replace('mlflow-artifacts:/', '')}/model`;
    expect(await create({ source: url, runId })).toMatchObject({ source: url, storageLocation: `${runUri}/model`, runId });
  });

  it('models:/<name>/<version or alias> is the place of that version, with its lineage', async () => {
    const first = await create({ source: `models:/${modelId}`, modelId });
    await registry.aliases.set(ctx, 'iris', 'champion', first.version);
    for (const source of [`models:/iris/${first.version}`, 'models:/iris@champion']) {
      expect(await create({ source })).toMatchObject({ source: `models:/iris/${first.version}`, storageLocation: modelUri, modelId, runId });
    }
    await expect(create({ source: `models:/iris/${first.version}`, runId: 'other' })).rejects.toThrow(/must match the referenced model version/);
    await expect(create({ source: 'models:/iris/999' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(create({ source: 'models:/iris@nobody' })).rejects.toThrow('Registered model alias nobody not found.');
    await expect(create({ source: 'models:/nothing/1' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('the logged model learns of each registration', async () => {
    const { info } = (await tracking.models.get(ctx, modelId)).read();
    const tag = info.tags?.find(({ key }) => key === 'mlflow.modelVersions');
    expect(JSON.parse(tag?.value ?? '[]')).toContainEqual({ name: 'iris', version: 1 });
  });
});

describe('what is refused', () => {
  const identify = (id: string) => new RegExp(`The ${id} request parameter must identify the resource that contains the source`);

  it("a source in our own store without its owner, where MLflow's REST asks for it", async () => {
    for (const [source, id] of [[`${runUri}/model`, 'run_id'], [`runs:/${runId}/model`, 'run_id'], [`models:/${modelId}`, 'model_id']] as const) {
      await expect(registry.versions.create(ctx, { name: 'iris', source, ownerNamed: true })).rejects.toThrow(identify(id));
    }
  });

  it('a run or model that is not the one of the source', async () => {
    const other = await createTestRun(tracking, ctx);
    await expect(create({ source: `runs:/${runId}/model`, runId: other })).rejects.toThrow(identify('run_id'));
    await expect(create({ source: `${runUri}/model`, runId: other })).rejects.toThrow(identify('run_id'));
    await expect(create({ source: runUri.slice(0, -1), runId })).rejects.toThrow(identify('run_id'));
    await expect(create({ source: `${runUri}/model`, modelId })).rejects.toThrow(identify('model_id'));
    await expect(create({ source: `runs:/${runId}/model`, modelId })).rejects.toThrow(identify('model_id'));
    await expect(create({ source: 'models:/m-00000000000000000000000000000000' })).rejects.toThrow(identify('model_id'));
    await expect(create({ source: `runs:/${randomBytes(16).toString('hex')}/model` })).rejects.toThrow(identify('run_id'));
  });

  it('not an outside store: it is taken as it is, and reading it through this server is refused', async () => {
    const version = await create({ source: 's3://bucket/model' });
    expect(version).toMatchObject({ storageLocation: 's3://bucket/model', runId: null });
    await expect(registry.contents.read(ctx, version)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    expect(await create({ source: 's3://bucket/model', runId })).toMatchObject({ runId });
    await expect(create({ source: 's3://bucket/model', modelId: 'm-unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const experiment = await tracking.experiments.create(ctx, { name: 'outside', artifactLocation: 's3://bucket/exp' });
    const outside = await createTestRun(tracking, ctx, { experimentId: experiment.experimentId });
    const source = `s3://bucket/exp/${outside}/artifacts/model`;
    expect(await create({ source, runId: outside })).toMatchObject({ storageLocation: source, runId: outside });
  });

  it('everything of another project, whichever way it is named', async () => {
    const sibling = await createSiblingProject(db, ctx);
    await registry.models.create(sibling, { name: 'iris' });
    const { id } = await tracking.experiments.get(ctx, '0');
    const inside = runUri.replace(/^mlflow-artifacts:\/\d+\//, `mlflow-artifacts:/${id}/`);
    for (const claim of [{ source: `runs:/${runId}/model`, runId }, { source: `models:/${modelId}`, modelId }, { source: inside }, { source: inside, runId }]) {
      await expect(create(claim, sibling)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    await expect(create({ source: 'models:/iris/1' }, sibling)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a prompt as the source of a model', async () => {
    const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
    await registry.models.create(ctx, { name: 'greeting', tags });
    await registry.versions.create(ctx, { name: 'greeting', source: 'dummy-source', tags });
    await expect(create({ source: 'models:/greeting/1' })).rejects.toThrow(/Prompt versions cannot be used as model version sources/);
    await expect(registry.versions.create(ctx, { name: 'greeting', source: 'file:///etc/passwd', tags })).rejects.toThrow(/Invalid prompt source/);
  });
});

describe('the contents of a model', () => {
  it('are read from its own files, and what is too large or missing is left out', async () => {
    const version = await create({ source: `models:/${modelId}` });
    const write = (path: string, text: string) => registry.artifacts.write(ctx, { kind: 'logged-model', modelId, path }, Buffer.from(text), {});
    await expect(registry.contents.read(ctx, version)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await write('MLmodel', 'flavors: {sklearn: {}, python_function: {python_version: 3.11.2}}\nsaved_input_example_info: {artifact_path: input_example.json}');
    await write('requirements.txt', 'scikit-learn==1.7.2');
    await write('input_example.json', '{"columns": ["x"], "data": [[1]]}');
    expect(await registry.contents.read(ctx, version)).toMatchObject({ pythonVersion: '3.11.2', requirements: ['scikit-learn==1.7.2'], inputExample: '{"columns":["x"],"data":[[1]]}' });
    await write('input_example.json', `"${'x'.repeat(300_000)}"`);
    expect(await registry.contents.read(ctx, version)).toMatchObject({ inputExample: null });
    await write('MLmodel', 'flavors: {a: {}}\nsaved_input_example_info: {artifact_path: ../../../../secret}');
    expect(await registry.contents.read(ctx, version)).toMatchObject({ inputExample: null });
  });
});
