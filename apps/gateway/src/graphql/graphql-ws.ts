import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { execute, GraphQLError, parse, specifiedRules, subscribe, validate, type ExecutionArgs, type GraphQLSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { JitApolloOptions } from './jit-apollo.driver.js';

const CONNECTION_INIT_TIMEOUT_MS = 5_000;
const MAX_MESSAGE_BYTES = 100_000;

export interface SocketRequest {
  readonly raw: IncomingMessage;
  /** Payload of `connection_init`: browsers cannot set headers, so a token may come here. */
  readonly connectionParams: Readonly<Record<string, unknown>>;
}

/** Subscriptions by the graphql-transport-ws protocol on `/graphql`, under the same tenant prefixes as queries. */
export function subscribeOverWebSocket(fastify: FastifyInstance, schema: GraphQLSchema, options: JitApolloOptions): () => Promise<void> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const asGraphQLError = (error: unknown) => {
    const { message, extensions } = options.formatError({ message: String(error) }, error);
    return new GraphQLError(message, { extensions });
  };
  const server = useServer(
    {
      schema,
      connectionInitWaitTimeout: CONNECTION_INIT_TIMEOUT_MS,
      execute: (args) => execute(args as ExecutionArgs),
      subscribe: (args) => subscribe(args as ExecutionArgs),
      onSubscribe: async (connection, _id, payload) => {
        try {
          const document = parse(payload.query, { maxTokens: options.maxTokens });
          const faults = validate(schema, document, [...specifiedRules, ...options.validationRules]);
          if (faults.length > 0) return faults;
          const { request } = connection.extra as { request: IncomingMessage };
          const contextValue = await options.socketContext({ raw: request, connectionParams: connection.connectionParams ?? {} });
          return { schema, document, operationName: payload.operationName, variableValues: payload.variables, contextValue };
        } catch (error) {
          return [error instanceof GraphQLError ? error : asGraphQLError(error)];
        }
      },
      onError: (_connection, _id, _payload, errors) => errors.map((error) => ('originalError' in error && error.originalError != null ? asGraphQLError(error) : (error as GraphQLError))),
    },
    sockets,
  );
  const rewrite = options.rewriteUrl;
  fastify.server.on('upgrade', (request, socket, head) => {
    if (new URL(rewrite(request), 'http://gateway').pathname !== '/graphql') return void socket.destroy();
    sockets.handleUpgrade(request, socket, head, (webSocket) => sockets.emit('connection', webSocket, request));
  });
  return async () => {
    await server.dispose();
    sockets.close();
  };
}
