import type { EndpointDetails, RevisionRow } from './endpoint.graphql.js';

export interface RollBackTarget {
  readonly number: number;
  readonly modelName: string;
  readonly modelVersion: string;
}

const ON_THE_WAY = new Set<RevisionRow['state']>(['PENDING', 'BUILDING', 'STARTING']);

type RollBackView = Pick<EndpointDetails, 'state' | 'previousRevision' | 'revisions'> & { readonly activeRevision: { readonly number: number } | null };

/**
 * Where Roll back leads: to the live revision while a newer one is on its way or failed (that one is given up), else
 * to the one that was live before. Null when there is none.
 */
export function rollBackTarget({ state, activeRevision, previousRevision, revisions }: RollBackView): RollBackTarget | null {
  const live = revisions.nodes.find(({ number }) => number === activeRevision?.number);
  const newest = revisions.nodes[0];
  if (live === undefined || newest === undefined || newest.number <= live.number) return previousRevision;
  const isPending = ON_THE_WAY.has(newest.state) || (newest.state === 'FAILED' && state !== 'READY');
  return isPending ? live : previousRevision;
}
