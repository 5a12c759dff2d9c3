import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { PythonNumber } from '../span/python-json.js';
import { testSpan, testTrace, trackingServices, type TrackingServices } from '../testing.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

const ROOT = `tr-${'1'.padStart(32, '0')}`;

/** ROOT with two spans of session `sess`; `tr-b`, without spans, of the same session, later; `tr-c` that goes on. */
beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
  await services.ingest.ingest(ctx, '0', [
    testSpan({ attributes: { 'mlflow.spanInputs': '{"q": "Größe"}', 'session.id': '"sess"', s: '"text"', 'mlflow.traceTag.color': '"red"' } }),
    testSpan({ spanId: '2'.padStart(16, '0'), parentSpanId: '1'.padStart(16, '0'), name: 'llm', status: 'ERROR', statusMessage: 'boom', attributes: { 'mlflow.spanType': '"LLM"', s: '"other"' } }),
  ]);
  const usage = '{"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}';
  await services.traces.finish(ctx, testTrace({
    traceId: 'tr-b', requestTime: 2000, executionDuration: 1250, clientRequestId: 'client', tags: { 'mlflow.traceName': 'Named' }, metadata: { 'mlflow.trace.session': 'sess', 'mlflow.trace.tokenUsage': usage, 'mlflow.trace.cost': '{"total_cost": 0.5}' },
    assessments: [
      { name: 'good', kind: 'feedback', value: true, sourceType: 'HUMAN' },
      { name: 'score', kind: 'feedback', value: new PythonNumber('0.5', false), sourceType: 'CODE' },
      { name: 'answer', kind: 'expectation', value: 'jä', sourceType: 'HUMAN' },
      { name: 'whole', kind: 'feedback', value: 'yes', sourceType: 'HUMAN', metadata: { 'mlflow.trace.session': 'sess' } },
      { name: 'is-1', kind: 'issue', value: { issue_name: 'bad' }, sourceType: 'HUMAN' },
    ],
  }));
  await services.traces.finish(ctx, testTrace({ traceId: 'tr-c', requestTime: 3000, executionDuration: undefined, state: 'IN_PROGRESS', metadata: { k: 'v' } }));
});

afterAll(() => db.close());

const found = async (filter: string, orderBy?: readonly string[]) => (await services.traceSearch.search(ctx, { experimentIds: ['0'], filter, orderBy })).items.map(({ traceId }) => traceId);

describe('TraceSearchService', () => {
  it.each<[string, string[]]>([
    ['', ['tr-c', 'tr-b', ROOT]],
    ["status = 'OK'", ['tr-b', ROOT]],
    ["status != 'OK'", ['tr-c']],
    ["trace.status NOT IN ('OK', 'ERROR')", ['tr-c']],
    ['timestamp > 1000 AND timestamp_ms <= 2000', ['tr-b']],
    ['execution_time = 1250', ['tr-b']],
    ['execution_time < 1e4', ['tr-b', ROOT]],
    ['end_time >= 3000', ['tr-c', 'tr-b']],
    ["request_id = 'tr-b'", ['tr-b']],
    ["client_request_id ILIKE 'CLI%'", ['tr-b']],
    ["name = 'Named'", ['tr-b']],
    ["name ILIKE 'named'", ['tr-b']],
    ["name LIKE 'named'", []],
    ["name RLIKE '^N.m'", ['tr-b']],
    ['name IS NULL', ['tr-c', ROOT]],
    ["tags.color = 'red'", [ROOT]],
    ["tags.color != 'blue'", [ROOT]],
    ['tags.color IS NULL', ['tr-c', 'tr-b']],
    ['tags.color IS NOT NULL', [ROOT]],
    ["metadata.k LIKE 'v%'", ['tr-c']],
    ["metadata.`mlflow.trace.session` = 'sess'", ['tr-b', ROOT]],
    ['metadata.`mlflow.trace.session` IS NULL', ['tr-c']],
    ['metadata.`mlflow.trace.tokenUsage` IS NOT NULL', ['tr-b']],
    ['metadata.`mlflow.trace.tokenUsage` = \'{"input_tokens": 3, "output_tokens": 4, "total_tokens": 7}\'', ['tr-b']],
    ['metadata.`mlflow.trace.tokenUsage` != \'{"input_tokens": 3}\'', ['tr-b']],
    ['metadata.`mlflow.trace.cost` = \'{"total_cost": 0.5}\'', ['tr-b']],
    ["span.name = 'llm' AND span.status = 'ERROR' AND span.type = 'LLM'", [ROOT]],
    ["span.name = 'root' AND span.status = 'ERROR'", []],
    ["span.name IN ('llm', 'x')", [ROOT]],
    ["span.attributes.s LIKE '%text%'", [ROOT]],
    ["span.attributes.s RLIKE '^ot.*r$'", [ROOT]],
    ["span.attributes.s = 'text'", []],
    ["span.content LIKE '%boom%'", [ROOT]],
    ["trace.text ILIKE '%GRÖSSE%'", []],
    ["trace.text ILIKE '%GRÖßE%'", [ROOT]],
    ["span.name = 'llm' AND timestamp > 50000", []],
    ["feedback.good = 'true'", ['tr-b']],
    ["feedback.good != 'true'", []],
    ['feedback.score > 0.4', ['tr-b']],
    ['feedback.score >= 0.6', []],
    ["feedback.score = '0.5'", ['tr-b']],
    ["expectation.answer = 'jä'", ['tr-b']],
    // Given to the whole session, so it counts for all its traces.
    ["feedback.whole = 'yes'", ['tr-b', ROOT]],
    ['feedback.whole IS NULL', ['tr-c']],
    ['feedback.good IS NOT NULL', ['tr-b']],
    ["issue.id = 'is-1'", ['tr-b']],
    ["run_id = 'nope'", []],
    ["prompt = 'nope/1'", []],
  ])('finds by %s', async (filter, ids) => {
    expect(await found(filter)).toEqual(ids);
  });

  it.each<[string[], string[]]>([
    [['timestamp ASC'], [ROOT, 'tr-b', 'tr-c']],
    [['execution_time DESC'], ['tr-b', ROOT, 'tr-c']],
    [['name'], ['tr-b', 'tr-c', ROOT]],
    [['tags.color DESC'], [ROOT, 'tr-c', 'tr-b']],
    [['metadata.`mlflow.trace.session`', 'timestamp ASC'], [ROOT, 'tr-b', 'tr-c']],
    [['status', 'request_id'], ['tr-c', ROOT, 'tr-b']],
    [['end_time'], [ROOT, 'tr-c', 'tr-b']],
  ])('orders by %j', async (orderBy, ids) => {
    expect(await found('', orderBy)).toEqual(ids);
  });

  it.each([
    ["prompt LIKE 'a/1'", "Invalid comparator 'LIKE' for prompts filter."],
    ["prompt = 'a'", 'Expected format: prompt = "name/version"'],
    ["metadata.`mlflow.trace.tokenUsage` LIKE 'x'", "Comparator 'LIKE' is not supported for reserved metadata"],
    ["name RLIKE '('", 'An RLIKE pattern is no regular expression'],
    ["span.attributes.s RLIKE '['", 'An RLIKE pattern is no regular expression'],
  ])('refuses %s', async (filter, message) => {
    await expect(found(filter)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it('gives an invalid assessment up', async () => {
    const { ctx: other } = await createTestTenant(db);
    await services.traces.finish(other, testTrace());
    const { assessmentId } = await services.assessments.create(other, 'tr-1', { name: 'f', kind: 'feedback', value: 'old', sourceType: 'HUMAN' });
    await services.assessments.create(other, 'tr-1', { name: 'f', kind: 'feedback', value: 'new', sourceType: 'HUMAN', overrides: assessmentId });
    const by = async (filter: string) => (await services.traceSearch.search(other, { experimentIds: ['0'], filter })).items.length;
    expect([await by("feedback.f = 'old'"), await by("feedback.f = 'new'")]).toEqual([0, 1]);
  });

  it('pages without a gap in every order, while traces come in', async () => {
    const { ctx: other } = await createTestTenant(db);
    for (let index = 0; index < 7; index += 1) await services.traces.finish(other, testTrace({ traceId: `tr-${index}`, requestTime: 1000 + (index % 3), executionDuration: index % 2 === 0 ? undefined : index, tags: index > 3 ? { a: 'same' } : {} }));
    for (const orderBy of [[], ['execution_time'], ['execution_time DESC'], ['tags.a', 'timestamp ASC'], ['request_id DESC']]) {
      const whole = (await services.traceSearch.search(other, { experimentIds: ['0'], orderBy })).items.map(({ traceId }) => traceId);
      const pages: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await services.traceSearch.search(other, { experimentIds: ['0'], orderBy, maxResults: 2, pageToken });
        pages.push(...page.items.map(({ traceId }) => traceId));
        pageToken = page.nextCursor ?? undefined;
      } while (pageToken !== undefined);
      expect(pages).toEqual(whole);
    }
    await expect(services.traceSearch.search(other, { experimentIds: ['0'], pageToken: 'zzz' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(services.traceSearch.search(other, { experimentIds: ['0'], maxResults: 501 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('counts how filters go together', async () => {
    expect(await services.traceCorrelation.correlate(ctx, { experimentIds: ['0'], first: "status = 'OK'", second: "name = 'Named'" })).toMatchObject({ total: 3, first: 2, second: 1, joint: 1 });
    expect(await services.traceCorrelation.correlate(ctx, { experimentIds: ['0'], first: 'name IS NULL', second: 'execution_time > 5', base: "status = 'OK'" })).toMatchObject({ total: 2, first: 1, second: 2, joint: 1 });
  });

  it('shows nothing to another organization or project', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { experimentId } = await services.experiments.create(a.ctx, { name: 'mine' });
    await services.traces.finish(a.ctx, testTrace({ experimentId }));
    for (const other of [b.ctx, sibling]) {
      expect((await services.traceSearch.search(other, { experimentIds: [experimentId, '0'] })).items).toEqual([]);
      expect(await services.traceCorrelation.correlate(other, { experimentIds: [experimentId], first: "status = 'OK'", second: "status = 'OK'" })).toMatchObject({ total: 0 });
    }
  });
});
