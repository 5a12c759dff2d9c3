import { parseEndpointPath, protocolOf } from './endpoint-path.js';

const parse = (url: string) => {
  const path = parseEndpointPath(url);
  return path === null ? null : [path.organization, path.project, path.endpoint, path.method, path.target];
};

describe('the path of an endpoint', () => {
  it.each([
    ['/endpoints/iris/invocations', [null, null, 'iris', 'POST', '/invocations']],
    ['/endpoints/iris/invocations/', [null, null, 'iris', 'POST', '/invocations']],
    ['/endpoints/iris/invocations?a=1/', [null, null, 'iris', 'POST', '/invocations?a=1/']],
    ['/orgs/acme/endpoints/iris/invocations', ['acme', null, 'iris', 'POST', '/invocations']],
    ['/orgs/acme/projects/red/endpoints/iris/invocations', ['acme', 'red', 'iris', 'POST', '/invocations']],
    ['/endpoints/iris/v2', [null, null, 'iris', 'GET', '/v2']],
    ['/endpoints/iris/v2/health/ready', [null, null, 'iris', 'GET', '/v2/health/ready']],
    ['/endpoints/iris/v2/models/other/infer', [null, null, 'iris', 'POST', '/v2/models/other/infer']],
    ['/endpoints/iris/v2/models/my%20model/versions/3/infer', [null, null, 'iris', 'POST', '/v2/models/my%20model/versions/3/infer']],
    ['/v2/models/iris', [null, null, 'iris', 'GET', '/v2/models/iris']],
    ['/v2/models/iris/ready', [null, null, 'iris', 'GET', '/v2/models/iris/ready']],
    ['/orgs/acme/projects/red/v2/models/iris/versions/2/infer', ['acme', 'red', 'iris', 'POST', '/v2/models/iris/versions/2/infer']],
  ])('%s', (url, expected) => expect(parse(url)).toEqual(expected));

  it.each([
    '/', '', '*', '//', '/endpoints', '/endpoints/', '/endpoints/iris', '/endpoints/iris/ping', '/endpoints/iris/metrics', '/endpoints/IRIS/invocations', '/endpoints/a.b/invocations',
    `/endpoints/${'a'.repeat(64)}/invocations`, '/endpoints/iris/invocations/x', '/projects/red/endpoints/iris/invocations', '/orgs//endpoints/iris/invocations', '/orgs/acme/projects//endpoints/iris/invocations',
    '/endpoints/iris/v2/../invocations', '/endpoints/iris/v2/models/../../ping', '/endpoints/iris/v2/models/..', '/endpoints/iris/v2/models/%2e%2e', '/endpoints/iris/v2/models/a%2fb/infer', '/endpoints/iris/v2/models/a%5cb/infer',
    '/endpoints/iris/v2/models/a%00', '/endpoints/iris/v2/models/a%zz', '/endpoints/iris/v2/models/a b', '/endpoints/iris/v2/models/a\\b', '/endpoints/iris/v2/models/a/generate', '/v2/models/', '/v2/models', '/v2',
    '/endpoints/iris/v2x', 'http://evil/endpoints/iris/invocations', '/endpoints/iris/v2/models/a#b', '/v2/models/iris/infer/infer',
  ])('nothing is at %j', (url) => expect(parseEndpointPath(url)).toBeNull());

  it('is read in no time however long and odd it is', () => {
    const started = performance.now();
    for (const odd of ['/%', '/a', '/.', '//', '%41']) parseEndpointPath(`/endpoints/iris/v2/models/${odd.repeat(8_000)}!`);
    expect(performance.now() - started).toBeLessThan(200);
  });

  it('decides the form of errors', () => {
    expect(protocolOf('/v2/models/x/infer')).toBe('open-inference');
    expect(protocolOf('/orgs/a/endpoints/x/v2?x')).toBe('open-inference');
    expect(protocolOf('/endpoints/v2x/invocations')).toBe('mlflow');
  });
});
