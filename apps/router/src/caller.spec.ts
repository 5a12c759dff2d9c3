import { originCheck } from '@modelyard/config';
import { isDomainError } from '@modelyard/kernel';
import { identifyCaller, indexTokens, resolveEndpoint, type Caller } from './caller.js';
import { parseEndpointPath } from './endpoint-path.js';
import { RouteIndex } from './route-index.js';
import { route, token } from './testing.js';

const revisions = [{ number: 1, percent: 100, addresses: ['127.0.0.1:1'] }];
const routes = RouteIndex.empty().next({
  version: 1,
  routes: [
    route(revisions, { endpointId: 1 }),
    route(revisions, { endpointId: 2, projectId: 11, project: 'red', defaultProject: false }),
    route(revisions, { endpointId: 3, organizationId: 2, organization: 'acme', projectId: 20 }),
    route(revisions, { endpointId: 4, organizationId: 2, organization: 'acme', projectId: 21, project: 'blue', defaultProject: false, endpoint: 'wine' }),
  ],
});

const codeOf = (work: () => unknown) => {
  try {
    work();
    return 'no error';
  } catch (error) {
    return isDomainError(error) ? error.code : String(error);
  }
};

const rules = (auth: 'local' | 'required') => ({ local: auth === 'local', checkOrigin: originCheck({ MODELYARD_AUTH: auth, MODELYARD_PUBLIC_URL: undefined, MODELYARD_ALLOWED_HOSTS: [] }) });
const good = token('a');
const tokens = indexTokens({ version: '1', tokens: [good.digest, token('old', { expiresAt: 1_000 }).digest] });
const HOST = { host: '127.0.0.1:5001' };

describe('who calls', () => {
  it.each(['local', 'required'] as const)('is known by Bearer and by Basic, in %s mode', (auth) => {
    expect(identifyCaller({ ...HOST, authorization: `Bearer ${good.text}` }, tokens, rules(auth))).toMatchObject({ organizationId: 1 });
    expect(identifyCaller({ ...HOST, authorization: `Basic ${Buffer.from(`me:${good.text}`).toString('base64')}` }, tokens, rules(auth))).toMatchObject({ organizationId: 1 });
  });

  it.each(['local', 'required'] as const)('is refused with a wrong, unknown, expired or unreadable credential, in %s mode', (auth) => {
    const wrongSecret = `${good.text.slice(0, -1)}y`;
    for (const authorization of [`Bearer ${wrongSecret}`, `Bearer ${token('b').text}`, `Bearer ${token('old').text}`, 'Bearer', 'Bearer x', 'Digest x', `Bearer ${good.text} `.repeat(300)]) {
      expect(codeOf(() => identifyCaller({ ...HOST, authorization }, tokens, rules(auth)))).toBe('UNAUTHENTICATED');
    }
  });

  it('expires by the router\'s own clock', () => {
    const headers = { ...HOST, authorization: `Bearer ${token('old').text}` };
    expect(identifyCaller(headers, tokens, rules('required'), 999)).not.toBeNull();
    expect(codeOf(() => identifyCaller(headers, tokens, rules('required'), 1_000))).toBe('UNAUTHENTICATED');
  });

  it('is the person at the machine without a credential, in local mode alone and never for a web page of another site', () => {
    expect(identifyCaller(HOST, tokens, rules('local'))).toBeNull();
    expect(identifyCaller({ ...HOST, origin: 'http://127.0.0.1:5001' }, null, rules('local'))).toBeNull();
    expect(codeOf(() => identifyCaller(HOST, tokens, rules('required')))).toBe('UNAUTHENTICATED');
    for (const headers of [{ host: 'evil.example' }, { ...HOST, origin: 'http://evil.example' }, { ...HOST, origin: 'null' }, {}]) {
      expect(codeOf(() => identifyCaller(headers, tokens, rules('local')))).toBe('PERMISSION_DENIED');
    }
  });

  it('cannot be told by a cookie: the gateway turns sessions into tokens', () => {
    expect(codeOf(() => identifyCaller({ ...HOST, cookie: `modelyard_session=${good.text}` }, tokens, rules('required')))).toBe('UNAUTHENTICATED');
  });

  it('waits for the first token table', () => {
    expect(codeOf(() => identifyCaller({ ...HOST, authorization: `Bearer ${good.text}` }, null, rules('local')))).toBe('UNAVAILABLE');
  });
});

describe('which endpoint is meant', () => {
  const find = (url: string, caller: Caller, headers = {}) => {
    const path = parseEndpointPath(url);
    if (path === null) throw new Error(url);
    return resolveEndpoint(path, headers, caller, routes).endpointId;
  };
  const acme = (overrides = {}): Caller => token('acme', { organizationId: 2, ...overrides }).digest;

  it('comes from the prefix, the header, the token, or the defaults, in this order', () => {
    expect(find('/endpoints/iris/invocations', null)).toBe(1);
    expect(find('/orgs/default/projects/red/endpoints/iris/invocations', null)).toBe(2);
    expect(find('/endpoints/iris/invocations', null, { 'x-mlflow-workspace': 'red' })).toBe(2);
    expect(find('/orgs/acme/endpoints/iris/invocations', null)).toBe(3);
    expect(find('/endpoints/iris/invocations', acme())).toBe(3);
    expect(find('/v2/models/wine/infer', acme({ defaultProjectId: 21 }))).toBe(4);
    expect(find('/orgs/acme/projects/default/endpoints/iris/invocations', acme({ defaultProjectId: 21 }))).toBe(3);
  });

  it.each([
    ['the prefix names another organization than the token', '/orgs/default/endpoints/iris/invocations', acme(), {}],
    ['the prefix names an organization that is not there', '/orgs/nobody/endpoints/iris/invocations', acme(), {}],
    ['the organization is not there', '/orgs/nobody/endpoints/iris/invocations', null, {}],
    ['the project is not there', '/orgs/acme/projects/nothing/endpoints/iris/invocations', acme(), {}],
    ['the endpoint is in another project', '/endpoints/wine/invocations', acme(), {}],
    ['the token has nothing in that project', '/orgs/acme/projects/blue/endpoints/wine/invocations', acme({ projects: [20] }), {}],
    ['the token has nothing in any project', '/endpoints/iris/invocations', acme({ projects: [] }), {}],
    ['the token is denied that project', '/endpoints/iris/invocations', acme({ except: [20] }), {}],
    ['the header plays tricks', '/endpoints/iris/invocations', acme(), { 'x-mlflow-workspace': '../default' }],
  ])('is NOT_FOUND when %s', (_title, url, caller, headers) => expect(codeOf(() => find(url, caller, headers))).toBe('NOT_FOUND'));

  it('is INVALID_ARGUMENT when URL and header name different projects', () => {
    expect(codeOf(() => find('/orgs/default/projects/red/endpoints/iris/invocations', null, { 'x-mlflow-workspace': 'default' }))).toBe('INVALID_ARGUMENT');
    expect(find('/orgs/default/projects/red/endpoints/iris/invocations', null, { 'x-mlflow-workspace': 'red' })).toBe(2);
  });
});
