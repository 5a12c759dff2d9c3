import { isGivenUp, type Desired, type Observed, type RevisionObservation } from './plan.js';

export type EndpointState = 'PENDING' | 'READY' | 'DEGRADED' | 'FAILED' | 'DELETING';
export type RevisionState = 'PENDING' | 'BUILDING' | 'STARTING' | 'READY' | 'FAILED' | 'STOPPED';

export interface Condition {
  readonly type: 'Ready' | 'Progressing';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

export interface RevisionStatus {
  readonly revision: number;
  readonly state: RevisionState;
  readonly reason: string | null;
  readonly readyReplicas: number;
}

export interface EndpointStatus {
  readonly state: EndpointState;
  readonly reason: string | null;
  readonly conditions: readonly Condition[];
  readonly revisions: readonly RevisionStatus[];
}

/** What people are told about a situation. Pure. */
export function statusOf(desired: Desired, observed: Observed): EndpointStatus {
  const revisions = [...observed.revisions.values()].map((revision) => revisionStatus(desired, observed, revision));
  const { state, reason } = endpointState(desired, observed, revisions);
  const settled = desired.revision === observed.active || isGivenUp(desired, observed);
  return {
    state,
    reason,
    revisions,
    conditions: [
      { type: 'Ready', status: state === 'READY' || state === 'DEGRADED' ? 'True' : 'False', reason: state, message: reason ?? '' },
      settled
        ? { type: 'Progressing', status: 'False', reason: isGivenUp(desired, observed) ? 'RevisionFailed' : 'Settled', message: '' }
        : { type: 'Progressing', status: 'True', reason: 'RollingOut', message: `Revision ${desired.revision} is on its way.` },
    ],
  };
}

function revisionStatus(desired: Desired, observed: Observed, revision: RevisionObservation): RevisionStatus {
  const readyReplicas = revision.replicas.filter((replica) => replica.phase === 'ready').length;
  const status = (state: RevisionState, reason: string | null = null) => ({ revision: revision.number, state, reason, readyReplicas });
  const wanted = revision.number === desired.revision || revision.number === observed.active;
  if (revision.failedGeneration !== null && (!wanted || revision.failedGeneration === desired.generation) && revision.number !== observed.active) return status('FAILED', revision.message);
  if (readyReplicas >= (desired.replicas.get(revision.number) ?? 1)) return status('READY');
  if (!wanted || desired.deleting) return status('STOPPED');
  switch (revision.preparation) {
    case 'none':
      return status('PENDING');
    case 'running':
      return status('BUILDING');
    case 'retry':
      return status('BUILDING', revision.message);
    case 'failed':
      return status('FAILED', revision.message);
    case 'done':
      return status('STARTING', revision.replicas.find((replica) => replica.message !== null)?.message ?? null);
  }
}

function endpointState(desired: Desired, observed: Observed, revisions: readonly RevisionStatus[]): { state: EndpointState; reason: string | null } {
  if (desired.deleting) return { state: 'DELETING', reason: null };
  const of = (number: number | null) => revisions.find((revision) => revision.revision === number);
  const wished = of(desired.revision);
  const active = of(observed.active);
  if (observed.active === null) {
    if (isGivenUp(desired, observed)) return { state: 'FAILED', reason: wished?.reason ?? null };
    return { state: 'PENDING', reason: wished?.reason ?? null };
  }
  if (active === undefined || active.state !== 'READY') {
    return { state: 'DEGRADED', reason: `Revision ${observed.active} has ${active?.readyReplicas ?? 0} of ${desired.replicas.get(observed.active) ?? 1} replicas ready.${active?.reason ? ` ${active.reason}` : ''}` };
  }
  if (isGivenUp(desired, observed)) return { state: 'DEGRADED', reason: `Revision ${desired.revision} failed, revision ${observed.active} keeps serving. ${wished?.reason ?? ''}`.trim() };
  return { state: 'READY', reason: null };
}
