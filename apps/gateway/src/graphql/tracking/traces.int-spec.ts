import 'reflect-metadata';
import type { Database } from '@modelyard/db';
import { createTestTenantPair, type TestTenantPair } from '@modelyard/identity/testing';
import { openTestDatabase } from '@modelyard/testing';
import { startTestGateway, type TestGateway } from '../../testing.js';
import { encodeOtlp, otlpRequest } from '../../mlflow/traces/otlp/testing.js';

let gateway: TestGateway;
let db: Database;
let pair: TestTenantPair;

const TRACE = 'tr-0af7651916cd43dd8448eb211c80319c';

beforeAll(async () => {
  db = await openTestDatabase();
  pair = await createTestTenantPair(db);
  gateway = await startTestGateway();
  const spans = otlpRequest({ attributes: [{ key: 'mlflow.spanType', value: { stringValue: 'LLM' } }, { key: 'mlflow.traceTag.team', value: { stringValue: 'a' } }] }, { spanId: '0000000000000002', parentSpanId: '0000000000000001', name: 'child', endTimeUnixNano: '0' });
  const headers = { authorization: `Bearer ${pair.a.token}`, 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': '0' };
  expect((await gateway.fastify.inject({ method: 'POST', url: '/v1/traces', headers, payload: encodeOtlp(spans) })).statusCode).toBe(200);
}, 120_000);

afterAll(async () => {
  await gateway?.close();
  await db?.close();
});

async function ask(token: string, query: string, headers: Record<string, string> = {}) {
  const response = await gateway.fastify.inject({ method: 'POST', url: '/graphql', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers }, payload: JSON.stringify({ query }) });
  return JSON.parse(response.body) as { data?: unknown; errors?: { extensions: { code: string } }[] };
}

const ONE = `{ trace(id: "${TRACE}") { trace { traceId experimentId name state durationMs tags { key value } } spans { spanId parentSpanId name type status startTimeNs endTimeNs } } }`;

describe('traces in GraphQL', () => {
  it('are read with their steps, 64-bit times exactly', async () => {
    const { data } = await ask(pair.a.token, ONE);
    expect(data).toEqual({
      trace: {
        trace: {
          traceId: TRACE, experimentId: '0', name: null, state: 'OK', durationMs: 1500,
          tags: [{ key: 'mlflow.artifactLocation', value: `mlflow-artifacts:/0/traces/${TRACE}/artifacts` }, { key: 'mlflow.trace.spansLocation', value: 'TRACKING_STORE' }, { key: 'service.name', value: 'svc' }, { key: 'team', value: 'a' }],
        },
        spans: [
          { spanId: '0000000000000001', parentSpanId: null, name: 'root', type: 'LLM', status: 'STATUS_CODE_OK', startTimeNs: '1700000000123456789', endTimeNs: '1700000001623456789' },
          { spanId: '0000000000000002', parentSpanId: '0000000000000001', name: 'child', type: null, status: 'STATUS_CODE_OK', startTimeNs: '1700000000123456789', endTimeNs: null },
        ],
      },
    });
  });

  it('are searched in the language of MLflow', async () => {
    const search = (filter: string) => ask(pair.a.token, `{ project { traces(experimentIds: ["0"], first: 5, filter: "${filter}") { nodes { traceId assessments { name } } pageInfo { hasNextPage } } } }`);
    expect((await search("span.name = 'child'")).data).toEqual({ project: { traces: { nodes: [{ traceId: TRACE, assessments: [] }], pageInfo: { hasNextPage: false } } } });
    expect((await search('bogus = 1')).errors?.[0]?.extensions.code).toBe('INVALID_ARGUMENT');
  });

  it('do not exist for another organization or project', async () => {
    for (const [token, headers] of [[pair.b.token, {}], [pair.a.token, { 'x-mlflow-workspace': pair.sibling.projectName ?? '' }]] as const) {
      const answer = await ask(token, ONE, headers);
      expect(answer.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
      expect(JSON.stringify(answer.data)).not.toContain('root');
    }
  });
});
