import type { RevisionState } from '../../api/types.js';
import { rollBackTarget } from './roll-back-target.js';

const row = (number: number, state: RevisionState) => ({ id: String(number), number, modelName: 'iris', modelVersion: String(number), createdAt: '', createdBy: '', state, stateReason: null, trafficPercent: 0, replicas: 1, readyReplicas: 1, restarts: 0 });
const previous = { id: '1', number: 1, modelName: 'iris', modelVersion: '1' };

it('leads to the revision that was live before', () => {
  const endpoint = { state: 'READY' as const, activeRevision: { number: 2 }, previousRevision: previous, revisions: { nodes: [row(2, 'READY'), row(1, 'STOPPED')] } };
  expect(rollBackTarget(endpoint)?.number).toBe(1);
});

it.each(['PENDING', 'BUILDING', 'STARTING'] as const)('gives up a newer revision that is %s', (state) => {
  const endpoint = { state: 'PENDING' as const, activeRevision: { number: 2 }, previousRevision: previous, revisions: { nodes: [row(3, state), row(2, 'READY')] } };
  expect(rollBackTarget(endpoint)?.number).toBe(2);
});

it('gives up a newer revision that failed, once', () => {
  const endpoint = { activeRevision: { number: 2 }, previousRevision: previous, revisions: { nodes: [row(3, 'FAILED'), row(2, 'READY')] } };
  expect(rollBackTarget({ ...endpoint, state: 'DEGRADED' })?.number).toBe(2);
  expect(rollBackTarget({ ...endpoint, state: 'READY' })?.number).toBe(1);
});

it('is nothing on a first deployment', () => {
  expect(rollBackTarget({ state: 'PENDING', activeRevision: null, previousRevision: null, revisions: { nodes: [row(1, 'STARTING')] } })).toBeNull();
});
