import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { trackingServices, type TrackingServices } from '../testing.js';
import { checkSerializedScorer } from './scorer.js';
import { ScorerService } from './scorer.service.js';

const JUDGE = '{"name": "judge", "instructions_judge_pydantic_data": {"instructions": "Is it good?", "model": "openai:/gpt-4"}}';

let db: Database;
let audit: AuditService;
let tracking: TrackingServices;
let scorers: ScorerService;
let ctx: TenantContext;
let experimentId: string;

beforeAll(async () => {
  db = await openTestDatabase();
  audit = new AuditService(db);
  tracking = trackingServices(db);
  scorers = new ScorerService(db, audit);
});

beforeEach(async () => {
  ({ ctx } = await createTestTenant(db));
  ({ experimentId } = await tracking.experiments.create(ctx, { name: 'scored' }));
});

afterAll(() => db.close());

const register = (name: string, serialized = JUDGE) => scorers.register(ctx, experimentId, name, serialized);

describe('scorers', () => {
  it('are registered in versions, as they came', async () => {
    const first = await register('judge');
    const second = await register('judge', '{"name":"judge","big":9007199254740993}');
    expect(first).toMatchObject({ version: 1, experimentId, name: 'judge', serializedScorer: JUDGE });
    expect(second).toMatchObject({ version: 2, scorerId: first.scorerId, serializedScorer: '{"name":"judge","big":9007199254740993}' });
    expect((await scorers.versions(ctx, experimentId, 'judge')).map(({ version }) => version)).toEqual([1, 2]);
    expect((await scorers.get(ctx, experimentId, 'judge')).version).toBe(2);
    expect((await scorers.get(ctx, experimentId, 'judge', 1)).serializedScorer).toBe(JUDGE);
    await expect(scorers.get(ctx, experimentId, 'judge', 3)).rejects.toMatchObject({ code: 'NOT_FOUND', message: `Scorer with name 'judge' and version 3 not found for experiment ${experimentId}.` });
  });

  it('get each number once from writers at the same moment', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => register('busy')));
    expect(made.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('are listed by their newest version, of one experiment, of several, of all that are active', async () => {
    await register('b');
    await register('b');
    await register('a');
    await scorers.register(ctx, '0', 'in the default', JUDGE);
    const other = await tracking.experiments.create(ctx, { name: 'other' });
    await scorers.register(ctx, other.experimentId, 'elsewhere', JUDGE);
    const shown = (list: readonly { experimentId: string; name: string; version: number }[]) => list.map((item) => `${item.experimentId}/${item.name}/${item.version}`);
    expect(shown(await scorers.list(ctx, experimentId))).toEqual([`${experimentId}/a/1`, `${experimentId}/b/2`]);
    expect(shown(await scorers.listAcross(ctx, null))).toEqual(['0/in the default/1', `${experimentId}/a/1`, `${experimentId}/b/2`, `${other.experimentId}/elsewhere/1`]);
    expect(shown(await scorers.listAcross(ctx, [other.experimentId, '987654']))).toEqual([`${other.experimentId}/elsewhere/1`]);
    await tracking.experiments.delete(ctx, other.experimentId);
    expect(shown(await scorers.listAcross(ctx, [other.experimentId]))).toEqual([]);
    await expect(scorers.list(ctx, other.experimentId)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining("must be in the 'active' state") });
  });

  it('are deleted by version or as a whole', async () => {
    await register('judge');
    await register('judge');
    await scorers.delete(ctx, experimentId, 'judge', 2);
    expect((await scorers.versions(ctx, experimentId, 'judge')).map(({ version }) => version)).toEqual([1]);
    await expect(scorers.delete(ctx, experimentId, 'judge', 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await scorers.delete(ctx, experimentId, 'judge');
    await expect(scorers.versions(ctx, experimentId, 'judge')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await register('judge')).version).toBe(1);
  });

  it('look at no traces that come in, for want of a gateway', async () => {
    const { scorerId } = await register('judge');
    expect(await scorers.onlineScoring(ctx, [scorerId])).toEqual([]);
    await expect(scorers.setOnlineScoring(ctx, experimentId, 'judge', 0.5, null)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('does not use a gateway model') });
    await expect(scorers.setOnlineScoring(ctx, experimentId, 'judge', 1.5, null)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const config = await scorers.setOnlineScoring(ctx, experimentId, 'judge', 0, 'status = OK');
    expect(config).toMatchObject({ scorerId, experimentId, sampleRate: 0, filter: 'status = OK' });
    expect(await scorers.setOnlineScoring(ctx, experimentId, 'judge', 0, null)).toEqual({ ...config, filter: null });
    expect(await scorers.onlineScoring(ctx, [scorerId, 'x'])).toEqual([{ ...config, filter: null }]);
  });

  it('record who changed what', async () => {
    await register('judge');
    await scorers.delete(ctx, experimentId, 'judge');
    expect((await audit.list(ctx, { resourceType: 'scorer' }, 10)).items.map(({ action }) => action)).toEqual(['scorer.delete', 'scorer.register']);
  });

  it('exist in no other project, and are changed by no reader', async () => {
    const { a, b, sibling } = await createTestTenantPair(db);
    const { experimentId: mine } = await tracking.experiments.create(a.ctx, { name: 'mine' });
    const { scorerId } = await scorers.register(a.ctx, mine, 'judge', JUDGE);
    for (const other of [b.ctx, sibling]) {
      for (const call of [() => scorers.list(other, mine), () => scorers.versions(other, mine, 'judge'), () => scorers.get(other, mine, 'judge'), () => scorers.delete(other, mine, 'judge'), () => scorers.register(other, mine, 'judge', JUDGE), () => scorers.setOnlineScoring(other, mine, 'judge', 0, null)]) {
        await expect(call()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
      expect(await scorers.listAcross(other, [mine])).toEqual([]);
      expect(await scorers.listAcross(other, null)).toEqual([]);
      expect(await scorers.onlineScoring(other, [scorerId])).toEqual([]);
    }
    await expect(scorers.register(withRole(a.ctx, 'viewer'), mine, 'judge', JUDGE)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await scorers.versions(a.ctx, mine, 'judge')).toHaveLength(1);
  });
});

describe('a serialized scorer', () => {
  it.each([
    ['no JSON', '{', /valid JSON/],
    ['no object', '[]', /JSON object/],
    ['code', '{"call_source": "import os"}', /Custom scorer registration/],
    ['code inside', '{"ensemble_scorer_data": {"scorers": [{"call_source": "x"}]}}', /Custom scorer registration/],
    ['no depth', `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`, /levels deep/],
    ['endless depth', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, /levels deep|valid JSON/],
    ['a blank model', '{"builtin_scorer_pydantic_data": {"model": " "}}', /cannot be empty/],
    ['a model that is a number', '{"builtin_scorer_pydantic_data": {"model": 5}}', /must be a string/],
    ["a gateway's model", '{"memory_augmented_judge_data": {"base_judge": {"instructions_judge_pydantic_data": {"model": "gateway:/x"}}}}', /no AI gateway/],
  ])('is refused: %s', (_title, text, message) => {
    expect(() => checkSerializedScorer(text)).toThrow(message);
  });
});
