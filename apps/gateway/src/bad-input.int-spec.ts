import 'reflect-metadata';
import type { Database } from '@modelyard/db';
import { createTestTenant } from '@modelyard/identity/testing';
import { openTestDatabase } from '@modelyard/testing';
import { startTestGateway, type TestGateway } from './testing.js';

/** Whatever comes in: a 4xx in the surface's own shape or a plain success, never a 5xx, and nothing is changed by it. */
let gateway: TestGateway;
let db: Database;
let token: string;

beforeAll(async () => {
  db = await openTestDatabase();
  ({ token } = await createTestTenant(db));
  gateway = await startTestGateway();
}, 120_000);

afterAll(async () => {
  await gateway?.close();
  await db?.close();
});

async function send(method: string, url: string, payload?: string | Buffer, type = 'application/json') {
  const response = await gateway.fastify.inject({ method: method as 'POST', url, headers: { authorization: `Bearer ${token}`, ...(payload === undefined ? {} : { 'content-type': type }) }, payload });
  return { status: response.statusCode, text: response.body, type: String(response.headers['content-type']) };
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const BODIES: readonly (readonly [string, string | Buffer])[] = [
  ['nothing', ''],
  ['no JSON', '{'],
  ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a byte order mark', '\uFEFF{}'],
  ['a list', '[]'],
  ['null', 'null'],
  ['a number', '1'],
  ['a string that is no JSON', '"abc"'],
  ['an object in depth 100,000', nested(100_000)],
  ['an object in depth 60 of a known field', `{"tags":[${nested(60)}],"name":${nested(60)}}`],
  ['objects in depth 50,000 where texts belong', `{"run_id":${nested(50_000)},"name":${nested(50_000)},"experiment_id":${nested(50_000)},"filter":${nested(50_000)}}`],
  ['a bare NaN behind half a million open quotes', `{"value":NaN,"key":"${'\\"'.repeat(500_000)}`],
  ['a list of 20,000 texts where messages belong', JSON.stringify({ tags: Array.from({ length: 20_000 }, () => 'x'.repeat(20)), params: ['x'.repeat(500_000)], run_id: '0'.repeat(32), name: 'x', experiment_id: '0' })],
  ['wrong types everywhere', JSON.stringify({ run_id: {}, experiment_id: [], experiment_ids: 'x', name: 5, key: null, value: [], timestamp: 'x', step: 1.5, metrics: {}, params: 3, tags: 'x', max_results: 'x', filter: {}, order_by: {}, model_id: [], version: {}, alias: 4, source: {}, path: [], status: 9, view_type: {}, trace: 5, locations: 'x', trace_ids: {}, request_ids: 5, assessment: [], update_mask: 5, prompt_versions: 'x', filter_string1: {}, base_filter: [], timestamp_ms: 'x', run_ids: {}, metric_key: [], datasets: 'x', models: 5, stages: 1 })],
  ['huge numbers', '{"timestamp":1e400,"step":99999999999999999999999999,"value":1e999,"max_results":99999999999999999999,"start_time":-99999999999999999999,"end_time":1e30}'],
  ['not finite numbers', '{"value":NaN,"timestamp":Infinity}'],
  ['a trace of nonsense', JSON.stringify({ trace: { trace_info: { trace_id: '\ud800', trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }, request_time: '9999-99-99T99:99:99Z', execution_duration: '1e999s', state: 77, tags: { a: 1 }, trace_metadata: [], assessments: [{}] } }, assessment: { assessment_name: 'x'.repeat(10_000), feedback: { value: { a: [{}] } } }, update_mask: 'feedback,,x' })],
  ['a trace at the ends of time', JSON.stringify({ trace: { trace_info: { trace_id: 'tr-0', trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }, request_time: '0001-01-01T00:00:00Z', execution_duration: '-315576000000.999s', tags: { 'mlflow.traceName': '\u0000' } } }, experiment_id: '0', timestamp_ms: -62135596800000, request_ids: ['\u0000'], trace_ids: ['\u0000'], locations: [{ mlflow_experiment: { experiment_id: '0' } }], order_by: ['tags.`\u0000`'], filter: "span.attributes.`x` RLIKE '[[:foo:]]'", filter_string1: "name RLIKE '('", filter_string2: "feedback.x > 1e999" })],
  ['the prototype', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"run_id":"__proto__","name":"__proto__","key":"__proto__","experiment_id":"__proto__"}'],
  ['NUL and lone surrogates', '{"name":"a\\u0000b","run_id":"\\ud800","key":"\\udc00","value":"\\u0000","experiment_id":"\\u0000","model_id":"m-\\u0000","alias":"\\u0000","filter":"name = \'\\u0000\'","source":"runs:/\\u0000/x"}'],
  ['long strings', JSON.stringify(Object.fromEntries(['name', 'key', 'value', 'run_id', 'experiment_id', 'alias', 'filter', 'source', 'description', 'model_id', 'version', 'path'].map((key) => [key, 'x'.repeat(300_000)])))],
  ['many entries', JSON.stringify({ run_id: '0'.repeat(32), metrics: Array.from({ length: 5_000 }, () => ({ key: 'k', value: 1, timestamp: 1 })), experiment_ids: Array.from({ length: 20_000 }, () => '1'), tags: Array.from({ length: 5_000 }, () => ({ key: 'k', value: 'v' })) })],
  ['a page token of somebody else', '{"max_results":1,"page_token":"eyJvZmZzZXQiOjF9","experiment_ids":["0"]}'],
];

describe('every route of the MLflow surface', () => {
  it.each(BODIES)('survives %s', async (_title, body) => {
    const faults: string[] = [];
    for (const { method, url } of gateway.routes.filter((route) => /^\/(api|ajax-api)\//.test(route.url) && ['POST', 'PATCH', 'DELETE', 'PUT'].includes(route.method))) {
      const target = url.replace(/:\w+/g, 'x').replace('*', 'x/y.txt');
      const { status, text } = await send(method, target, body);
      if (status >= 500 && status !== 501) faults.push(`${method} ${target}: ${status} ${text.slice(0, 200)}`);
      if (status >= 400 && typeof (JSON.parse(text) as { error_code?: unknown }).error_code !== 'string') faults.push(`${method} ${target}: not MLflow's shape: ${text.slice(0, 200)}`);
    }
    expect(faults).toEqual([]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }, 60_000);

  it.each([
    ['nothing', ''],
    ['wrong values', '?run_id=%00&experiment_id=x&max_results=x&metric_key=&page_token=x&path=..%2F..%2Fetc&name=%F0%9F&version=-1&run_ids=x&run_uuid=%FF&alias=%00'],
    ['doubled keys', '?run_id=a&run_id=b&experiment_id=1&experiment_id=2&max_results=1&max_results=2&name=a&name=b&path=a&path=b&version=1&version=2'],
    ['prototype keys', '?__proto__[x]=1&constructor=1&run_id[x]=1&name[]=1'],
  ])('survives a query of %s', async (_title, query) => {
    const faults: string[] = [];
    for (const { method, url } of gateway.routes.filter((route) => /^\/(api|ajax-api|get-artifact|model-versions)/.test(route.url) && route.method === 'GET')) {
      const target = `${url.replace(/:\w+/g, 'x').replace('*', 'x')}${query}`;
      const { status, text } = await send(method, target);
      if (status >= 500 && status !== 501) faults.push(`${target}: ${status} ${text.slice(0, 200)}`);
    }
    expect(faults).toEqual([]);
  });

  it.each(['..', '../x', 'a/../../x', '%2e%2e/x', '%252e%252e/x', '..%2fx', '..%5cx', 'a%5C..%5Cx', '/etc/passwd', '//etc/passwd', 'a/%00', 'file:%2f%2f/etc/passwd', 'a%23b', 'a//b'.repeat(3), 'x'.repeat(5_000)])(
    'refuses the artifact path %j', async (path) => {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const { status } = await send(method, `/api/2.0/mlflow-artifacts/artifacts/0/${path}`, method === 'PUT' ? 'x' : undefined, 'text/plain');
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }
    },
  );
});

describe('GraphQL', () => {
  const post = (query: string) => send('POST', '/graphql', JSON.stringify({ query }));

  it.each(BODIES)('survives %s', async (_title, body) => {
    expect((await send('POST', '/graphql', body)).status).toBeLessThan(500);
  });

  it.each([
    ['a thousand aliases', `{ ${Array.from({ length: 1000 }, (_, index) => `a${index}: viewer { name }`).join(' ')} }`],
    ['depth 200', `{ organization ${'{ projects '.repeat(200)} { name } ${'}'.repeat(200)} }`],
    ['a circle of fragments', 'query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }'],
    ['a document of 10,000 tokens', `{ ${'viewer { name } '.repeat(3_000)} }`],
    ['lists in lists', '{ project { experiments(first: 200) { nodes { runs(first: 1000) { nodes { childRuns(first: 200) { nodes { name } } } } } } } }'],
    ['an unknown field', '{ nix }'],
    ['a page that is too large', '{ auditEvents(first: 201) { nodes { action } } }'],
    ['a foreign cursor', '{ auditEvents(first: 1, after: "eyJvZmZzZXQiOjF9") { nodes { action } } }'],
    ['a Long that is too long', '{ run(id: "x") { metricSeries(keys: ["a"], maxPoints: 10, from: "99999999999999999999") { key } } }'],
  ])('refuses %s quickly, with a code', async (_title, query) => {
    const { status, text } = await post(query);
    expect(status).toBeLessThan(500);
    const [error] = (JSON.parse(text) as { errors?: { extensions?: { code?: string } }[] }).errors ?? [];
    expect(error?.extensions?.code).toMatch(/^(GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT|INVALID_ARGUMENT)$/);
  });

  it('takes no mutation over GET and none from a form', async () => {
    expect((await send('GET', `/graphql?query=${encodeURIComponent('mutation { createProject(input: { name: "by-get" }) { project { name } } }')}`)).status).toBeGreaterThanOrEqual(400);
    expect((await send('POST', '/graphql', 'query=%7Bviewer%7Bname%7D%7D', 'application/x-www-form-urlencoded')).status).toBeGreaterThanOrEqual(400);
    expect((await send('POST', '/graphql', JSON.stringify({ query: '{ viewer { name } }' }), 'text/plain')).status).toBeGreaterThanOrEqual(400);
  });
});
