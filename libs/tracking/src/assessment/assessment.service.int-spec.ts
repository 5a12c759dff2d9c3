import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { loadPython, PythonNumber } from '../span/python-json.js';
import { testTrace, trackingServices, type TrackingServices } from '../testing.js';
import type { NewAssessment } from './assessment.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
});

beforeEach(async () => {
  ({ ctx } = await createTestTenant(db));
  await services.traces.finish(ctx, testTrace());
});

afterAll(() => db.close());

const feedback = (part: Partial<NewAssessment> = {}): NewAssessment => ({ name: 'f', kind: 'feedback', value: new PythonNumber('1.0', false), sourceType: 'HUMAN', sourceId: 'ann', ...part });

describe('AssessmentService', () => {
  it('keeps values as Python writes them', async () => {
    const made = await services.assessments.create(ctx, 'tr-1', feedback({ value: loadPython('{"a": [1, "ü", null]}'), error: { error_code: 'E' }, metadata: { 'mlflow.assessment.sourceRunId': 'r' }, spanId: '0'.repeat(16), rationale: 'why', createTime: 5, lastUpdateTime: 6 }));
    expect(made).toMatchObject({ assessmentId: expect.stringMatching(/^a-[0-9a-f]{32}$/), traceId: 'tr-1', value: '{"a": [1, "\\u00fc", null]}', error: '{"error_code": "E"}', metadata: '{"mlflow.assessment.sourceRunId": "r"}', runId: 'r', rationale: 'why', valid: true, createTime: 5, lastUpdateTime: 6 });
    expect(await services.assessments.get(ctx, 'tr-1', made.assessmentId)).toEqual(made);
  });

  it('an override makes the former invalid, and its deletion valid again', async () => {
    const first = await services.assessments.create(ctx, 'tr-1', feedback());
    const second = await services.assessments.create(ctx, 'tr-1', feedback({ overrides: first.assessmentId }));
    expect((await services.assessments.get(ctx, 'tr-1', first.assessmentId)).valid).toBe(false);
    await services.assessments.delete(ctx, 'tr-1', second.assessmentId);
    await services.assessments.delete(ctx, 'tr-1', second.assessmentId);
    expect((await services.traces.getInfo(ctx, 'tr-1')).assessments).toEqual([first]);
    await expect(services.assessments.create(ctx, 'tr-1', feedback({ overrides: 'a-nope' }))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('changes what is named, merges metadata, and keeps the rest', async () => {
    const { assessmentId } = await services.assessments.create(ctx, 'tr-1', feedback({ metadata: { a: '1', b: '2' }, error: { error_code: 'E' }, rationale: 'old', createTime: 5, lastUpdateTime: 6 }));
    const renamed = await services.assessments.update(ctx, 'tr-1', assessmentId, { name: 'g', metadata: { b: '3' } });
    expect(renamed).toMatchObject({ name: 'g', value: '1.0', error: '{"error_code": "E"}', metadata: '{"a": "1", "b": "3"}', rationale: 'old', createTime: 5 });
    expect(renamed.lastUpdateTime).toBeGreaterThan(6);
    expect(await services.assessments.update(ctx, 'tr-1', assessmentId, { feedback: { value: 'no' }, rationale: 'new' })).toMatchObject({ value: '"no"', error: null, rationale: 'new' });
    await expect(services.assessments.update(ctx, 'tr-1', assessmentId, { expectation: { value: 'x' } })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: 'Cannot update expectation value on a Feedback assessment.' });
  });

  it.each([
    ['no name', { name: '' }],
    ['a long name', { name: 'x'.repeat(251) }],
    ['a long id', { assessmentId: 'x'.repeat(51) }],
    ['a value of 2 MB', { value: 'x'.repeat(2_000_000) }],
  ])('refuses %s', async (_title, part) => {
    await expect(services.assessments.create(ctx, 'tr-1', feedback(part))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('refuses an id that is taken, and knows what is missing', async () => {
    await services.assessments.create(ctx, 'tr-1', feedback({ assessmentId: 'a-1' }));
    await expect(services.assessments.create(ctx, 'tr-1', feedback({ assessmentId: 'a-1' }))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(services.assessments.get(ctx, 'tr-1', 'nope')).rejects.toMatchObject({ message: "Assessment with ID 'nope' not found for trace 'tr-1'" });
    await expect(services.assessments.get(ctx, 'tr-x', 'nope')).rejects.toMatchObject({ message: "Trace with request_id 'tr-x' not found" });
    await expect(services.assessments.create(ctx, 'tr-x', feedback())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows nothing to another organization or project, and lets nobody change what they may only read', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    await services.traces.finish(a.ctx, testTrace());
    const { assessmentId } = await services.assessments.create(a.ctx, 'tr-1', feedback());
    for (const other of [b.ctx, sibling]) {
      await expect(services.assessments.get(other, 'tr-1', assessmentId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      // As of an assessment that is not there: MLflow knows no fault then, and below it still is.
      await services.assessments.delete(other, 'tr-1', assessmentId);
    }
    await expect(services.assessments.delete(withRole(a.ctx, 'viewer'), 'tr-1', assessmentId)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect((await services.assessments.get(a.ctx, 'tr-1', assessmentId)).valid).toBe(true);
  });
});
