import { plan, type Desired, type Observed, type ReplicaObservation, type RevisionObservation } from './plan.js';
import { statusOf } from './status.js';

const limits = { readyTimeoutMs: 60_000, maxStarts: 3, warmMs: 300_000, drainMs: 5_000 };
const NOW = 1_000_000;

const replica = (phase: ReplicaObservation['phase'], change: Partial<ReplicaObservation> = {}): ReplicaObservation => ({
  ordinal: 0, phase, startedAt: NOW - 1_000, retryAt: NOW + 1_000, failures: 0, message: null, ...change,
});
const revision = (number: number, change: Partial<RevisionObservation> = {}): RevisionObservation => ({
  number, failedGeneration: null, preparation: 'done', retryAt: 0, message: null, idleSince: null, replicas: [], ...change,
});
const desired = (change: Partial<Desired> = {}): Desired => ({ generation: 2, deleting: false, revision: 2, replicas: new Map([[1, 1], [2, 1]]), ...change });
const observed = (active: number | null, revisions: RevisionObservation[], change: Partial<Observed> = {}): Observed => ({
  now: NOW, active, revisions: new Map(revisions.map((item) => [item.number, item])), routersCaughtUp: true, ...change,
});

const serving = revision(1, { replicas: [replica('ready')] });

describe('plan', () => {
  it('prepares, then starts each replica', () => {
    expect(plan(desired(), observed(null, []), limits)).toEqual([{ kind: 'prepare', revision: 2 }]);
    expect(plan(desired({ replicas: new Map([[2, 2]]) }), observed(null, [revision(2)]), limits)).toEqual([{ kind: 'start', revision: 2, ordinal: 0 }, { kind: 'start', revision: 2, ordinal: 1 }]);
  });

  it('moves traffic only when all replicas are ready', () => {
    const two = desired({ replicas: new Map([[1, 1], [2, 2]]) });
    const half = revision(2, { replicas: [replica('ready'), replica('starting', { ordinal: 1 })] });
    expect(plan(two, observed(1, [serving, half]), limits)).toEqual([]);
    const whole = revision(2, { replicas: [replica('ready'), replica('ready', { ordinal: 1 })] });
    expect(plan(two, observed(1, [serving, whole]), limits)).toEqual([{ kind: 'route', revision: 2 }]);
  });

  it('gives a revision up that is not ready in time, and leaves the old one alone', () => {
    const late = revision(2, { replicas: [replica('starting', { startedAt: NOW - 60_001 })] });
    expect(plan(desired(), observed(1, [serving, late]), limits)).toEqual([{ kind: 'fail', revision: 2, reason: expect.stringContaining('not ready within 60 s') }]);
    const given = revision(2, { failedGeneration: 2, replicas: [replica('starting')] });
    expect(plan(desired(), observed(1, [serving, given]), limits)).toEqual([{ kind: 'stop', revision: 2, ordinal: 0 }]);
    expect(plan(desired(), observed(1, [serving, revision(2, { failedGeneration: 2 })]), limits)).toEqual([]);
  });

  it('gives a revision up that ends again and again before it was ready, saying why', () => {
    const crashing = revision(2, { replicas: [replica('waiting', { failures: 3, message: 'Ended by itself with exit code 1.' })] });
    expect(plan(desired(), observed(1, [serving, crashing]), limits)).toEqual([{ kind: 'fail', revision: 2, reason: expect.stringMatching(/3 times.*exit code 1/) }]);
  });

  it('starts a crashed replica again after its back-off, for ever when the revision takes traffic', () => {
    const crashed = (retryAt: number) => observed(2, [revision(2, { replicas: [replica('waiting', { retryAt, failures: 99 })] })]);
    expect(plan(desired(), crashed(NOW + 1), limits)).toEqual([]);
    expect(plan(desired(), crashed(NOW), limits)).toEqual([{ kind: 'start', revision: 2, ordinal: 0 }]);
  });

  it('keeps the replaced revision warm, then stops it when no router sends there', () => {
    const replaced = (idleSince: number, routersCaughtUp = true) => observed(2, [revision(1, { idleSince, replicas: [replica('ready')] }), revision(2, { replicas: [replica('ready')] })], { routersCaughtUp });
    expect(plan(desired(), replaced(NOW - 299_999), limits)).toEqual([]);
    expect(plan(desired(), replaced(NOW - 300_000, false), limits)).toEqual([]);
    expect(plan(desired(), replaced(NOW - 300_000), limits)).toEqual([{ kind: 'stop', revision: 1, ordinal: 0 }]);
  });

  it('rolls back to a warm revision at once', () => {
    const both = observed(2, [revision(1, { idleSince: NOW - 5_000, replicas: [replica('ready')] }), revision(2, { replicas: [replica('ready')] })]);
    expect(plan(desired({ generation: 3, revision: 1 }), both, limits)).toEqual([{ kind: 'route', revision: 1 }]);
  });

  it('tries a revision anew that failed in an earlier generation', () => {
    expect(plan(desired({ generation: 3 }), observed(1, [serving, revision(2, { failedGeneration: 2, preparation: 'none' })]), limits)).toEqual([{ kind: 'prepare', revision: 2 }]);
  });

  it('deletes in order: no route, then no process, then no endpoint', () => {
    const gone = desired({ deleting: true });
    expect(plan(gone, observed(1, [serving]), limits)).toEqual([{ kind: 'unroute' }]);
    const idle = revision(1, { idleSince: NOW - 1_000, replicas: [replica('ready')] });
    expect(plan(gone, observed(null, [idle]), limits)).toEqual([]);
    expect(plan(gone, observed(null, [{ ...idle, idleSince: NOW - 5_000 }]), limits)).toEqual([{ kind: 'stop', revision: 1, ordinal: 0 }]);
    expect(plan(gone, observed(null, [revision(1)]), limits)).toEqual([{ kind: 'bury' }]);
  });

  it('never stops what takes traffic, whatever the situation', () => {
    for (const phase of ['starting', 'ready', 'unready', 'waiting'] as const) {
      for (const routersCaughtUp of [true, false]) {
        const situation = observed(1, [revision(1, { idleSince: NOW - 999_999, replicas: [replica(phase)] }), revision(2, { replicas: [replica('starting')] })], { routersCaughtUp });
        expect(plan(desired(), situation, limits).filter((action) => action.kind === 'stop' && action.revision === 1)).toEqual([]);
      }
    }
  });
});

describe('statusOf', () => {
  it('says that the old revision keeps serving when the new one failed', () => {
    const status = statusOf(desired(), observed(1, [serving, revision(2, { failedGeneration: 2, message: 'No MLmodel.' })]));
    expect(status).toMatchObject({ state: 'DEGRADED', reason: 'Revision 2 failed, revision 1 keeps serving. No MLmodel.' });
    expect(status.revisions).toEqual([expect.objectContaining({ revision: 1, state: 'READY' }), expect.objectContaining({ revision: 2, state: 'FAILED', reason: 'No MLmodel.' })]);
  });

  it('is pending until traffic flows, degraded while a replica is away', () => {
    expect(statusOf(desired(), observed(null, [revision(2, { preparation: 'running' })]))).toMatchObject({ state: 'PENDING', revisions: [{ state: 'BUILDING' }] });
    expect(statusOf(desired(), observed(2, [revision(2, { replicas: [replica('waiting', { message: 'Killed.' })] })]))).toMatchObject({ state: 'DEGRADED', reason: expect.stringContaining('0 of 1 replicas ready. Killed.') });
    expect(statusOf(desired(), observed(2, [revision(2, { replicas: [replica('ready')] })]))).toMatchObject({ state: 'READY', reason: null });
  });
});
