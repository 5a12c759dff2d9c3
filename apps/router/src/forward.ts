import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { encodeProvenanceId } from '@modelyard/kernel';
import { HttpRefusal, leavesMuchUnread } from './answers.js';
import { chooseReplica, type Choice } from './choose-replica.js';
import type { EndpointPath } from './endpoint-path.js';
import { headersForModel, headersFromModel } from './forwarded-headers.js';
import type { Replica } from './replica.js';
import { ClientGone, readRequestBody, type ReplayMemory, type RequestBody } from './request-body.js';
import type { RoutedEndpoint } from './route-index.js';
import type { TrafficCounter } from './traffic-counter.js';
import { Upstream, UpstreamFailure, type UpstreamLimits } from './upstream.js';

export interface ForwardOptions {
  readonly limits: UpstreamLimits;
  readonly memory: ReplayMemory;
  readonly counter: TrafficCounter;
  readonly provenanceKey: Buffer;
  /** The endpoint by the newest table: time passes while a body comes in, and between tries. */
  readonly current: (endpoint: RoutedEndpoint) => RoutedEndpoint;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly path: EndpointPath;
  readonly endpoint: RoutedEndpoint;
}

// Each try is another replica, so this is also how many may be lost at the same moment.
const MAX_TRIES = 5;
// A request that kills model servers must not be handed to all of them.
const MAX_RESETS = 1;

/** Sends a request to a replica of the endpoint and its answer back. Throws HttpRefusal, or ClientGone when nobody waits any more. */
export async function forward(exchange: Exchange, options: ForwardOptions): Promise<void> {
  const body = await readRequestBody(exchange.request, options.limits.maxBodyBytes, options.memory);
  try {
    await tryReplicas(exchange, body, options);
  } finally {
    if ('whole' in body) body.release();
  }
}

async function tryReplicas(exchange: Exchange, body: RequestBody, options: ForwardOptions): Promise<void> {
  const tried = new Set<Replica>();
  const started = performance.now();
  let resets = 0;
  for (let tries = 1; ; tries += 1) {
    const choice = chooseReplica(options.current(exchange.endpoint), tried);
    if (choice === 'busy') throw unavailable(`All replicas of endpoint '${exchange.endpoint.name}' are busy. Try again in a moment, or give it more replicas.`);
    if (choice === 'none') throw nobodyReady(exchange.endpoint, tried.size > 0);
    const failure = await tryOne({ ...exchange, body, started, fresh: resets > 0 }, choice, options);
    if (failure === null) return;
    if (failure.kind === 'reset') resets += 1;
    if (!mayRetry(failure, body, tries, resets)) {
      count(exchange, choice, true, started, options.counter);
      throw refusal(failure);
    }
    // A connection closed while it idled says nothing about the replica.
    if (failure.reused) continue;
    choice.replica.noteFailure();
    tried.add(choice.replica);
  }
}

function mayRetry(failure: UpstreamFailure, body: RequestBody, tries: number, resets: number): boolean {
  if (tries >= MAX_TRIES) return false;
  if (failure.kind === 'connect') return true;
  return failure.kind === 'reset' && 'whole' in body && resets <= MAX_RESETS;
}

interface Try extends Exchange {
  readonly body: RequestBody;
  /** Of the first try. */
  readonly started: number;
  readonly fresh: boolean;
}

/** Null when the caller has an answer. */
async function tryOne(exchange: Try, choice: Choice, options: ForwardOptions): Promise<UpstreamFailure | null> {
  const { request, response, path, requestId, body, started, fresh } = exchange;
  if (response.destroyed) throw new ClientGone();
  const { replica } = choice;
  replica.inFlight += 1;
  const upstream = new Upstream(
    replica,
    { method: request.method ?? path.method, path: path.target, headers: { ...headersForModel(request.headers), 'x-request-id': requestId }, body, source: request },
    fresh,
    options.limits,
  );
  let gone = false;
  const onGone = () => {
    gone = !response.writableFinished;
    if (gone) upstream.abort(new ClientGone());
  };
  response.once('close', onGone);
  try {
    const answer = await upstream.answer;
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 599) return new UpstreamFailure('garbled', false);
    replica.noteSuccess();
    await deliver(exchange, answer, provenanceHeaders(exchange, choice, options.provenanceKey));
    count(exchange, choice, status >= 500 || (!answer.complete && !gone), started, options.counter);
    return null;
  } catch (error) {
    if (error instanceof UpstreamFailure) return error;
    count(exchange, choice, false, started, options.counter);
    throw error;
  } finally {
    response.off('close', onGone);
    upstream.release();
    replica.inFlight -= 1;
  }
}

/** Settles when the answer is over. One that breaks off cuts the caller's connection: too late to say it otherwise. */
function deliver({ request, response }: Exchange, answer: IncomingMessage, extra: OutgoingHttpHeaders): Promise<void> {
  const headers = { ...headersFromModel(answer.headers), ...extra, ...(leavesMuchUnread(request) ? { connection: 'close' } : {}) };
  response.writeHead(answer.statusCode ?? 502, headers);
  return new Promise((resolve) => {
    answer.once('error', () => response.destroy());
    answer.once('end', resolve);
    answer.once('close', () => {
      if (!answer.complete) response.destroy();
      resolve();
    });
    answer.pipe(response);
  });
}

function provenanceHeaders({ endpoint, requestId }: Exchange, { revision }: Choice, key: Buffer): OutgoingHttpHeaders {
  const claim = { organizationId: endpoint.organizationId, endpointId: endpoint.endpointId, revision, time: Date.now() };
  return { 'modelyard-provenance': encodeProvenanceId(key, claim), 'x-request-id': requestId };
}

function count({ endpoint }: Exchange, { revision }: Choice, error: boolean, started: number, counter: TrafficCounter): void {
  counter.count({ organizationId: endpoint.organizationId, endpointId: endpoint.endpointId, revision, error, milliseconds: performance.now() - started });
}

function nobodyReady(endpoint: RoutedEndpoint, unreachable: boolean): HttpRefusal {
  if (unreachable) return unavailable(`No replica of endpoint '${endpoint.name}' can be reached at the moment. Try again in a few seconds.`);
  return unavailable(`Endpoint '${endpoint.name}' has no ready replica. Its page shows what it waits for.`);
}

function unavailable(message: string): HttpRefusal {
  return new HttpRefusal(503, 'TEMPORARILY_UNAVAILABLE', message, { 'retry-after': '1' });
}

function refusal(failure: UpstreamFailure): HttpRefusal {
  switch (failure.kind) {
    case 'timeout':
      return new HttpRefusal(504, 'DEADLINE_EXCEEDED', 'The model did not answer in time. Send fewer rows per request.');
    case 'connect':
      return unavailable('The model server cannot be reached at the moment. Try again in a few seconds.');
    case 'reset':
      return new HttpRefusal(502, 'BAD_GATEWAY', 'The model server ended the connection without an answer. The log of the endpoint has the cause.');
    case 'garbled':
      return new HttpRefusal(502, 'BAD_GATEWAY', 'The model server answered something that is not HTTP. The log of the endpoint may have the cause.');
  }
}
