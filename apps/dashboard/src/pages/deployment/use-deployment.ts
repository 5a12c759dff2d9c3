import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient, type CombinedError } from 'urql';
import type { LogLine } from '../../api/types.js';
import { DEPLOYMENT_PROGRESS, NEWEST_REVISION, type ProgressRevision } from './deployment.graphql.js';
import { mergeLines } from './merge-lines.js';

const POLL_MS = 1_000;
// A notice may be lost while the socket reconnects.
const SAFETY_POLL_MS = 5_000;
const MAX_PAGES = 25;

/** The revision an endpoint moves to, with its log, live: by subscription, or every second without one. */
export function useDeployment(endpoint: string, onChange?: () => void) {
  const client = useClient();
  const [revision, setRevision] = useState<ProgressRevision | null>(null);
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [error, setError] = useState<CombinedError | undefined>();
  const revisionId = useRef('');
  const cursor = useRef<string | null>(null);
  const reading = useRef(false);
  // The subscription follows the wished revision, which after a roll back is not the newest.
  const followed = useRef(false);
  const change = useRef(onChange);
  change.current = onChange;

  const take = useCallback((next: ProgressRevision, fresh: readonly LogLine[]) => {
    const isOther = next.id !== revisionId.current;
    if (isOther) cursor.current = null;
    revisionId.current = next.id;
    setRevision(next);
    setLines((before) => mergeLines(isOther ? [] : before, fresh));
  }, []);

  const read = useCallback(async () => {
    if (reading.current) return;
    reading.current = true;
    try {
      for (let page = 0; page < MAX_PAGES; page += 1) {
        const { data, error: failure } = await client.query(NEWEST_REVISION, { name: endpoint, after: cursor.current }, { requestPolicy: 'network-only' }).toPromise();
        setError(failure);
        const newest = data?.endpoint.revisions.nodes[0];
        if (newest === undefined || (followed.current && newest.id !== revisionId.current)) return;
        if (newest.id !== revisionId.current && cursor.current !== null) {
          // The cursor belonged to the revision before: start its log anew.
          cursor.current = null;
          revisionId.current = newest.id;
          setLines([]);
          continue;
        }
        take(newest, newest.logs.nodes);
        cursor.current = newest.logs.pageInfo.endCursor ?? cursor.current;
        if (!newest.logs.pageInfo.hasNextPage) return;
      }
    } finally {
      reading.current = false;
    }
  }, [client, endpoint, take]);

  useEffect(() => {
    revisionId.current = '';
    cursor.current = null;
    followed.current = false;
    setRevision(null);
    setLines([]);
    void read();
    let poll = setInterval(() => void read(), SAFETY_POLL_MS);
    const subscription = client.subscription(DEPLOYMENT_PROGRESS, { endpoint }).subscribe(({ data, error: failure }) => {
      const event = data?.deploymentProgress;
      if (event !== undefined && event.revision !== null) {
        followed.current = true;
        take(event.revision, event.logLines);
      }
      if (event !== undefined) change.current?.();
      if (failure === undefined) return;
      followed.current = false;
      clearInterval(poll);
      poll = setInterval(() => void read(), POLL_MS);
    });
    return () => {
      subscription.unsubscribe();
      clearInterval(poll);
    };
  }, [client, endpoint, read, take]);

  return { revision, lines, error, retry: () => void read() };
}
