import type { Replica } from './replica.js';
import type { RoutedEndpoint, RoutedRevision } from './route-index.js';

/** Beyond as many requests at once a replica is full. */
export const MAX_IN_FLIGHT = 512;

export interface Choice {
  readonly revision: number;
  readonly replica: Replica;
}

/**
 * A revision by weight among those that have a ready replica, then its least busy replica. Replicas in `tried` are left
 * out. `none`: nobody is ready; `busy`: all that are ready are full.
 */
export function chooseReplica(endpoint: RoutedEndpoint, tried: ReadonlySet<Replica>, random: () => number = Math.random): Choice | 'none' | 'busy' {
  const ready = endpoint.revisions.filter((revision) => revision.percent > 0 && revision.replicas.some((replica) => !tried.has(replica)));
  if (ready.length === 0) return 'none';
  const open = ready.filter((revision) => revision.replicas.some((replica) => !tried.has(replica) && replica.inFlight < MAX_IN_FLIGHT));
  if (open.length === 0) return 'busy';
  const healthy = open.filter((revision) => revision.replicas.some((replica) => !tried.has(replica) && !replica.isSuspect()));
  const revision = byWeight(healthy.length > 0 ? healthy : open, random);
  const replica = leastBusy(revision.replicas, tried, random);
  return { revision: revision.number, replica };
}

function byWeight(revisions: readonly RoutedRevision[], random: () => number): RoutedRevision {
  let left = random() * revisions.reduce((sum, revision) => sum + revision.percent, 0);
  for (const revision of revisions) {
    left -= revision.percent;
    if (left < 0) return revision;
  }
  return last(revisions);
}

/** Starts at a random one, so that equally busy replicas share the work. */
function leastBusy(replicas: readonly Replica[], tried: ReadonlySet<Replica>, random: () => number): Replica {
  const offset = Math.floor(random() * replicas.length);
  const inOrder = [...replicas.slice(offset), ...replicas.slice(0, offset)].filter((replica) => !tried.has(replica));
  return inOrder.reduce((best, replica) => (burden(replica) < burden(best) ? replica : best));
}

function burden(replica: Replica): number {
  return replica.inFlight + (replica.isSuspect() ? MAX_IN_FLIGHT : 0);
}

function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new Error('an empty list has no last item');
  return item;
}
