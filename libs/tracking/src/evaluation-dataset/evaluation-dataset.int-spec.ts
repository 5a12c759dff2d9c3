import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import { stringifyJson, type TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { trackingServices, type TrackingServices } from '../testing.js';
import { parseRecords } from './dataset-record.js';
import { DatasetRecordService } from './dataset-record.service.js';
import { parseDatasetTags } from './evaluation-dataset.js';
import { EvaluationDatasetSearchService } from './evaluation-dataset-search.service.js';
import { EvaluationDatasetService } from './evaluation-dataset.service.js';

let db: Database;
let audit: AuditService;
let tracking: TrackingServices;
let datasets: EvaluationDatasetService;
let searches: EvaluationDatasetSearchService;
let records: DatasetRecordService;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  audit = new AuditService(db);
  tracking = trackingServices(db);
  datasets = new EvaluationDatasetService(db, audit);
  searches = new EvaluationDatasetSearchService(db);
  records = new DatasetRecordService(db, audit);
  ({ ctx } = await createTestTenant(db));
});

afterAll(() => db.close());

const make = (name: string, tags: Record<string, string> = {}, experimentIds: string[] = []) => datasets.create(ctx, { name, tags, experimentIds });
const upsert = (id: string, list: unknown) => records.upsert(ctx, id, parseRecords(JSON.stringify(list)));
const list = async (id: string) => (await records.list(ctx, id, 0)).items.map((text) => JSON.parse(text) as Record<string, unknown>);
const search = (filter: string, more: Partial<Parameters<EvaluationDatasetSearchService['search']>[1]> = {}) => searches.search(ctx, { filter, experimentIds: [], orderBy: ['name'], maxResults: 100, ...more });

describe('evaluation datasets', () => {
  it('are made with tags and experiments, and deleted with their records', async () => {
    const { experimentId } = await tracking.experiments.create(ctx, { name: 'of datasets' });
    const made = await make('questions', { 'mlflow.user': 'anna', team: 'a' }, [experimentId, '0']);
    expect(made).toMatchObject({ id: expect.stringMatching(/^d-[0-9a-f]{32}$/), name: 'questions', tags: { 'mlflow.user': 'anna', team: 'a' }, schema: null, profile: null, createdBy: 'anna' });
    expect(await datasets.experimentIds(ctx, made.id)).toEqual([experimentId, '0']);
    await upsert(made.id, [{ inputs: { q: 1 } }]);
    await datasets.delete(ctx, made.id);
    await datasets.delete(ctx, made.id);
    await expect(datasets.get(ctx, made.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await db.tenantSql(ctx, (tx) => tx.query({ text: 'SELECT FROM evaluation_dataset_records WHERE dataset_id = $1', values: [made.id] }))).toEqual([]);
  });

  it('are made in no experiment that is not there', async () => {
    await expect(make('nowhere', {}, ['987654'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await search("name = 'nowhere'")).items).toEqual([]);
  });

  it('come into experiments and leave them', async () => {
    const { experimentId } = await tracking.experiments.create(ctx, { name: 'joined' });
    const { id } = await make('joining');
    await datasets.addExperiments(ctx, id, ['0', experimentId, experimentId]);
    expect(await datasets.experimentIds(ctx, id)).toEqual(['0', experimentId]);
    expect((await search('', { experimentIds: [experimentId] })).items.map((item) => item.id)).toEqual([id]);
    await datasets.removeExperiments(ctx, id, ['0', '987654']);
    expect(await datasets.experimentIds(ctx, id)).toEqual([experimentId]);
    await expect(datasets.addExperiments(ctx, id, ['987654'])).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are searched by name, tag and time, in pages', async () => {
    for (const name of ['search-a', 'search-b', 'search-c']) await make(name, name === 'search-b' ? { kind: 'odd' } : { kind: 'even' });
    const names = async (filter: string) => (await search(filter)).items.map(({ name }) => name);
    expect(await names("name LIKE 'search-%'")).toEqual(['search-a', 'search-b', 'search-c']);
    expect(await names("name IN ('search-a', 'search-c') AND tags.kind = 'even' AND created_time > 5")).toEqual(['search-a', 'search-c']);
    expect(await names("tags.kind != 'even' AND name LIKE 'search-%'")).toEqual(['search-b']);
    expect(await names("tags.missing != 'x'")).toEqual([]);
    const first = await search("name LIKE 'search-%'", { maxResults: 2 });
    const second = await search("name LIKE 'search-%'", { maxResults: 2, pageToken: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['search-a', 'search-b', 'search-c']);
    await expect(search('', { maxResults: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('record who changed what', async () => {
    const tenant = await createTestTenant(db);
    const { id } = await datasets.create(tenant.ctx, { name: 'audited', tags: {}, experimentIds: [] });
    await datasets.setTags(tenant.ctx, id, { a: 'b' });
    await records.upsert(tenant.ctx, id, parseRecords('[{"inputs":{"secret":"hidden-3b1f"}}]'));
    await datasets.delete(tenant.ctx, id);
    const { items } = await audit.list(tenant.ctx, { resourceType: 'evaluation_dataset' }, 10);
    expect(items.map(({ action }) => action)).toEqual(['evaluation-dataset.delete', 'evaluation-dataset.upsert-records', 'evaluation-dataset.set-tags', 'evaluation-dataset.create']);
    expect(stringifyJson(items)).not.toContain('hidden-3b1f');
  });

  it('exist in no other project, and are changed by no reader', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { id } = await datasets.create(a.ctx, { name: 'mine', tags: {}, experimentIds: ['0'] });
    await records.upsert(a.ctx, id, parseRecords('[{"inputs":{"q":1}}]'));
    for (const other of [b.ctx, sibling]) {
      for (const call of [() => datasets.get(other, id), () => datasets.setTags(other, id, { a: 'b' }), () => datasets.addExperiments(other, id, ['0']), () => records.list(other, id, 0), () => records.upsert(other, id, []), () => records.delete(other, id, ['x'])]) {
        await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
      await datasets.delete(other, id);
      await datasets.deleteTag(other, id, 'a');
      expect(await datasets.experimentIds(other, id)).toEqual([]);
    }
    expect((await records.list(a.ctx, id, 0)).items).toHaveLength(1);
    const reader = withRole(a.ctx, 'viewer');
    await expect(datasets.delete(reader, id)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(records.upsert(reader, id, [])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('records', () => {
  it('are one for the same inputs: outputs are replaced, expectations and tags are added', async () => {
    const { id } = await make('merging');
    expect(await upsert(id, [{ inputs: { a: 1, b: [2] }, outputs: 'first', expectations: { x: 1 }, tags: { 'mlflow.user': 'anna' } }, { inputs: { a: 2 } }])).toEqual({ inserted: 2, updated: 0 });
    expect(await upsert(id, [{ inputs: { b: [2], a: 1 }, outputs: 'second', expectations: { y: 2 }, tags: { 'mlflow.user': 'bert', t: 'u' } }, { inputs: { a: 3 } }, { inputs: { a: 3 }, expectations: { z: 1 } }])).toEqual({ inserted: 1, updated: 2 });
    const found = await list(id);
    expect(found).toHaveLength(3);
    expect(found.find(({ outputs }) => outputs === 'second')).toMatchObject({ dataset_id: id, dataset_record_id: expect.stringMatching(/^dr-[0-9a-f]{32}$/), inputs: { a: 1, b: [2] }, expectations: { x: 1, y: 2 }, tags: { 'mlflow.user': 'bert', t: 'u' }, created_by: 'anna', last_updated_by: 'bert' });
    expect(found.find(({ inputs }) => (inputs as { a: number }).a === 2)).toMatchObject({ outputs: {}, tags: {} });
    expect(await datasets.get(ctx, id)).toMatchObject({ schema: '{"inputs": {"a": "integer", "b": "array"}, "outputs": "string", "expectations": {"x": "integer", "y": "integer", "z": "integer"}, "version": "1.0"}', profile: '{"num_records": 3}' });
  });

  it('come back as they went: nested, Unicode, large integers, with their source', async () => {
    const { id } = await make('faithful');
    const inputs = '{"question": "größe 🚀\\u0000", "deep": {"list": [1, null, true, {"x": "y"}]}, "big": 9007199254740993}';
    await records.upsert(ctx, id, parseRecords(`[{"inputs": ${inputs}, "source": {"source_type": "trace", "source_data": {"trace_id": "tr-1"}}}]`));
    const [text = ''] = (await records.list(ctx, id, 0)).items;
    expect(text).toContain('9007199254740993');
    expect(JSON.parse(text)).toMatchObject({ inputs: { question: 'größe 🚀\0', deep: { list: [1, null, true, { x: 'y' }] } }, source: { source_type: 'TRACE', source_data: { trace_id: 'tr-1' } }, source_id: 'tr-1', source_type: 'TRACE' });
  });

  it('are listed oldest first in pages, and deleted', async () => {
    const { id } = await make('paged');
    await upsert(id, Array.from({ length: 25 }, (_, index) => ({ inputs: { index } })));
    const seen: unknown[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const page: { items: readonly string[]; nextCursor: string | null } = await records.list(ctx, id, 10, token);
      seen.push(...page.items.map((text) => (JSON.parse(text) as { dataset_record_id: string }).dataset_record_id));
      token = page.nextCursor ?? undefined;
    }
    expect(new Set(seen).size).toBe(25);
    expect(await records.delete(ctx, id, [...seen.slice(0, 5).map(String), 'dr-unknown'])).toBe(5);
    expect((await datasets.get(ctx, id)).profile).toBe('{"num_records": 20}');
    expect(await records.delete(ctx, id, seen.map(String))).toBe(20);
    expect((await datasets.get(ctx, id)).profile).toBe('null');
  });

  it('are not lost by writers at the same moment', async () => {
    const { id } = await make('busy');
    const counts = await Promise.all(Array.from({ length: 6 }, (_, writer) => upsert(id, [{ inputs: { shared: true } }, { inputs: { writer } }])));
    expect(counts.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(7);
    expect(await list(id)).toHaveLength(7);
  });

  it.each(['', '{', '{}', '[1]', '[{"inputs":[]}]', '[{"inputs":null}]', '[{"inputs":{},"expectations":"x"}]', '[{"inputs":{},"tags":[]}]', '[{"inputs":{},"source":"x"}]', '[{"inputs":{},"source":{"source_type":"MOON"}}]'])('are refused: %s', (text) => {
    expect(() => parseRecords(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });

  it('are refused when they are nested without end or too many', () => {
    expect(() => parseRecords(`[{"inputs":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}]`).map((record) => record.inputs)).not.toThrow(RangeError);
    expect(() => parseRecords(`[${'{},'.repeat(10_001)}{}]`)).toThrow(/At most 10000/);
  });

  it('take what Python writes for no number as null', () => {
    expect(parseRecords('[{"inputs":{"a":NaN,"b":"NaN","c":-Infinity}}]')).toEqual([{ inputs: { a: null, b: 'NaN', c: null } }]);
  });
});

describe('tags', () => {
  it.each(['', '[]', '1', '{'])('are an object: %j is none', (text) => {
    expect(() => parseDatasetTags(text)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
  });

  it('are texts, and nothing for null', () => {
    expect(parseDatasetTags('{"a":"b","n":1,"gone":null}')).toEqual({ a: 'b', n: '1' });
  });
});
