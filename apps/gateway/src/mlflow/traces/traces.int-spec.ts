import 'reflect-metadata';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Database } from '@modelyard/db';
import { createTestTenant } from '@modelyard/identity/testing';
import { openTestDatabase } from '@modelyard/testing';
import { startTestGateway, type TestGateway } from '../../testing.js';
import { encodeOtlp, otlpRequest } from './otlp/testing.js';

/** The wire as MLflow 3.17 has it: statuses, names, shapes. */
let gateway: TestGateway;
let db: Database;
let token: string;
let slug: string;

beforeAll(async () => {
  db = await openTestDatabase();
  gateway = await startTestGateway();
}, 120_000);

beforeEach(async () => {
  const tenant = await createTestTenant(db);
  token = tenant.token;
  slug = tenant.organization.slug;
});

afterAll(async () => {
  await gateway?.close();
  await db?.close();
});

const TRACE = 'tr-0af7651916cd43dd8448eb211c80319c';
const PROTO = { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': '0' };

async function send(method: string, url: string, payload?: Buffer | string, headers: Record<string, string | undefined> = {}) {
  const given = Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const response = await gateway.fastify.inject({ method: method as 'POST', url, headers: { authorization: `Bearer ${token}`, ...given }, payload });
  return { status: response.statusCode, text: response.body, headers: response.headers };
}

async function api(method: string, path: string, body?: unknown) {
  const { status, text } = await send(method, `/api/3.0/mlflow${path}`, body === undefined ? undefined : JSON.stringify(body), body === undefined ? {} : { 'content-type': 'application/json' });
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

const info = (part: Record<string, unknown> = {}) => ({ trace: { trace_info: { trace_id: 'tr-1', trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }, request_time: '2025-01-01T00:00:00.5Z', state: 'OK', ...part } } });

describe('POST /v1/traces', () => {
  it.each([
    ['protobuf', (request: unknown) => [encodeOtlp(request), {}] as const],
    ['JSON', (request: unknown) => [Buffer.from(JSON.stringify(request)), { 'content-type': 'application/json; charset=utf-8' }] as const],
    ['protobuf with gzip', (request: unknown) => [gzipSync(encodeOtlp(request)), { 'content-encoding': 'gzip' }] as const],
    ['protobuf with deflate', (request: unknown) => [deflateSync(encodeOtlp(request)), { 'content-encoding': 'deflate' }] as const],
    ['protobuf with bare deflate', (request: unknown) => [deflateRawSync(encodeOtlp(request)), { 'content-encoding': 'DEFLATE' }] as const],
  ])('takes %s', async (_title, encode) => {
    const [body, headers] = encode(otlpRequest({}));
    const answer = await send('POST', '/v1/traces', body, { ...PROTO, ...headers });
    expect({ status: answer.status, text: answer.text, type: answer.headers['content-type'] }).toEqual({ status: 200, text: '', type: 'application/x-protobuf' });
    const { text } = await send('GET', `/api/3.0/mlflow/traces/get?trace_id=${TRACE}`);
    expect(text).toContain('"start_time_unix_nano":1700000000123456789');
  });

  it('takes the tenant from the prefix, as every route', async () => {
    expect((await send('POST', `/orgs/${slug}/projects/default/v1/traces`, encodeOtlp(otlpRequest({})), PROTO)).status).toBe(200);
    expect((await send('POST', '/orgs/somebody-else/v1/traces', encodeOtlp(otlpRequest({})), PROTO)).status).toBe(404);
    const anonymous = await gateway.fastify.inject({ method: 'POST', url: '/v1/traces', headers: PROTO, payload: encodeOtlp(otlpRequest({})) });
    expect(anonymous.statusCode).toBe(401);
  });

  it.each([
    ['no experiment', 422, '{"detail":[{"type":"missing","loc":["header","x-mlflow-experiment-id"],"msg":"Field required","input":null}]}', '', { 'x-mlflow-experiment-id': undefined }],
    ['another type', 400, '{"detail":"Invalid Content-Type: text/plain. Expected: application/x-protobuf or application/json"}', '', { 'content-type': 'text/plain' }],
    ['garbage', 400, '{"detail":"Invalid OpenTelemetry format"}', '\xff\xff\xff', {}],
    ['nothing', 400, '{"detail":"Invalid OpenTelemetry format - no spans found"}', '', {}],
    ['an unknown encoding', 400, '{"detail":"Unsupported Content-Encoding: br"}', 'x', { 'content-encoding': 'br' }],
    ['what is no gzip', 400, '{"detail":"Failed to decompress gzip payload"}', 'x', { 'content-encoding': 'gzip' }],
    ['no JSON', 400, '{"detail":"Invalid OpenTelemetry format"}', '{', { 'content-type': 'application/json' }],
  ])('refuses %s in the words of MLflow', async (_title, status, text, body, headers) => {
    expect(await send('POST', '/v1/traces', Buffer.from(body, 'latin1'), { ...PROTO, ...headers })).toMatchObject({ status, text });
  });

  it('refuses an unknown experiment with an error of MLflow', async () => {
    const { status, text } = await send('POST', '/v1/traces', encodeOtlp(otlpRequest({})), { ...PROTO, 'x-mlflow-experiment-id': '999999999' });
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ error_code: 'RESOURCE_DOES_NOT_EXIST' });
  });

  it('refuses what is too large, sent or inflated', async () => {
    expect((await send('POST', '/v1/traces', Buffer.alloc(17 * 1024 * 1024), PROTO)).status).toBe(413);
    expect((await send('POST', '/v1/traces', gzipSync(Buffer.alloc(65 * 1024 * 1024)), { ...PROTO, 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('links to the run that the header names', async () => {
    const created = await send('POST', '/api/2.0/mlflow/runs/create', '{"experiment_id":"0","start_time":1}', { 'content-type': 'application/json' });
    const { run } = JSON.parse(created.text) as { run: { info: { run_id: string } } };
    await send('POST', '/v1/traces', encodeOtlp(otlpRequest({})), { ...PROTO, 'x-mlflow-run-id': run.info.run_id });
    const { body } = await api('POST', '/traces/search', { locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }], filter: `run_id = '${run.info.run_id}'` });
    expect(body).toMatchObject({ traces: [{ trace_id: TRACE }] });
  });
});

describe('traces', () => {
  it('are shown as protobuf writes them, and keep keys of any spelling', async () => {
    const { status, body } = await api('POST', '/traces', info({ execution_duration: '1.25s', tags: { camelCase: 'x', t: 'x'.repeat(5000) }, trace_metadata: { someKey: 'v'.repeat(300) }, request_preview: 'rp' }));
    expect(status).toBe(200);
    expect(body).toEqual({
      trace: {
        trace_info: {
          trace_id: 'tr-1',
          trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } },
          request_preview: 'rp',
          request_time: '2025-01-01T00:00:00.500Z',
          execution_duration: '1.250s',
          state: 'OK',
          trace_metadata: { someKey: 'v'.repeat(250), 'mlflow.trace.infoFinalized': 'true' },
          tags: { camelCase: 'x', t: 'x'.repeat(4096), 'mlflow.artifactLocation': 'mlflow-artifacts:/0/traces/tr-1/artifacts' },
        },
      },
    });
  });

  it.each([
    ['POST', '/traces/search', { filter: '' }, 400, "Missing value for required parameter 'locations'."],
    ['POST', '/traces', { trace: {} }, 400, "Missing value for required parameter 'trace.trace_info.trace_location.mlflow_experiment.experiment_id'."],
    ['GET', '/traces/tr-x', undefined, 404, "Trace with ID 'tr-x' not found."],
    ['GET', '/traces/get?trace_id=tr-x&allow_partial=true', undefined, 404, 'Trace with ID tr-x is not found.'],
    ['PATCH', '/traces/tr-x/tags', { key: 'mlflow.trace.spansLocation', value: 'x' }, 400, "Tag 'mlflow.trace.spansLocation' is immutable and cannot be set on a trace."],
    ['POST', '/traces/delete-traces', { experiment_id: '0' }, 400, 'Either `max_timestamp_millis` or `trace_ids` must be specified.'],
    ['POST', '/traces/tr-x/assessments', { assessment: { assessment_name: 'n' } }, 400, 'Unknown assessment type: None'],
    ['POST', '/traces', info({ trace_location: { mlflow_experiment: { experiment_id: '0' } } }), 400, 'Trace location type TraceLocationType.TRACE_LOCATION_TYPE_UNSPECIFIED does not match'],
  ])('%s %s of %j is refused', async (method, path, body, status, message) => {
    const answer = await api(method, path, body);
    expect({ status: answer.status, message: String(answer.body['message']).slice(0, message.length) }).toEqual({ status, message });
  });

  it('are a file for the UI, from the database or from where the client put it', async () => {
    await send('POST', '/v1/traces', encodeOtlp(otlpRequest({ attributes: [{ key: 'i', value: { intValue: '1152921504606846977' } }] })), PROTO);
    const stored = await send('GET', `/ajax-api/3.0/mlflow/get-trace-artifact?request_id=${TRACE}`);
    expect(stored.headers['content-disposition']).toBe('attachment; filename=traces.json');
    expect(JSON.parse(stored.text)).toMatchObject({ spans: [{ name: 'root', attributes: { i: '1152921504606846977' } }] });
    await api('POST', '/traces', info());
    expect(await send('GET', '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1')).toMatchObject({ status: 404, text: expect.stringContaining('Trace data not found for path=traces.json') });
    await send('PUT', '/api/2.0/mlflow-artifacts/artifacts/0/traces/tr-1/artifacts/traces.json', '{"spans":[]}', { 'content-type': 'text/plain' });
    expect(await send('GET', '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1')).toMatchObject({ status: 200, text: '{"spans":[]}' });
    expect((await send('GET', '/ajax-api/2.0/mlflow/get-trace-artifact?request_id=tr-1&path=..%2Fx')).status).toBe(400);
    expect((await send('GET', '/ajax-api/2.0/mlflow/get-trace-artifact')).status).toBe(400);
  });

  it('keep types of values in assessments', async () => {
    await api('POST', '/traces', info());
    const create = async (part: Record<string, unknown>) => ((await api('POST', '/traces/tr-1/assessments', { assessment: { assessment_name: 'n', source: { source_type: 'HUMAN', source_id: 'ann' }, create_time: '2025-01-01T00:00:00.123Z', ...part } })).body as { assessment: Record<string, unknown> }).assessment;
    expect(await create({ feedback: { value: { camelCase: [1, 'a', null] } }, metadata: { someKey: 'x' } })).toMatchObject({ feedback: { value: { camelCase: [1, 'a', null] } }, metadata: { someKey: 'x' }, source: { source_type: 'HUMAN', source_id: 'ann' }, create_time: '2025-01-01T00:00:00.123Z', valid: true });
    expect(await create({ expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '{"a":[1,2.0]}' } } })).toMatchObject({ expectation: { serialized_value: { value: '{"a": [1, 2.0]}' } } });
    const { assessment_id } = await create({ feedback: { value: 1, error: { error_code: 'E' } } });
    const patched = await api('PATCH', `/traces/tr-1/assessments/${String(assessment_id)}`, { assessment: { assessmentName: 'm', feedback: { value: 2 }, rationale: 'unmasked' }, update_mask: 'assessmentName,feedback' });
    expect(patched.body).toMatchObject({ assessment: { assessment_name: 'm', feedback: { value: 2 } } });
    expect(patched.body['assessment']).not.toHaveProperty('rationale');
  });
});
