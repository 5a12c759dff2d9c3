import 'reflect-metadata';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createLogger, parseSettings } from '@modelyard/config';
import type { Database } from '@modelyard/db';
import { createTestTenantPair, type TestTenantPair } from '@modelyard/identity/testing';
import { openTestDatabase, testDatabaseUrl } from '@modelyard/testing';
import { createGateway } from '../../gateway.app.js';

const ROOT = '/api/2.0/mlflow-artifacts/artifacts';

let app: NestFastifyApplication;
let db: Database;
let tenants: TestTenantPair;
let directory: string;
let port: number;

beforeAll(async () => {
  db = await openTestDatabase();
  tenants = await createTestTenantPair(db);
  directory = mkdtempSync(path.join(tmpdir(), 'modelyard-artifacts-'));
  const settings = parseSettings({ DATABASE_URL: await testDatabaseUrl(), MODELYARD_AUTH: 'required', MODELYARD_DATA_DIR: directory });
  app = await createGateway({ settings, logger: createLogger('test', 'fatal'), dashboardDir: directory });
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as AddressInfo);
}, 120_000);

afterAll(async () => {
  await app?.close();
  await db?.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
}

/** A call with the path exactly as given: `fetch` would tidy `..` away. */
function call(method: string, url: string, { body, headers, token = tenants.a.token }: { body?: string | Buffer; headers?: Record<string, string>; token?: string } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, method, path: url, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }), ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const json = ({ body }: Answer) => JSON.parse(body.toString()) as Record<string, unknown>;
const put = (file: string, body: string | Buffer) => call('PUT', `${ROOT}/${file}`, { body });

async function newRun(): Promise<{ runId: string; root: string }> {
  const answer = await call('POST', '/api/2.0/mlflow/runs/create', { body: '{"experiment_id":"0"}', headers: { 'content-type': 'application/json' } });
  const { run } = json(answer) as { run: { info: { run_id: string; artifact_uri: string } } };
  return { runId: run.info.run_id, root: run.info.artifact_uri.replace('mlflow-artifacts:/', '') };
}

describe('artifact bytes', () => {
  it('come back as they went, as an attachment that no browser shows', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    expect((await put('0/a/page.html', bytes)).body.toString()).toBe('');
    const { status, headers, body } = await call('GET', `${ROOT}/0/a/page.html`);
    expect(status).toBe(200);
    expect(body.equals(bytes)).toBe(true);
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'content-disposition': 'attachment; filename=page.html', 'x-content-type-options': 'nosniff', 'content-length': '100000' });
  });

  it('may be empty, and may have any name', async () => {
    expect((await put('0/a/empty', '')).status).toBe(200);
    expect((await call('GET', `${ROOT}/0/a/empty`)).body).toHaveLength(0);
    const name = encodeURIComponent('größe & more; 100.txt');
    await put(`0/a/${name}`, 'x');
    expect((await call('GET', `${ROOT}/0/a/${name}`)).body.toString()).toBe('x');
  });

  it('come in ranges, and not again when unchanged', async () => {
    await put('0/r.bin', '0123456789');
    const part = await call('GET', `${ROOT}/0/r.bin`, { headers: { range: 'bytes=2-4' } });
    expect([part.status, part.headers['content-range'], part.body.toString()]).toEqual([206, 'bytes 2-4/10', '234']);
    const beyond = await call('GET', `${ROOT}/0/r.bin`, { headers: { range: 'bytes=10-' } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
    const { etag } = (await call('GET', `${ROOT}/0/r.bin`)).headers;
    expect((await call('GET', `${ROOT}/0/r.bin`, { headers: { 'if-none-match': String(etag) } })).status).toBe(304);
    expect((await call('HEAD', `${ROOT}/0/r.bin`)).headers['content-length']).toBe('10');
  });

  it('leave nothing behind when the upload breaks off', async () => {
    await new Promise<void>((resolve) => {
      const outgoing = request({ port, method: 'PUT', path: `${ROOT}/0/broken/off.bin`, headers: { authorization: `Bearer ${tenants.a.token}`, 'content-length': '1000000' } });
      outgoing.on('error', () => resolve());
      outgoing.write(Buffer.alloc(100_000), () => setTimeout(() => outgoing.destroy(new Error('gone')), 50));
    });
    await sleep(200);
    expect(json(await call('GET', `${ROOT}?path=0/broken`))).toEqual({});
    expect(readdirSync(path.join(directory, 'artifacts', 'tmp'))).toEqual([]);
  });

  it('are deleted alone or with their folder', async () => {
    await put('0/d/one', '1');
    await put('0/d/sub/two', '2');
    await call('DELETE', `${ROOT}/0/d/one`, { body: '{}' });
    expect(json(await call('GET', `${ROOT}?path=0/d`))).toEqual({ files: [{ path: 'sub', is_dir: true }] });
    await call('DELETE', `${ROOT}/0/d/`);
    expect(json(await call('GET', `${ROOT}?path=0/d`))).toEqual({});
    expect((await call('DELETE', `${ROOT}/0/d/never`)).status).toBe(200);
  });
});

describe('listings', () => {
  it('are of one level: last names by path, whole paths by run', async () => {
    const { runId, root } = await newRun();
    await put(`${root}/model/MLmodel`, 'x');
    await put(`${root}/model/data/w.bin`, 'xyz');
    expect(json(await call('GET', `${ROOT}?path=${root}/model`))).toEqual({ files: [{ path: 'MLmodel', is_dir: false, file_size: 1 }, { path: 'data', is_dir: true }] });
    expect(json(await call('GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=model`))).toEqual({
      root_uri: `mlflow-artifacts:/${root}`,
      files: [{ path: 'model/MLmodel', is_dir: false, file_size: 1 }, { path: 'model/data', is_dir: true }],
    });
    expect(json(await call('GET', `/ajax-api/2.0/mlflow/artifacts/list?run_uuid=${runId}`))).toMatchObject({ files: [{ path: 'model', is_dir: true }] });
    expect(json(await call('GET', `${ROOT}?path=${root}/model/MLmodel`))).toEqual({});
    expect(json(await call('GET', `${ROOT}?path=${root}/nothing`))).toEqual({});
  });

  it('of the root are the experiments of the project', async () => {
    expect(json(await call('GET', ROOT))).toEqual({ files: [{ path: '0', is_dir: true }] });
  });
});

describe('files by run and by model', () => {
  it('are sent for links, and taken from the browser up to 10 MB', async () => {
    const { runId } = await newRun();
    const upload = (body: Buffer | string) => call('POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=up/x.txt`, { body });
    expect((await upload('hello')).status).toBe(200);
    expect((await call('GET', `/get-artifact?run_id=${runId}&path=up/x.txt`)).body.toString()).toBe('hello');
    expect(json(await upload(''))).toMatchObject({ message: 'Request must specify data.' });
    expect(json(await upload(Buffer.alloc(10 * 1024 * 1024 + 1)))).toMatchObject({ message: 'Artifact size is too large. Max size is 10MB.' });
    expect((await call('GET', `/get-artifact?run_id=${runId}&path=up/x.txt`)).body.toString()).toBe('hello');
  });

  it('of a registered version come from where its source meant when it was made', async () => {
    const { runId, root } = await newRun();
    await put(`${root}/model/MLmodel`, 'flavors: {}');
    const headers = { 'content-type': 'application/json' };
    await call('POST', '/api/2.0/mlflow/registered-models/create', { body: '{"name":"served"}', headers });
    await call('POST', '/api/2.0/mlflow/model-versions/create', { body: JSON.stringify({ name: 'served', source: `runs:/${runId}/model`, run_id: runId }), headers });
    expect((await call('GET', '/model-versions/get-artifact?name=served&version=1&path=MLmodel')).body.toString()).toBe('flavors: {}');
  });
});

describe('what clients try although server-info says no', () => {
  it.each(['create', 'complete', 'abort'])('multipart %s answers the sentence that makes them fall back', async (verb) => {
    const answer = await call('POST', `/api/2.0/mlflow-artifacts/mpu/${verb}/0/a`, { body: '{}' });
    expect([answer.status, json(answer)]).toEqual([501, { error_code: 'NOT_IMPLEMENTED', message: 'Multipart upload is not supported for the current artifact repository' }]);
  });

  it('presigned downloads and uploads are refused', async () => {
    expect((await call('GET', '/api/2.0/mlflow-artifacts/presigned/0/a/b')).status).toBe(501);
    expect(json(await call('POST', '/api/2.0/mlflow/artifacts/presigned-upload-url', { body: '{}' }))).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
  });
});

describe('paths', () => {
  const HOSTILE = [
    '0/../1/x', '0/%2e%2e/1/x', '0/..%2f1', '0/%252e%252e%252f1', '0/%25252e%25252e/x', '../0/x', '%2e%2e/0', '/etc/passwd', '%2fetc%2fpasswd', '0/a%5c..%5cb', '0/a%00b', '0/a%0ab', '0/a%23b',
    'file:%2f%2f%2fetc', 'C:%5cwindows', 'C:/windows', '0//x', '0/./x', '0/..;/x', '0/a/..', '0/%c0%ae%c0%ae/x',
  ];

  it.each(HOSTILE)('%p is refused for reading, writing, deleting and listing', async (hostile) => {
    const answers = [
      await call('GET', `${ROOT}/${hostile}`), await call('PUT', `${ROOT}/${hostile}`, { body: 'x' }), await call('DELETE', `${ROOT}/${hostile}`), await call('GET', `${ROOT}?path=${hostile}`),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(String(json(answer)['message'])).toMatch(/^Invalid path|not a valid url component/);
    }
  });

  it.each(['', '7x', '99999999999999999999', 'workspaces/x'])('an experiment %p does not exist', async (segment) => {
    expect([400, 404]).toContain((await call('GET', `${ROOT}/${segment}/a`)).status);
  });
});

describe('tenants', () => {
  it('cannot read, overwrite, list or delete what lies in another organization or project', async () => {
    const experiment = await call('POST', '/api/2.0/mlflow/experiments/create', { body: '{"name":"of-a"}', headers: { 'content-type': 'application/json' } });
    const id = String(json(experiment)['experiment_id']);
    await put(`${id}/secret.txt`, 'secret of a');
    const sibling = { 'x-mlflow-workspace': tenants.sibling.projectName ?? '' };
    for (const options of [{ token: tenants.b.token }, { headers: sibling }]) {
      for (const answer of [await call('GET', `${ROOT}/${id}/secret.txt`, options), await call('PUT', `${ROOT}/${id}/secret.txt`, { ...options, body: 'mine' }), await call('DELETE', `${ROOT}/${id}`, options), await call('GET', `${ROOT}?path=${id}`, options)]) {
        expect(answer.status).toBe(404);
      }
    }
    expect((await call('GET', `${ROOT}/${id}/secret.txt`)).body.toString()).toBe('secret of a');
  });

  it('have each their own folder 0', async () => {
    await put('0/shared-name.txt', 'a');
    expect((await call('GET', `${ROOT}/0/shared-name.txt`, { token: tenants.b.token })).status).toBe(404);
    await call('PUT', `${ROOT}/0/shared-name.txt`, { body: 'b', token: tenants.b.token });
    expect((await call('GET', `${ROOT}/0/shared-name.txt`)).body.toString()).toBe('a');
  });
});
