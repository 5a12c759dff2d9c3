import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient, type AnyVariables, type CombinedError, type TypedDocumentNode } from 'urql';
import type { Connection } from './types.js';

interface Pages<T> {
  readonly nodes: readonly T[];
  readonly hasMore: boolean;
  readonly loading: boolean;
  /** False until the first answer, good or bad, to these variables. */
  readonly settled: boolean;
  readonly error: CombinedError | undefined;
}

const EMPTY = { nodes: [], hasMore: false, loading: true, settled: false, error: undefined };

interface PagesOptions<D, V extends AnyVariables, T> {
  readonly document: TypedDocumentNode<D, V & { after?: string | null }>;
  readonly variables: V;
  readonly connection: (data: D) => Connection<T>;
  readonly keyOf: (node: T) => string;
  /** Waits: the variables are not known yet. */
  readonly pause?: boolean;
}

/**
 * A list by keyset pages. New variables start over but keep the old rows until the answer is there. `refresh` reads
 * the first page again and folds it in, so that a long list does not jump.
 */
export function usePages<D, V extends AnyVariables, T>({ document, variables, connection, keyOf, pause = false }: PagesOptions<D, V, T>) {
  const client = useClient();
  const [pages, setPages] = useState<Pages<T>>(EMPTY);
  const cursor = useRef<string | null>(null);
  const generation = useRef(0);
  const busy = useRef(false);
  const key = JSON.stringify(variables);

  const load = useCallback(
    async (kind: 'start' | 'more' | 'refresh') => {
      const mine = kind === 'start' ? (generation.current += 1) : generation.current;
      if (kind !== 'start' && busy.current) return;
      busy.current = true;
      if (kind !== 'refresh') setPages((before) => ({ ...before, loading: true, error: kind === 'start' ? undefined : before.error, settled: kind === 'start' ? false : before.settled }));
      const after = kind === 'more' ? cursor.current : null;
      const { data, error } = await client.query(document, { ...(JSON.parse(key) as V), after }, { requestPolicy: 'network-only' }).toPromise();
      if (mine !== generation.current) return;
      busy.current = false;
      if (data === undefined || data === null) {
        setPages((before) => ({ ...before, nodes: kind === 'start' ? [] : before.nodes, loading: false, settled: true, error }));
        return;
      }
      const { nodes, pageInfo } = connection(data);
      setPages((before) => {
        if (kind === 'refresh') return { ...before, nodes: foldIn(before.nodes, nodes, keyOf), error: undefined };
        return { nodes: kind === 'more' ? [...before.nodes, ...nodes] : nodes, hasMore: pageInfo.hasNextPage, loading: false, settled: true, error: undefined };
      });
      if (kind !== 'refresh') cursor.current = pageInfo.endCursor;
    },
    // The two functions are pure readers of the document's shape.
    [client, document, key],
  );

  useEffect(() => {
    if (!pause) void load('start');
  }, [load, pause]);
  const loadMore = useCallback(() => void load('more'), [load]);
  const refresh = useCallback(() => void load('refresh'), [load]);
  const restart = useCallback(() => void load('start'), [load]);
  return { ...pages, loadMore, refresh, restart };
}

/** Known rows keep their place with new content; unknown ones come first, as the newest. */
export function foldIn<T>(before: readonly T[], fresh: readonly T[], keyOf: (node: T) => string): T[] {
  const byKey = new Map(fresh.map((node) => [keyOf(node), node]));
  const kept = before.map((node) => {
    const newer = byKey.get(keyOf(node));
    byKey.delete(keyOf(node));
    return newer ?? node;
  });
  return [...byKey.values(), ...kept];
}
