import type { Database } from '@modelyard/db';
import { createTestTenant } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestRun, point, trackingServices, type TrackingServices } from '../testing.js';

let db: Database;
let services: TrackingServices;
let ctx: TenantContext;
let runId: string;

beforeAll(async () => {
  db = await openTestDatabase();
  services = trackingServices(db);
  ({ ctx } = await createTestTenant(db));
  runId = await createTestRun(services, ctx);
  const metrics = Array.from({ length: 100 }, (_, step) => point('m', step % 7, step, 1000 - step));
  await services.log.logBatch(ctx, runId, { metrics: [...metrics, point('n', NaN, 1, 1), point('n', 1, 1, 1), point('n', 0, 0, 2)], params: [], tags: [] });
});

afterAll(() => db.close());

describe('a history', () => {
  it('is in order of time, then step, then value', async () => {
    const { points, nextPageToken } = await services.metrics.history(ctx, runId, 'm');
    expect(points.read().map(({ step }) => step)).toEqual(Array.from({ length: 100 }, (_, index) => 99 - index));
    expect(nextPageToken).toBeNull();
    expect((await services.metrics.history(ctx, runId, 'n')).points.read().map(({ value }) => value)).toEqual([1, 'NaN', 0]);
  });

  it.each(['m', 'n'])('of %s pages to the same list', async (key) => {
    const paged: unknown[] = [];
    let pageToken: string | undefined;
    do {
      const page = await services.metrics.history(ctx, runId, key, { maxResults: 2, pageToken });
      paged.push(...page.points.read());
      pageToken = page.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
    expect(paged).toEqual((await services.metrics.history(ctx, runId, key)).points.read());
  });

  it('of a metric nobody logged is empty, and so is one of an unknown run', async () => {
    expect((await services.metrics.history(ctx, runId, 'nobody')).points.read()).toEqual([]);
    expect(await services.metrics.history(ctx, '0'.repeat(32), 'm')).toMatchObject({ points: { text: '[]' }, nextPageToken: null });
  });

  it('of several runs leaves unknown ones out', async () => {
    const points = (await services.metrics.bulk(ctx, [runId, '0'.repeat(32)], 'n', 25_000)).read();
    expect(points).toEqual([
      { key: 'n', value: 1, timestamp: 1, step: 1, run_id: runId },
      { key: 'n', value: 'NaN', timestamp: 1, step: 1, run_id: runId },
      { key: 'n', value: 0, timestamp: 2, step: 0, run_id: runId },
    ]);
  });
});

describe('a sample', () => {
  const steps = async (maxResults: number, range: { startStep?: number; endStep?: number } = {}) =>
    (await services.metrics.sample(ctx, { runIds: [runId], metricKey: 'm', maxResults, ...range })).read().map(({ step }) => Number(step));

  /** MLflow 3.17: the first row of each NTILE bucket; the last row replaces the last one of a full sample. */
  const expected = (total: number, buckets: number) => {
    const size = Math.floor(total / buckets);
    const large = total % buckets;
    const starts = total <= buckets ? Array.from({ length: total }, (_, n) => n) : Array.from({ length: buckets }, (_, b) => b * size + Math.min(b, large));
    return [...starts.slice(0, -1), total - 1];
  };

  it.each([1, 2, 3, 7, 10, 33, 50, 51, 99, 100, 101, 2500])('of %d points takes the rows that NTILE would, with the first and the last', async (maxResults) => {
    expect(await steps(maxResults)).toEqual(expected(100, maxResults));
  });

  it('can be of a range of steps', async () => {
    expect(await steps(3, { startStep: 10, endStep: 20 })).toEqual([10, 14, 20]);
  });

  it.each<[object, string]>([
    [{ maxResults: 0 }, 'max_results must be between 1 and 2500.'],
    [{ maxResults: 2501 }, 'max_results must be between 1 and 2500.'],
    [{ startStep: 1 }, 'both must be specified'],
    [{ startStep: 2, endStep: 1 }, 'end_step must be greater than start_step. Found start_step=2 and end_step=1.'],
    [{ runIds: Array(101).fill('a') }, 'at most 100 run_ids'],
  ])('with %j is refused', async (input, message) => {
    await expect(services.metrics.sample(ctx, { runIds: [runId], metricKey: 'm', maxResults: 10, ...input })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) });
  });

  it('leaves unknown runs out', async () => {
    expect((await services.metrics.sample(ctx, { runIds: ['unknown'], metricKey: 'm', maxResults: 10 })).read()).toEqual([]);
  });
});
