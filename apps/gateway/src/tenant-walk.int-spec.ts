import 'reflect-metadata';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { getNamedType, isCompositeType, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, type GraphQLField, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import type { Database } from '@modelyard/db';
import { createTestTenantPair } from '@modelyard/identity/testing';
import { openTestDatabase } from '@modelyard/testing';
import { startTestGateway, type TestGateway } from './testing.js';

/**
 * Tenant B, and a second project of tenant A, call every route and every GraphQL field with A's ids. No answer may hold
 * A's data, and none may say "forbidden": what one may not see does not exist.
 */
const LEAK = 'leak-marker-7f3a';

/** A's ids by the name parameters have for them, on either surface. */
type Bag = Record<string, unknown>;

// Routes that need nothing of a tenant, and so answer everybody alike; and those that only pass on to the router, which
// is not part of this process and checks tokens itself (apps/router).
const OPEN = /^\/(endpoints\/:endpoint\/(invocations|v2)|v2\/models|health|ready|version|session|assets|internal|api\/3\.0\/mlflow\/server-info|ajax-api\/3\.0\/mlflow\/server-info|graphql)|^\/\*?$/;

// Routes about the whole organization, likewise.
const ORGANIZATION_ROUTES = /^\/(?:ajax-)?api\/[23]\.0\/mlflow\/workspaces/;

// Fields about the whole organization, in which the caller of the sibling project is an owner.
const ORGANIZATION_WIDE = new Set(['viewer', 'organization', 'organizations', 'auditEvents']);

let gateway: TestGateway;
let db: Database;
let tokenA: string;
let tokenB: string;
let siblingName: string;
let bag: Bag;

type Answer = { status: number; text: string };

async function call(token: string, method: string, url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await gateway.fastify.inject({ method: method as 'GET', url, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...(bag === undefined ? {} : { 'x-mlflow-experiment-id': String(bag['experiment_id']) }), ...headers }, payload: body === undefined ? undefined : JSON.stringify(body) });
  return { status: response.statusCode, text: response.body };
}

const api = async (url: string, body: unknown, method = 'POST', base = '/api/2.0/mlflow') => {
  const answer = await call(tokenA, method, `${base}${url}`, body);
  if (answer.status !== 200 && answer.status !== 201) throw new Error(`${url}: ${answer.text}`);
  return JSON.parse(answer.text) as Record<string, never>;
};

beforeAll(async () => {
  db = await openTestDatabase();
  const pair = await createTestTenantPair(db);
  tokenA = pair.a.token;
  tokenB = pair.b.token;
  siblingName = pair.sibling.projectName ?? '';
  gateway = await startTestGateway();
  bag = await populate();
}, 120_000);

afterAll(async () => {
  await gateway?.close();
  await db?.close();
});

async function populate(): Promise<Bag> {
  const tags = [{ key: 'note', value: LEAK }];
  const { experiment_id } = await api('/experiments/create', { name: `exp-${LEAK.length}-of-a`, tags }) as unknown as { experiment_id: string };
  const { run } = await api('/runs/create', { experiment_id, start_time: 1, tags }) as unknown as { run: { info: { run_id: string; artifact_uri: string } } };
  const run_id = run.info.run_id;
  await api('/runs/log-batch', { run_id, metrics: [{ key: LEAK, value: 1, timestamp: 1, step: 0 }], params: [{ key: 'p', value: LEAK }] });
  const { model } = await api('/logged-models', { experiment_id, name: 'logged', source_run_id: run_id, tags }) as unknown as { model: { info: { model_id: string } } };
  const { trace } = await api('', { trace: { trace_info: { trace_id: 'tr-of-a', trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id } }, request_time: '2025-01-01T00:00:00Z', state: 'OK', request_preview: LEAK, tags: { note: LEAK }, trace_metadata: { note: LEAK } } } }, 'POST', '/api/3.0/mlflow/traces') as unknown as { trace: { trace_info: { trace_id: string } } };
  const trace_id = trace.trace_info.trace_id;
  const { assessment } = await api('', { assessment: { assessment_name: 'f', feedback: { value: LEAK }, source: { source_type: 'HUMAN' } } }, 'POST', `/api/3.0/mlflow/traces/${trace_id}/assessments`) as unknown as { assessment: { assessment_id: string } };
  await api('/registered-models/create', { name: 'model-of-a', tags, description: LEAK });
  await api('/model-versions/create', { name: 'model-of-a', source: `runs:/${run_id}/model`, run_id, description: LEAK, tags });
  await api('/registered-models/alias', { name: 'model-of-a', alias: 'champion', version: '1' });
  const file = `${run.info.artifact_uri.replace('mlflow-artifacts:/', '')}/model/secret.txt`;
  await gateway.fastify.inject({ method: 'PUT', url: `/api/2.0/mlflow-artifacts/artifacts/${file}`, headers: { authorization: `Bearer ${tokenA}` }, payload: LEAK });
  const { webhook } = await api('/webhooks', { name: 'hook-of-a', url: `https://8.8.8.8/${LEAK}`, events: [{ entity: 'PROMPT', action: 'CREATED' }] }) as unknown as { webhook: { webhook_id: string } };
  const { dataset } = await api('/datasets/create', { name: 'dataset-of-a', experiment_ids: [experiment_id], tags: JSON.stringify({ note: LEAK }) }, 'POST', '/api/3.0/mlflow') as unknown as { dataset: { dataset_id: string } };
  await api(`/datasets/${dataset.dataset_id}/records`, { records: JSON.stringify([{ inputs: { q: LEAK } }]) }, 'POST', '/api/3.0/mlflow');
  const { scorer_id } = await api('/scorers/register', { experiment_id, name: 'model-of-a', serialized_scorer: JSON.stringify({ note: LEAK }) }, 'POST', '/api/3.0/mlflow') as unknown as { scorer_id: string };
  const { issue } = await api('/issues', { experiment_id, name: 'issue-of-a', description: LEAK }, 'POST', '/api/3.0/mlflow') as unknown as { issue: { issue_id: string } };
  await api('/workspaces', { name: 'workspace-of-a', description: LEAK }, 'POST', '/api/3.0/mlflow');
  const names = { issue_id: issue.issue_id, scorer_ids: [scorer_id], serialized_scorer: '{}', sample_rate: 0, dataset_id: dataset.dataset_id, records: '[{"inputs":{"q":1}}]', webhook_id: webhook.webhook_id, workspace_name: 'workspace-of-a', name: 'model-of-a', new_name: 'stolen', alias: 'champion', version: '1', experiment_name: `exp-${LEAK.length}-of-a` };
  return {
    ...names, experiment_id, experiment_ids: [experiment_id], run_id, run_uuid: run_id, run_ids: [run_id], model_id: model.info.model_id, key: 'note', value: 'x', metric_key: LEAK,
    path: 'model/secret.txt', artifact_file_path: 'model/secret.txt', '*': file, tag_key: 'note', model_json: '{}', stage: 'Production', archive_existing_versions: 'false', status: 'FINISHED', timestamp: 1,
    trace_id, request_id: trace_id, trace_ids: [trace_id], request_ids: [trace_id], assessment_id: assessment.assessment_id, assessment: { assessment_name: 'stolen', feedback: { value: 1 } }, update_mask: 'assessmentName,feedback',
    locations: [{ mlflow_experiment: { experiment_id } }], filter_string1: "status = 'OK'", filter_string2: "status = 'OK'", prompt_versions: [{ name: 'p', version: '1' }], view_type: 1, metric_name: 'trace_count', aggregations: [{ aggregation_type: 'COUNT' }], dimensions: ['trace_name'], allow_partial: 'true', timestamp_ms: 1, request_metadata: [], tags: [],
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', name: 'stolen' }] }] }],
    trace: { trace_info: { trace_id, trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id } }, state: 'ERROR' } },
    // GraphQL's names for the same.
    experimentId: experiment_id, experimentIds: [experiment_id], runId: run_id, runIds: [run_id], id: run_id, endpoint: 'model-of-a', loggedModelId: model.info.model_id, first: 5, keys: ['note', LEAK], maxPoints: 10, slug: 'x',
  };
}

/** What tenant A sees of its own, to notice a change that a foreign call made. */
async function stateOfA(): Promise<string> {
  const parts = await Promise.all([
    call(tokenA, 'GET', `/api/2.0/mlflow/experiments/get?experiment_id=${String(bag['experiment_id'])}`),
    call(tokenA, 'GET', `/api/2.0/mlflow/runs/get?run_id=${String(bag['run_id'])}`),
    call(tokenA, 'GET', '/api/2.0/mlflow/registered-models/get?name=model-of-a'),
    call(tokenA, 'GET', '/api/2.0/mlflow/model-versions/get?name=model-of-a&version=1'),
    call(tokenA, 'GET', `/api/2.0/mlflow/logged-models/${String(bag['model_id'])}`),
    call(tokenA, 'GET', `/api/2.0/mlflow-artifacts/artifacts/${String(bag['*'])}`),
    call(tokenA, 'GET', `/api/3.0/mlflow/traces/${String(bag['trace_id'])}`),
    call(tokenA, 'GET', '/api/3.0/mlflow/workspaces/workspace-of-a'),
    call(tokenA, 'GET', `/api/3.0/mlflow/datasets/${String(bag['dataset_id'])}`),
    call(tokenA, 'GET', `/api/3.0/mlflow/datasets/${String(bag['dataset_id'])}/records`),
    call(tokenA, 'GET', `/api/3.0/mlflow/scorers/versions?name=model-of-a&experiment_id=${String(bag['experiment_id'])}`),
    call(tokenA, 'GET', `/api/3.0/mlflow/issues/${String(bag['issue_id'])}`),
    call(tokenA, 'GET', `/api/2.0/mlflow/webhooks/${String(bag['webhook_id'])}`),
  ]);
  expect(parts.filter((part) => part.status !== 200)).toEqual([]);
  return parts.map((part) => part.text).join('\n');
}

describe('the walk over the route table', () => {
  it.each([
    ['another organization', () => ({ token: tokenB, headers: {} })],
    ['another project of the same organization', () => ({ token: tokenA, headers: { 'x-mlflow-workspace': siblingName } })],
  ])('shows nothing to, and takes nothing from, %s', async (_title, caller) => {
    const before = await stateOfA();
    const { token, headers } = caller();
    const walked = gateway.routes.filter((route) => !OPEN.test(route.url) && !['HEAD', 'OPTIONS'].includes(route.method) && !('x-mlflow-workspace' in headers && ORGANIZATION_ROUTES.test(route.url)));
    expect(walked.length).toBeGreaterThan(60);
    const faults: string[] = [];
    for (const { method, url } of walked) {
      const target = url.replace(/:(\w+)|\*/g, (all, name: string | undefined) => String(bag[name ?? '*'] ?? all));
      const query = new URLSearchParams(Object.entries(bag).filter(([key]) => key !== '*').flatMap(([key, value]) => [value].flat().map((item): [string, string] => [key, String(item)]))).toString();
      const answer = method === 'GET' ? await call(token, method, `${target}?${query}`, undefined, headers) : await call(token, method, target, bag, headers);
      if (answer.text.replaceAll(`'${LEAK}'`, '').includes(LEAK)) faults.push(`${method} ${url} leaks: ${answer.text.slice(0, 200)}`);
      if (answer.status === 403 || answer.status >= 500 && answer.status !== 501) faults.push(`${method} ${url} answers ${answer.status}: ${answer.text.slice(0, 200)}`);
    }
    expect(faults).toEqual([]);
    expect(await stateOfA()).toBe(before);
  }, 60_000);

  it('would notice: the owner does get the data on the same calls', async () => {
    const trace = `/api/3.0/mlflow/traces/${String(bag['trace_id'])}`;
    expect((await call(tokenA, 'GET', trace)).text).toContain(LEAK);
    expect((await call(tokenB, 'GET', trace)).status).toBe(404);
    expect((await call(tokenA, 'POST', '/api/3.0/mlflow/traces/search', { locations: bag['locations'] })).text).toContain(LEAK);
    expect((await call(tokenA, 'GET', `/api/2.0/mlflow/runs/get?run_id=${String(bag['run_id'])}`)).text).toContain(LEAK);
    expect((await call(tokenB, 'GET', `/api/2.0/mlflow/runs/get?run_id=${String(bag['run_id'])}`)).status).toBe(404);
    expect((await call(tokenB, 'GET', `/api/2.0/mlflow-artifacts/artifacts/${String(bag['*'])}`)).status).toBe(404);
  });
});

describe('the walk over the GraphQL schema', () => {
  it.each([
    ['another organization', () => ({ token: tokenB, headers: {} })],
    ['another project of the same organization', () => ({ token: tokenA, headers: { 'x-mlflow-workspace': siblingName } })],
  ])('shows nothing to, and takes nothing from, %s', async (_title, caller) => {
    const before = await stateOfA();
    const { token, headers } = caller();
    const { schema } = gateway.app.get(GraphQLSchemaHost);
    const fields = [
      ...Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => ['query', field] as const),
      ...Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => ['mutation', field] as const),
    ].filter(([, field]) => !('x-mlflow-workspace' in headers && ORGANIZATION_WIDE.has(field.name)));
    expect(fields.length).toBeGreaterThan(15);
    const faults: string[] = [];
    for (const [operation, field] of fields) {
      const query = `${operation} { ${field.name}${argumentsOf(field)} ${selectionOf(schema, field, 3)} }`;
      const answer = await call(token, 'POST', '/graphql', { query }, headers);
      if (answer.text.includes(LEAK)) faults.push(`${field.name} leaks: ${answer.text.slice(0, 300)}`);
      if (/"INTERNAL|PERMISSION_DENIED|GRAPHQL_VALIDATION_FAILED/.test(answer.text) && !/installation:operate/.test(answer.text)) faults.push(`${field.name}: ${answer.text.slice(0, 300)} for ${query.slice(0, 300)}`);
    }
    expect(faults).toEqual([]);
    expect(await stateOfA()).toBe(before);
  }, 60_000);
});

function argumentsOf(field: GraphQLField<unknown, unknown>): string {
  const given = field.args.filter((argument) => isNonNullType(argument.type) || argument.name in bag).map((argument) => `${argument.name}: ${literal(argument.type, argument.name)}`);
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

function literal(type: GraphQLInputType, name: string): string {
  if (isNonNullType(type)) return literal(type.ofType, name);
  if (isListType(type)) return `[${[bag[name] ?? 'x'].flat().map((item) => JSON.stringify(String(item))).join(', ')}]`;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || field.name in bag);
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.type, field.name)}`).join(', ')} }`;
  }
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (['Int', 'Float', 'Long'].includes(type.name)) return String(name === 'version' ? 1 : Number(bag[name] ?? 1) || 1);
  if (type.name === 'Boolean') return 'true';
  return JSON.stringify(String(bag[name] ?? 'x'));
}

/** All scalar fields, and objects to a depth; connections with a small page. */
function selectionOf(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type) || !isObjectType(type)) return '';
  const parts = Object.values(type.getFields()).flatMap((child) => {
    if (!isCompositeType(getNamedType(child.type))) return [`${child.name}${argumentsOf(child)}`];
    return depth > 0 ? [`${child.name}${argumentsOf(child)} ${selectionOf(schema, child, depth - 1)}`] : [];
  });
  return `{ __typename ${parts.filter((part) => !/\{ __typename {0,2}\}$/.test(part)).join(' ')} }`;
}
