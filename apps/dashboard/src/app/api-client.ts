import { cacheExchange, Client, fetchExchange, subscriptionExchange } from 'urql';
import type { Client as SocketClient } from 'graphql-ws';

const RECONNECTS = 5;

/** The GraphQL client of this page's tenant. The session cookie goes along by itself. */
export function createApiClient(prefix: string, onUnauthenticated: () => void): Client {
  let socket: Promise<SocketClient> | undefined;
  const connect = () => (socket ??= openSocket(prefix));
  return new Client({
    url: `${prefix}/graphql`,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 401) onUnauthenticated();
      return response;
    },
    exchanges: [
      cacheExchange,
      subscriptionExchange({
        forwardSubscription: ({ query, variables }) => ({
          subscribe: (sink) => {
            let stop: (() => void) | undefined;
            let stopped = false;
            connect().then(
              (client) => {
                if (!stopped) stop = client.subscribe({ query: query ?? '', variables }, sink as Parameters<SocketClient['subscribe']>[1]);
              },
              (error: unknown) => sink.error(error),
            );
            return {
              unsubscribe: () => {
                stopped = true;
                stop?.();
              },
            };
          },
        }),
      }),
      fetchExchange,
    ],
  });
}

// Loaded when the first page subscribes: most first loads need no socket.
async function openSocket(prefix: string): Promise<SocketClient> {
  const { createClient } = await import('graphql-ws');
  const url = new URL(`${prefix}/graphql`, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return createClient({ url: url.href, lazy: true, retryAttempts: RECONNECTS });
}
