import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, testSpan, testTrace, trackingServices, type TrackingServices } from '../testing.js';
import type { SpanInput } from '../span/span.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
});

beforeEach(async () => {
  ({ ctx } = await createTestTenant(db));
});

afterAll(() => db.close());

const id = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
const ID = `tr-${id(1, 32)}`;
const child = (number: number, parent: number, rest: Parameters<typeof testSpan>[0] = {}): SpanInput => testSpan({ spanId: id(number, 16), parentSpanId: id(parent, 16), name: `span-${number}`, ...rest });
const tokens = (input: number) => ({ 'mlflow.chat.tokenUsage': `{"input_tokens": ${input}, "output_tokens": 1, "total_tokens": ${input + 1}}` });

describe('spans that come in', () => {
  it('make a trace: times, state, tags, previews, session, user, sums', async () => {
    await services.ingest.ingest(ctx, '0', [
      testSpan({ status: 'ERROR', attributes: { 'mlflow.spanInputs': '{"q": 1}', 'mlflow.spanOutputs': '"done"', 'session.id': '"s-1"', 'user.id': '"ann"', 'mlflow.traceTag.color': '"red"', 'mlflow.traceTag.mlflow.traceName': '"named"' }, resource: new Map([['service.name', '"svc"'], ['telemetry.sdk.name', '"x"'], ['mlflow.trace.spansLocation', '"forged"']]) }),
      child(2, 1, { startTime: 900_000_000n, endTime: 2_000_000_000n, attributes: { ...tokens(10), 'mlflow.llm.cost': '{"input_cost": 0.25, "total_cost": 0.5}' } }),
    ]);
    const info = await services.traces.getInfo(ctx, ID);
    expect(info).toMatchObject({ traceId: ID, experimentId: '0', requestTime: 900, executionDuration: 1100, state: 'ERROR', requestPreview: '{"q": 1}', responsePreview: '"done"' });
    expect(info.tags).toEqual({ 'mlflow.traceName': 'named', 'mlflow.trace.spansLocation': 'TRACKING_STORE', 'mlflow.artifactLocation': `mlflow-artifacts:/0/traces/${ID}/artifacts`, color: 'red', 'service.name': 'svc' });
    expect(info.metadata).toEqual({
      'mlflow.trace.session': 's-1',
      'mlflow.trace.user': 'ann',
      'mlflow.trace.tokenUsage': '{"input_tokens": 10, "output_tokens": 1, "total_tokens": 11}',
      'mlflow.trace.cost': '{"input_cost": 0.25, "output_cost": 0.0, "total_cost": 0.5}',
    });
  });

  it('come in pieces: a trace goes on until its root is there, and sums are of all its spans', async () => {
    await services.ingest.ingest(ctx, '0', [child(3, 2, { attributes: tokens(4), endTime: 0n })]);
    expect(await services.traces.getInfo(ctx, ID)).toMatchObject({ state: 'IN_PROGRESS', requestTime: 1000, executionDuration: null });
    await services.ingest.ingest(ctx, '0', [child(2, 1, { attributes: tokens(10), startTime: 500_000_000n, endTime: 3_000_000_000n })]);
    await services.ingest.ingest(ctx, '0', [testSpan()]);
    const info = await services.traces.getInfo(ctx, ID);
    expect(info).toMatchObject({ state: 'OK', requestTime: 500, executionDuration: 2500 });
    // The parent's total covers the child.
    expect(info.metadata['mlflow.trace.tokenUsage']).toContain('"input_tokens": 10,');
    const { spans } = await services.traces.get(ctx, ID, true);
    expect(spans.map((span) => (JSON.parse(span) as { name: string }).name)).toEqual(['root', 'span-2', 'span-3']);
  });

  it('are replaced when they come again, and counted once', async () => {
    const span = testSpan({ attributes: tokens(10) });
    await services.ingest.ingest(ctx, '0', [span, { ...span, name: 'again' }]);
    await services.ingest.ingest(ctx, '0', [{ ...span, name: 'newest' }]);
    const { info, spans } = await services.traces.get(ctx, ID, false);
    expect(spans).toHaveLength(1);
    expect(spans[0]).toContain('"name":"newest"');
    expect(info.metadata['mlflow.trace.tokenUsage']).toContain('"input_tokens": 10,');
  });

  it('keep 64-bit times exactly, and survive hostile texts', async () => {
    const attributes = { nul: '"a\\u0000b"', lone: '"\\ud800"', __proto__x: '1', 'session.id': '"a\\u0000b"' };
    await services.ingest.ingest(ctx, '0', [testSpan({ name: 'a\0b', startTime: 9223372036854775806n, endTime: 9223372036854775807n, attributes })]);
    const [span] = (await services.traces.get(ctx, ID, true)).spans;
    expect(span).toContain('"start_time_unix_nano":9223372036854775806,"end_time_unix_nano":9223372036854775807');
    await expect(services.ingest.ingest(ctx, '0', [testSpan({ startTime: 2n ** 63n })])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('of a trace that two writers make at once are all kept', async () => {
    const writers = Array.from({ length: 12 }, (_, index) => services.ingest.ingest(ctx, '0', [child(index + 2, 1, { attributes: tokens(1) }), testSpan({ traceId: id(2, 32), spanId: id(index + 2, 16) })]));
    await Promise.all([...writers, services.traces.finish(ctx, testTrace({ traceId: ID, state: 'OK', metadata: { a: 'b' } }))]);
    const { info, spans } = await services.traces.get(ctx, ID, true);
    expect(spans).toHaveLength(12);
    expect(info).toMatchObject({ state: 'OK', requestTime: 1000, executionDuration: 250 });
    expect(info.metadata['mlflow.trace.tokenUsage']).toContain('"input_tokens": 12,');
  });

  it('need an experiment of the project', async () => {
    await expect(services.ingest.ingest(ctx, '999999999', [testSpan()])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(services.ingest.ingest(ctx, 'abc', [testSpan()])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(services.traces.getInfo(ctx, ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the info that a client sends at the end', () => {
  it('stays when spans come late, but for sums it does not have', async () => {
    await services.traces.finish(ctx, testTrace({ traceId: ID, state: 'ERROR', requestPreview: 'mine', metadata: { 'mlflow.trace.session': 'given' } }));
    await services.ingest.ingest(ctx, '0', [testSpan({ startTime: 1n, endTime: 9_000_000_000n, attributes: { ...tokens(3), 'session.id': '"other"', 'mlflow.spanInputs': '"theirs"' } })]);
    const info = await services.traces.getInfo(ctx, ID);
    expect(info).toMatchObject({ requestTime: 1000, executionDuration: 250, state: 'ERROR', requestPreview: 'mine' });
    expect(info.metadata).toMatchObject({ 'mlflow.trace.session': 'given', 'mlflow.trace.infoFinalized': 'true', 'mlflow.trace.tokenUsage': expect.stringContaining('"input_tokens": 3,') });
  });

  it('keeps its own sums', async () => {
    const metadata = { 'mlflow.trace.tokenUsage': '{"input_tokens": 100, "output_tokens": 1, "total_tokens": 101}' };
    await services.ingest.ingest(ctx, '0', [testSpan({ attributes: tokens(1) })]);
    await services.traces.finish(ctx, testTrace({ traceId: ID, metadata }));
    await services.ingest.ingest(ctx, '0', [child(2, 1, { attributes: tokens(1) })]);
    expect((await services.traces.getInfo(ctx, ID)).metadata['mlflow.trace.tokenUsage']).toBe(metadata['mlflow.trace.tokenUsage']);
  });

  it('says where the spans are only if they are here', async () => {
    const info = await services.traces.finish(ctx, testTrace());
    expect(info.tags).toEqual({ 'mlflow.artifactLocation': 'mlflow-artifacts:/0/traces/tr-1/artifacts' });
    await expect(services.traces.get(ctx, 'tr-1', true)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await services.ingest.ingest(ctx, '0', [testSpan()]);
    expect((await services.traces.finish(ctx, testTrace({ traceId: ID }))).tags['mlflow.trace.spansLocation']).toBe('TRACKING_STORE');
  });

  it.each([
    ['no id', { traceId: '' }],
    ['a long id', { traceId: 'x'.repeat(51) }],
    ['a long name', { tags: { 'mlflow.traceName': 'x'.repeat(4097) } }],
    ['a long session', { metadata: { 'mlflow.trace.session': 'x'.repeat(251) } }],
    ['a long key', { tags: { ['x'.repeat(251)]: '1' } }],
  ])('is refused with %s', async (_title, part) => {
    await expect(services.traces.finish(ctx, testTrace(part))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is not taken for a deleted experiment', async () => {
    const { experimentId } = await services.experiments.create(ctx, { name: 'gone' });
    await services.experiments.delete(ctx, experimentId);
    await expect(services.traces.finish(ctx, testTrace({ experimentId }))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('reading', () => {
  it('waits for all spans unless told otherwise', async () => {
    await services.ingest.ingest(ctx, '0', [testSpan()]);
    await services.traces.finish(ctx, testTrace({ traceId: ID, metadata: { 'mlflow.trace.sizeStats': '{"num_spans": 2}' } }));
    await expect(services.traces.get(ctx, ID, false)).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('not fully exported yet') });
    expect(await services.traces.getMany(ctx, [ID])).toEqual([]);
    await services.ingest.ingest(ctx, '0', [child(2, 1)]);
    expect((await services.traces.get(ctx, ID, false)).spans).toHaveLength(2);
  });

  it('keeps the order asked for, leaves out what is not there, and keeps to experiments', async () => {
    const { experimentId } = await services.experiments.create(ctx, { name: 'other' });
    await services.traces.finish(ctx, testTrace({ traceId: 'tr-a' }));
    await services.traces.finish(ctx, testTrace({ traceId: 'tr-b', experimentId }));
    expect((await services.traces.getManyInfos(ctx, ['tr-b', 'tr-x', 'tr-a', 'tr-b'])).map(({ traceId }) => traceId)).toEqual(['tr-b', 'tr-a']);
    expect((await services.traces.getManyInfos(ctx, ['tr-b', 'tr-a'], [experimentId])).map(({ traceId }) => traceId)).toEqual(['tr-b']);
  });
});

describe('tags', () => {
  it('are set and deleted, the name among them', async () => {
    await services.traces.finish(ctx, testTrace({ tags: { 'mlflow.traceName': 'first', a: '1' } }));
    await services.traces.setTag(ctx, 'tr-1', 'a', 'x'.repeat(9000));
    await services.traces.setTag(ctx, 'tr-1', 'mlflow.traceName', 'second');
    expect((await services.traces.getInfo(ctx, 'tr-1')).tags).toMatchObject({ a: 'x'.repeat(8000), 'mlflow.traceName': 'second' });
    await services.traces.deleteTag(ctx, 'tr-1', 'a');
    await services.traces.deleteTag(ctx, 'tr-1', 'mlflow.traceName');
    await expect(services.traces.deleteTag(ctx, 'tr-1', 'mlflow.traceName')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(services.traces.deleteTag(ctx, 'tr-1', 'a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(services.traces.setTag(ctx, 'tr-1', 'mlflow.trace.spansLocation', 'x')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('deleting', () => {
  it('takes the oldest up to a time, or those named, with all that belongs to them, and says so in the audit log', async () => {
    for (const [traceId, requestTime] of [['tr-a', 1], ['tr-b', 2], ['tr-c', 3], ['tr-d', 9]] as const) await services.traces.finish(ctx, testTrace({ traceId, requestTime }));
    await services.ingest.ingest(ctx, '0', [testSpan({ startTime: 8_000_000n })]);
    await services.assessments.create(ctx, ID, { name: 'f', kind: 'feedback', value: true, sourceType: 'HUMAN' });
    expect(await services.traceDeletion.delete(ctx, { experimentId: '0', maxTimestamp: 3, maxTraces: 2 })).toBe(2);
    expect(await services.traceDeletion.delete(ctx, { experimentId: '0', traceIds: [ID, 'tr-x'] })).toBe(1);
    const left = await services.traceSearch.search(ctx, { experimentIds: ['0'] });
    expect(left.items.map(({ traceId }) => traceId)).toEqual(['tr-d', 'tr-c']);
    const rows = await db.tenantSql(ctx, (tx) => tx.query({ text: 'SELECT 1 FROM spans UNION ALL SELECT 1 FROM assessments' }));
    expect(rows).toEqual([]);
    const { items } = await new AuditService(db).list(ctx, { action: 'trace.delete' }, 10);
    expect(items.map(({ details }) => (details as { count: number }).count)).toEqual([1, 2]);
  });

  it.each([[{}], [{ maxTimestamp: 5, traceIds: ['a'] }], [{ maxTimestamp: 5, maxTraces: 0 }], [{ traceIds: ['a'], maxTraces: 1 }]])('refuses %j', async (part) => {
    await expect(services.traceDeletion.delete(ctx, { experimentId: '0', ...part })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('links', () => {
  it('tie traces to runs of the project and to prompt versions', async () => {
    const runId = await createTestRun(services, ctx);
    await services.traces.finish(ctx, testTrace());
    await services.ingest.ingest(ctx, '0', [testSpan()], runId);
    await services.traceLinks.linkToRun(ctx, ['tr-1', 'tr-x'], runId);
    await services.traceLinks.linkToRun(ctx, ['tr-1'], runId);
    await services.traceLinks.linkPrompts(ctx, 'tr-1', [{ name: 'p', version: '01' }]);
    const ids = async (filter: string) => (await services.traceSearch.search(ctx, { experimentIds: ['0'], filter })).items.map(({ traceId }) => traceId).sort();
    expect(await ids(`run_id = '${runId}'`)).toEqual([ID, 'tr-1'].sort());
    expect(await ids("prompt = 'p/1'")).toEqual(['tr-1']);
    await expect(services.traceLinks.linkToRun(ctx, Array.from({ length: 101 }, () => 'x'), runId)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(services.traceLinks.linkPrompts(ctx, 'tr-x', [{ name: 'p', version: '1' }])).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(services.traceLinks.linkPrompts(ctx, 'tr-1', [{ name: 'p', version: 'latest' }])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('traces of clients before MLflow 3', () => {
  it('begin, and end with more tags', async () => {
    const { traceId } = await services.legacyTraces.start(ctx, { experimentId: '0', startTime: 1000, metadata: { a: 'b' }, tags: { 'mlflow.traceName': 'v2' } });
    const info = await services.legacyTraces.end(ctx, traceId, { endTime: 3500, state: 'OK', metadata: { 'mlflow.trace.session': 's' }, tags: { c: 'd' } });
    expect(info).toMatchObject({ requestTime: 1000, executionDuration: 2500, state: 'OK', metadata: { a: 'b', 'mlflow.trace.session': 's' }, tags: { 'mlflow.traceName': 'v2', c: 'd' } });
    await expect(services.legacyTraces.end(ctx, 'nope', { endTime: 1, state: 'OK', metadata: {}, tags: {} })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('isolation', () => {
  it('two projects may hold the same trace id and see nothing of each other', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    await services.ingest.ingest(a.ctx, '0', [testSpan({ name: 'of-a' })]);
    for (const other of [b.ctx, sibling]) {
      await expect(services.traces.getInfo(other, ID)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(services.traces.get(other, ID, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await services.traces.getMany(other, [ID])).toEqual([]);
      await expect(services.traces.setTag(other, ID, 'a', 'b')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await services.traceDeletion.delete(other, { experimentId: '0', traceIds: [ID] })).toBe(0);
      await services.ingest.ingest(other, '0', [testSpan({ spanId: id(2, 16), name: 'of-other' })]);
      expect((await services.traces.get(other, ID, true)).spans).toHaveLength(1);
    }
    const { spans } = await services.traces.get(a.ctx, ID, true);
    expect(spans).toHaveLength(1);
    expect(spans[0]).toContain('"name":"of-a"');
  });

  it('whoever may only read changes nothing', async () => {
    await services.traces.finish(ctx, testTrace());
    const reader = withRole(ctx, 'viewer');
    expect((await services.traces.getInfo(reader, 'tr-1')).traceId).toBe('tr-1');
    await expect(services.ingest.ingest(reader, '0', [testSpan()])).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(services.traces.setTag(reader, 'tr-1', 'a', 'b')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(services.traceDeletion.delete(reader, { experimentId: '0', maxTimestamp: 5 })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});
