import { stringifyJson } from '@modelyard/kernel';
import { invoke } from './invocations.js';
import { infer, modelMetadata, type ServedModel } from './open-inference.js';
import type { SignatureInput } from './signature.js';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Served extends ServedModel {
  readonly signature: readonly SignatureInput[] | null;
  readonly mlflowVersion: string | null;
}

/** The protocol a path belongs to; it decides how errors look. */
export type Protocol = 'mlflow' | 'open-inference';

export interface Route {
  readonly protocol: Protocol;
  readonly method: 'GET' | 'POST';
  readonly answer: (request: { contentType: string | undefined; body: Buffer }) => Answer | Promise<Answer>;
}

/** True until the server is told to stop. */
export type Readiness = () => boolean;

const SERVER_NAME = 'modelyard-model-server';
const SERVER_VERSION = '0.1.0';

const ok = (body: string): Answer => ({ status: 200, body });
const get = (protocol: Protocol, answer: () => Answer): Route => ({ protocol, method: 'GET', answer });

/** The route of a path, or null. MLflow's paths: mlflow/pyfunc/scoring_server; `/v2`: the Open Inference Protocol. */
export function routeOf(path: string, served: Served, ready: Readiness): Route | null {
  switch (path) {
    case '/ping':
    case '/health':
      return get('mlflow', () => ({ status: ready() ? 200 : 503, body: '\n' }));
    case '/version':
      return get('mlflow', () => ({ status: 200, body: served.mlflowVersion ?? SERVER_VERSION }));
    case '/invocations':
      return { protocol: 'mlflow', method: 'POST', answer: async (r) => ok(await invoke(served.model, served.signature, r.contentType, r.body)) };
    case '/v2':
      return get('open-inference', () => ok(stringifyJson({ name: SERVER_NAME, version: SERVER_VERSION, extensions: [] })));
    case '/v2/health/live':
      return get('open-inference', () => ok('{"live":true}'));
    case '/v2/health/ready':
      // The protocol asks for a 4xx while not ready.
      return get('open-inference', () => ({ status: ready() ? 200 : 400, body: stringifyJson({ ready: ready() }) }));
    default:
      return modelRoute(path, served, ready);
  }
}

function modelRoute(path: string, served: Served, ready: Readiness): Route | null {
  const match = /^\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(ready|infer))?$/.exec(path);
  if (match === null || !names(match[1], served.name)) return null;
  if (match[2] !== undefined && (served.version === undefined || !names(match[2], served.version))) return null;
  switch (match[3]) {
    case 'ready':
      return get('open-inference', () => ({ status: ready() ? 200 : 400, body: stringifyJson({ name: served.name, ready: ready() }) }));
    case 'infer':
      return { protocol: 'open-inference', method: 'POST', answer: async (r) => ok(await infer(served, r.body)) };
    default:
      return get('open-inference', () => ok(modelMetadata(served)));
  }
}

function names(segment: string | undefined, name: string): boolean {
  try {
    return decodeURIComponent(segment ?? '') === name;
  } catch {
    return false;
  }
}

/** The protocol whose error form a path that is no route is answered in. */
export function protocolOf(path: string): Protocol {
  return path === '/v2' || path.startsWith('/v2/') ? 'open-inference' : 'mlflow';
}
