import type { IncomingMessage } from 'node:http';
import { ApolloServer, HeaderMap, type ApolloServerOptionsWithGateway, type BaseContext } from '@apollo/server';
import { AbstractGraphQLDriver, type GqlModuleOptions } from '@nestjs/graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type ExecutionResult, type GraphQLFormattedError, type GraphQLSchema, type ValidationRule } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { DomainError } from '@modelyard/kernel';
import type { Access } from '../auth/access.decorators.js';
import { readBody } from '../http/read-body.js';
import { subscribeOverWebSocket, type SocketRequest } from './graphql-ws.js';

export interface JitApolloOptions extends GqlModuleOptions {
  readonly requestContext: (request: FastifyRequest) => object;
  readonly socketContext: (request: SocketRequest) => Promise<object>;
  /** Takes the base path and tenant prefix off the URL of a WebSocket upgrade. */
  readonly rewriteUrl: (request: IncomingMessage) => string;
  readonly formatError: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;
  readonly validationRules: readonly ValidationRule[];
  readonly maxTokens: number;
  readonly introspection: boolean;
}

const MAX_BODY_BYTES = 1_000_000;
// Each distinct query text is compiled and kept; hostile variety must not grow memory.
const MAX_COMPILED = 1_000;
const ACCESS: Access = { authenticated: 'each resolver names its permission' };

/** Apollo Server 5 on Fastify, executing by graphql-jit: plain execution costs several times the CPU on lists. */
export class JitApolloDriver extends AbstractGraphQLDriver<JitApolloOptions> {
  private apollo: ApolloServer | undefined;
  private stopSubscriptions: (() => Promise<void>) | undefined;

  async start(options: JitApolloOptions): Promise<void> {
    const schema = options.schema;
    if (schema === undefined) throw new Error('the schema was not generated');
    const apollo = new ApolloServer({
      gateway: jitGateway(schema),
      formatError: options.formatError,
      validationRules: [...options.validationRules],
      parseOptions: { maxTokens: options.maxTokens },
      introspection: options.introspection,
      includeStacktraceInErrorResponses: false,
      allowBatchedHttpRequests: false,
      csrfPrevention: true,
      stopOnTerminationSignals: false,
      logger: { debug: noop, info: noop, warn: noop, error: noop },
    });
    await apollo.start();
    this.apollo = apollo;
    const fastify = this.httpAdapterHost.httpAdapter.getInstance<FastifyInstance>();
    const handle = (request: FastifyRequest, reply: FastifyReply) => answer(apollo, request, reply, options);
    fastify.route({ method: ['GET', 'POST'], url: '/graphql', config: { access: ACCESS }, handler: handle });
    this.stopSubscriptions = subscribeOverWebSocket(fastify, schema, options);
  }

  async stop(): Promise<void> {
    await this.stopSubscriptions?.();
    await this.apollo?.stop();
  }
}

async function answer(apollo: ApolloServer, request: FastifyRequest, reply: FastifyReply, options: JitApolloOptions): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method.toUpperCase(),
      headers,
      search: new URL(request.url, 'http://gateway').search,
      body: request.method === 'POST' ? parseBody(await readBody(request, MAX_BODY_BYTES)) : undefined,
    },
    context: async () => options.requestContext(request),
  });
  for (const [name, value] of response.headers) reply.header(name, value);
  if (response.body.kind !== 'complete') throw new Error('incremental delivery is not enabled');
  reply.status(response.status ?? 200).send(response.body.string);
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'The request body is not valid JSON. Send {"query": ..., "variables": ...}.', {}, { cause });
  }
}

/** Hands Apollo an executor of ours: its `gateway` option is the door for that. */
function jitGateway(schema: GraphQLSchema): ApolloServerOptionsWithGateway<BaseContext>['gateway'] {
  const compiled = new Map<string, CompiledQuery>();
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return noop;
    },
    async load() {
      return {
        executor: async ({ queryHash, operationName, document, context, request }) => {
          const key = `${queryHash}:${operationName ?? ''}`;
          let query = compiled.get(key);
          if (query === undefined) {
            const result = compileQuery(schema, document, operationName ?? undefined);
            if (!isCompiledQuery(result)) return result as never;
            query = result;
            if (compiled.size >= MAX_COMPILED) compiled.delete(compiled.keys().next().value ?? '');
            compiled.set(key, query);
          }
          return withRealErrors(await query.query(undefined, context, request.variables ?? {})) as never;
        },
      };
    },
    async stop() {
      compiled.clear();
    },
  };
}

/** graphql-jit's errors only look like GraphQLErrors (they lack `extensions`), which Apollo cannot format. */
function withRealErrors(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map(({ message, path, originalError }) => new GraphQLError(message, { path, originalError })) };
}

function noop(): void {
  // Apollo's own log lines add nothing: errors reach formatError.
}
