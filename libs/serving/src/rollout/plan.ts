/** What the API wants of an endpoint. */
export interface Desired {
  readonly generation: number;
  readonly deleting: boolean;
  readonly revision: number | null;
  /** How many replicas each revision runs with. */
  readonly replicas: ReadonlyMap<number, number>;
}

export interface ReplicaObservation {
  readonly ordinal: number;
  /** `waiting`: it ended, and is started again at `retryAt`. */
  readonly phase: 'starting' | 'ready' | 'unready' | 'waiting' | 'stopping';
  /** Of the current or last start. */
  readonly startedAt: number;
  readonly retryAt: number;
  /** Starts in a row that never got ready. */
  readonly failures: number;
  /** Why it is not ready, for people. */
  readonly message: string | null;
}

export interface RevisionObservation {
  readonly number: number;
  /** The generation in which it was given up. */
  readonly failedGeneration: number | null;
  /** `retry`: failed for a passing reason, tried again at `retryAt`. */
  readonly preparation: 'none' | 'running' | 'done' | 'retry' | 'failed';
  readonly retryAt: number;
  readonly message: string | null;
  /** Since when it takes no traffic. */
  readonly idleSince: number | null;
  readonly replicas: readonly ReplicaObservation[];
}

export interface Observed {
  readonly now: number;
  readonly active: number | null;
  readonly revisions: ReadonlyMap<number, RevisionObservation>;
  /** Do all routers serve from the routes as they are now? */
  readonly routersCaughtUp: boolean;
}

export interface RolloutLimits {
  /** From the start of a process to its first readiness. */
  readonly readyTimeoutMs: number;
  /** A new revision whose processes end this often before they are ready is given up. */
  readonly maxStarts: number;
  /** How long a replaced revision stays up, for a quick way back. */
  readonly warmMs: number;
  /** From the routers' last look at a replica to its end, for requests on their way. */
  readonly drainMs: number;
}

export type Action =
  | { readonly kind: 'prepare'; readonly revision: number }
  | { readonly kind: 'start'; readonly revision: number; readonly ordinal: number }
  | { readonly kind: 'stop'; readonly revision: number; readonly ordinal: number }
  | { readonly kind: 'fail'; readonly revision: number; readonly reason: string }
  | { readonly kind: 'route'; readonly revision: number }
  | { readonly kind: 'unroute' }
  | { readonly kind: 'bury' };

/**
 * What to do next. Pure and level-based: the same situation gives the same actions, however it came about. Traffic moves
 * only to a revision with all its replicas ready; nothing that takes traffic is stopped.
 */
export function plan(desired: Desired, observed: Observed, limits: RolloutLimits): Action[] {
  if (desired.deleting) return planDeletion(observed, limits);
  const actions: Action[] = [];
  for (const number of running(desired, observed, limits)) actions.push(...planRevision(desired, observed, number, limits));
  const next = desired.revision;
  if (next !== null && next !== observed.active && isReady(desired, observed, next)) actions.push({ kind: 'route', revision: next });
  return [...actions, ...planStops(desired, observed, limits)];
}

/** Was the wished revision given up in this generation? */
export function isGivenUp(desired: Desired, observed: Observed): boolean {
  const revision = desired.revision === null ? undefined : observed.revisions.get(desired.revision);
  return revision?.failedGeneration === desired.generation;
}

function planDeletion(observed: Observed, limits: RolloutLimits): Action[] {
  if (observed.active !== null) return [{ kind: 'unroute' }];
  const left = [...observed.revisions.values()].filter((revision) => revision.replicas.length > 0 || revision.preparation === 'running');
  if (left.length === 0) return [{ kind: 'bury' }];
  return left.flatMap((revision) => stopAll(revision, observed, limits));
}

/** Revisions that should be up: the wished one unless it was given up, and the one that takes traffic. */
function running(desired: Desired, observed: Observed, limits: RolloutLimits): Set<number> {
  const numbers = new Set<number>();
  if (desired.revision !== null && (desired.revision === observed.active || !isGivenUp(desired, observed))) numbers.add(desired.revision);
  if (observed.active !== null) numbers.add(observed.active);
  for (const revision of observed.revisions.values()) if (isWarm(revision, observed, limits)) numbers.add(revision.number);
  return numbers;
}

function isWarm(revision: RevisionObservation, observed: Observed, limits: RolloutLimits): boolean {
  return revision.idleSince !== null && observed.now - revision.idleSince < limits.warmMs && revision.replicas.some((replica) => replica.phase === 'ready');
}

function planRevision(desired: Desired, observed: Observed, number: number, limits: RolloutLimits): Action[] {
  const revision = observed.revisions.get(number);
  switch (revision?.preparation ?? 'none') {
    case 'none':
      return [{ kind: 'prepare', revision: number }];
    case 'running':
      return [];
    case 'retry':
      return revision !== undefined && revision.retryAt <= observed.now ? [{ kind: 'prepare', revision: number }] : [];
    case 'failed':
      return [{ kind: 'fail', revision: number, reason: revision?.message ?? 'It could not be prepared.' }];
    case 'done':
      return planReplicas(desired, observed, number, revision?.replicas ?? [], limits);
  }
}

function planReplicas(desired: Desired, observed: Observed, number: number, replicas: readonly ReplicaObservation[], limits: RolloutLimits): Action[] {
  const onTrial = number === desired.revision && number !== observed.active;
  const overdue = (replica: ReplicaObservation) => replica.phase === 'starting' && observed.now - replica.startedAt > limits.readyTimeoutMs;
  if (onTrial) {
    const reason = reasonToGiveUp(replicas, overdue, limits);
    if (reason !== null) return [{ kind: 'fail', revision: number, reason }];
  }
  const actions: Action[] = [];
  for (let ordinal = 0; ordinal < (desired.replicas.get(number) ?? 1); ordinal++) {
    const replica = replicas.find((item) => item.ordinal === ordinal);
    if (replica === undefined || (replica.phase === 'waiting' && replica.retryAt <= observed.now)) actions.push({ kind: 'start', revision: number, ordinal });
    else if (overdue(replica)) actions.push({ kind: 'stop', revision: number, ordinal });
  }
  return actions;
}

function reasonToGiveUp(replicas: readonly ReplicaObservation[], overdue: (replica: ReplicaObservation) => boolean, limits: RolloutLimits): string | null {
  const crashed = replicas.find((replica) => replica.failures >= limits.maxStarts);
  if (crashed !== undefined) return `The model's server ended ${crashed.failures} times before it was ready. ${crashed.message ?? ''}`.trim();
  if (replicas.some(overdue)) return `The model's server was not ready within ${Math.round(limits.readyTimeoutMs / 1000)} s. Its log lines may say what it waited for.`;
  return null;
}

function isReady(desired: Desired, observed: Observed, number: number): boolean {
  const ready = observed.revisions.get(number)?.replicas.filter((replica) => replica.phase === 'ready').length ?? 0;
  return ready >= (desired.replicas.get(number) ?? 1);
}

function planStops(desired: Desired, observed: Observed, limits: RolloutLimits): Action[] {
  const keep = running(desired, observed, limits);
  return [...observed.revisions.values()].filter((revision) => !keep.has(revision.number)).flatMap((revision) => stopAll(revision, observed, limits));
}

/** Only when no router sends there any more, and requests on their way had time to arrive. */
function stopAll(revision: RevisionObservation, observed: Observed, limits: RolloutLimits): Action[] {
  const drained = revision.idleSince === null || (observed.routersCaughtUp && observed.now - revision.idleSince >= limits.drainMs);
  if (!drained) return [];
  return revision.replicas.filter((replica) => replica.phase !== 'stopping').map(({ ordinal }) => ({ kind: 'stop', revision: revision.number, ordinal }));
}
