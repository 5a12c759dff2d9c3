import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AuditService } from '@modelyard/audit';
import { openSourceDatabase, type Database, type SourceDatabase } from '@modelyard/db';
import { createSiblingProject, createTestTenant } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { REGISTRY_IMPORT } from '@modelyard/registry';
import { registryServices } from '@modelyard/registry/testing';
import { openTestDatabase, testDatabaseUrl } from '@modelyard/testing';
import { ImportService, TRACKING_IMPORT, type ImportStep } from '@modelyard/tracking';
import { trackingServices } from '@modelyard/tracking/testing';
import pg from 'pg';
import { openSqlite } from './sqlite-source.js';
import { MLFLOW_TABLES, mlflowRows } from './testing.js';

/** Small batches, so that there are many places to be killed at. */
const STEPS: readonly ImportStep[] = [...TRACKING_IMPORT.slice(0, 2), ...REGISTRY_IMPORT, ...TRACKING_IMPORT.slice(2)].map((step) => ({ ...step, source: { ...step.source, batch: 2 } }));
const REQUEST = { label: 'a store', artifactRoot: null };
const ignore = () => undefined;

let db: Database;
let service: ImportService;
let ctx: TenantContext;
const directory = mkdtempSync(path.join(tmpdir(), 'import-mlflow-'));
let stores = 0;

beforeAll(async () => {
  db = await openTestDatabase();
  service = new ImportService(db, new AuditService(db));
});
beforeEach(async () => {
  ({ ctx } = await createTestTenant(db));
});
afterAll(async () => {
  await db.close();
  rmSync(directory, { recursive: true });
});

async function sqliteStore(...changes: string[]): Promise<SourceDatabase> {
  const file = path.join(directory, `${(stores += 1)}.db`);
  const store = new DatabaseSync(file);
  for (const statement of [...MLFLOW_TABLES.map((table) => `CREATE TABLE ${table}`), ...mlflowRows(stores), ...changes]) store.exec(statement);
  store.close();
  return openSqlite(file);
}

async function postgresStore(): Promise<SourceDatabase> {
  const url = new URL(await testDatabaseUrl());
  const schema = `mlflow_source_${(stores += 1)}`;
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  await client.query([`DROP SCHEMA IF EXISTS ${schema} CASCADE`, `CREATE SCHEMA ${schema}`, `SET search_path = ${schema}`, ...MLFLOW_TABLES.map((table) => `CREATE TABLE ${table}`), ...mlflowRows(stores)].join(';\n'));
  await client.end();
  url.searchParams.set('options', `-c search_path=${schema}`);
  return openSourceDatabase(url.toString(), 'test');
}

async function importAll(source: SourceDatabase, into = ctx) {
  const { scope } = await service.open(into, source, REQUEST);
  return service.run(into, scope, source, STEPS, ignore);
}

const different = async (scope: Awaited<ReturnType<typeof importAll>>, source: SourceDatabase) =>
  (await service.verify(ctx, scope, source, STEPS)).filter(({ isEqual }) => !isEqual).map(({ table }) => table);

describe.each([['SQLite', sqliteStore], ['PostgreSQL', postgresStore]])('an import from %s', (_name, openStore) => {
  it('is whole after any number of kills: nothing twice, nothing lost', async () => {
    const source = await openStore();
    let writes = 0;
    // Killed after the rows are written and before they are committed, each time one batch further.
    const killed = STEPS.map((step): ImportStep => ({
      ...step,
      write: async (tx, scope, rows) => {
        await step.write(tx, scope, rows);
        writes += 1;
        if (writes % 3 === 0) throw new Error('killed');
      },
    }));
    let kills = 0;
    for (;;) {
      const { scope, isResumed } = await service.open(ctx, source, REQUEST);
      expect(isResumed).toBe(kills > 0);
      const outcome = await service.run(ctx, scope, source, killed, ignore).catch((error: Error) => error.message);
      if (outcome !== 'killed') {
        expect(outcome).toMatchObject({ importId: scope.importId });
        break;
      }
      kills += 1;
    }
    expect(kills).toBeGreaterThan(15);
    const scope = await importAll(source);
    const checks = await service.verify(ctx, scope, source, STEPS);
    expect(checks.filter(({ isEqual }) => !isEqual)).toEqual([]);
    expect(Object.fromEntries(checks.map(({ table, ours }) => [table, Number(ours.rows)]))).toMatchObject({ experiments: 3, runs: 5, metrics: 47, params: 4, inputs: 2, input_tags: 3, spans: 2, assessments: 2, model_versions: 3, trace_prompts: 1 });
    await source.close();
  });

  it('gives the services what MLflow shows', async () => {
    const source = await openStore();
    const { scope, leftBehind } = await service.open(ctx, source, REQUEST);
    await service.run(ctx, scope, source, STEPS, ignore);
    expect(leftBehind).toEqual([{ table: 'issues', rows: 1 }]);
    const mapped = await service.experiments(ctx, scope);
    expect(mapped.map(({ from, name }) => [from, name])).toEqual([['0', 'Default'], ['7', 'seven'], ['8', 'gone']]);
    const seven = mapped[1]?.to ?? '';
    const { runs, metrics, models, traces } = trackingServices(db);
    const second = (await runs.get(ctx, 'r2')).read();
    expect(second.info).toMatchObject({ experiment_id: seven, lifecycle_stage: 'deleted', artifact_uri: `mlflow-artifacts:/${seven}/r2/artifacts` });
    expect(second.inputs.dataset_inputs).toMatchObject([{ dataset: { name: 'iris', profile: '{"rows": 1}' }, tags: expect.arrayContaining([{ key: 'mlflow.data.context', value: 'training' }]) }]);
    expect((await runs.get(ctx, 'r3')).read().info.artifact_uri).toBe('s3://bucket/8/r3');
    const first = (await runs.get(ctx, 'r1')).read();
    expect(first.info).toMatchObject({ experiment_id: '0', artifact_uri: 'mlflow-artifacts:/0/r1/artifacts' });
    expect(first.data.params).toContainEqual({ key: 'long', value: 'x'.repeat(6000) });
    expect(first.data.metrics).toEqual([{ key: 'm0', value: 'NaN', timestamp: 1008, step: 8 }]);
    expect((await metrics.history(ctx, 'r1', 'm1')).points.read().map(({ value }) => value)).toEqual([1 / 7, 'NaN', 1]);
    expect((await metrics.history(ctx, 'r1', 'huge')).points.read()).toHaveLength(2);
    expect((await models.get(ctx, 'm-1')).read()).toMatchObject({ info: { name: 'model', status: 'LOGGED_MODEL_READY', experiment_id: seven } });
    expect((await traces.getInfo(ctx, 'tr-1')).assessments.map(({ assessmentId, valid }) => [assessmentId, valid])).toEqual([['a-1', true], ['a-0', false]]);
    const registry = registryServices(db);
    expect(await registry.aliases.resolve(ctx, 'iris', 'champion')).toMatchObject({ version: 1, stage: 'Production', modelId: 'm-1', storageLocation: `mlflow-artifacts:/${seven}/models/m-1/artifacts` });
    await expect(registry.versions.get(ctx, 'iris', 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await registry.models.get(ctx, 'greeting')).tags).toContainEqual({ key: '_mlflow_experiment_ids', value: `,${seven},0,` });
    // The number of a version that was deleted in the source is not given again.
    expect(await registry.versions.create(ctx, { name: 'iris', source: 'mlflow-artifacts:/0/x' })).toMatchObject({ version: 3 });
    expect(await service.outside(ctx, scope)).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'runs', place: 's3://bucket', count: 1 })]));
    await source.close();
  });
});

it('finds what differs, and only that', async () => {
  const source = await sqliteStore();
  const scope = await importAll(source);
  expect(await different(scope, source)).toEqual([]);
  await db.tenantSql(ctx, async (tx) => {
    await tx.query({ text: `UPDATE params SET value = 'grösse' WHERE organization_id = $1 AND value = 'größe'`, values: [ctx.organizationId] });
    await tx.query({ text: `DELETE FROM metric_points WHERE organization_id = $1 AND value = 'NaN' AND rid = (SELECT min(rid) FROM runs WHERE organization_id = $1)`, values: [ctx.organizationId] });
  });
  expect(await different(scope, source)).toEqual(['params', 'metrics']);
});

it('takes over what is the same twice at a time only once', async () => {
  const source = await sqliteStore();
  const outcomes = await Promise.allSettled([importAll(source), importAll(source)]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'CONFLICT' });
  expect(await different(await importAll(source), source)).toEqual([]);
});

it('records its start and its end', async () => {
  const source = await sqliteStore();
  const scope = await importAll(source);
  await service.finish(ctx, scope, await service.verify(ctx, scope, source, STEPS), 4);
  const { items } = await new AuditService(db).list(ctx, { resourceType: 'mlflow-import' }, 10);
  expect(items.map(({ action }) => action)).toEqual(['mlflow-import.finish', 'mlflow-import.start']);
  expect(items[0]?.details).toMatchObject({ verified: true, files: 4, rows: { runs: 5, metrics: 47 } });
});

it.each([
  ['of another release', [`UPDATE alembic_version SET version_num = 'aaa'`], /mlflow db upgrade/],
  ['with several workspaces', [`UPDATE experiments SET workspace = 'two' WHERE experiment_id = 7`], /2 workspaces \(default, two\)/],
  ['without a schema', ['DROP TABLE alembic_version'], /no database of MLflow/],
])('refuses a store %s', async (_title, changes, message) => {
  await expect(importAll(await sqliteStore(...changes))).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', message: expect.stringMatching(message) });
});

it('says which table has a row that MLflow would not write', async () => {
  await expect(importAll(await sqliteStore(`UPDATE metrics SET step = 'abc' WHERE key = 'huge'`))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringMatching(/^In metrics.*step/) });
});

it('refuses a store whose runs the organization has already, and another project still imports nothing of it', async () => {
  const source = await sqliteStore();
  await importAll(source);
  const sibling = await createSiblingProject(db, ctx);
  await expect(importAll(source, sibling)).rejects.toMatchObject({ code: 'ALREADY_EXISTS', message: expect.stringMatching(/^In runs/) });
  await expect(trackingServices(db).runs.get(sibling, 'r1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('keeps the experiment 0 of another project apart', async () => {
  const source = await sqliteStore();
  const sibling = await createSiblingProject(db, ctx);
  const scope = await importAll(source, sibling);
  const [first] = await service.experiments(sibling, scope);
  expect(first).toMatchObject({ from: '0', to: '0' });
  expect((await trackingServices(db).runs.get(sibling, 'r1')).read().info).toMatchObject({ experiment_id: '0', artifact_uri: `mlflow-artifacts:/${first?.folder ?? ''}/r1/artifacts` });
  expect(first?.folder).not.toBe('0');
});
