/** What a URL asks of which endpoint. */
export interface EndpointPath {
  readonly organization: string | null;
  readonly project: string | null;
  readonly endpoint: string;
  readonly protocol: Protocol;
  readonly method: 'GET' | 'POST';
  /** Path and query for the model server. */
  readonly target: string;
}

/** Whose error form answers have: MLflow's scoring server, or the Open Inference Protocol. */
export type Protocol = 'mlflow' | 'open-inference';

const NAME = '[a-z0-9-]{1,63}';
const PATH = new RegExp(`^(?:/orgs/(${NAME})(?:/projects/(${NAME}))?)?/(?:endpoints/(${NAME})/(invocations|v2(?:/.*)?)|v2/models/(${NAME})(/.*)?)$`);
const MODEL_SERVER_PATH = /^\/v2(?:\/health\/(?:live|ready)|\/models\/[^/]+(?:\/versions\/[^/]+)?(?:\/(?:infer|ready))?)?$/;
// Letters as they are or escaped, never an escaped slash, backslash, NUL or dot: model servers read those differently.
const SEGMENTS = /^(?:\/(?!\.{1,2}(?:\/|$))(?:[\w~!$&'()*+,;=:@.-]|%(?!00|2[ef]|5c)[0-9a-f]{2})*)+$/i;

/** Reads a request's URL; null for one that is no endpoint's. One slash at the end is ignored. */
export function parseEndpointPath(url: string): EndpointPath | null {
  const question = url.indexOf('?');
  const path = (question === -1 ? url : url.slice(0, question)).replace(/(?<=.)\/$/, '');
  const query = question === -1 ? '' : url.slice(question);
  const [matched, organization = null, project = null, named, rest, model, modelRest = ''] = PATH.exec(path) ?? [];
  const endpoint = named ?? model;
  if (matched === undefined || endpoint === undefined) return null;
  const tenant = { organization, project, endpoint };
  if (rest === 'invocations') return { ...tenant, protocol: 'mlflow', method: 'POST', target: `/invocations${query}` };
  const target = rest === undefined ? `/v2/models/${endpoint}${modelRest}` : `/${rest}`;
  if (!MODEL_SERVER_PATH.test(target) || !SEGMENTS.test(target)) return null;
  return { ...tenant, protocol: 'open-inference', method: target.endsWith('/infer') ? 'POST' : 'GET', target: target + query };
}

/** The error form of a URL that is no endpoint's. */
export function protocolOf(url: string): Protocol {
  return /\/v2(?:\/|\?|$)/.test(url) ? 'open-inference' : 'mlflow';
}
