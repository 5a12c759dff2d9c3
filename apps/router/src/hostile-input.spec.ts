import { connect } from 'node:net';
import type { Router } from './router.js';
import { call, eventually, route, ScriptedControlPlane, startModel, startTestRouter, type TestModel } from './testing.js';

let feed: ScriptedControlPlane;
let router: Router;
let model: TestModel;

beforeAll(async () => {
  feed = new ScriptedControlPlane();
  await feed.start();
  model = await startModel('m');
  const version = feed.publish([route([{ number: 1, percent: 100, addresses: [model.address] }])]);
  router = await startTestRouter(feed.port);
  await eventually(() => feed.applied.includes(version));
});

afterAll(async () => {
  await router.close(100);
  await feed.stop();
  await model.kill();
});

/** The status line that raw bytes get; empty when the connection is closed without one. */
function raw(bytes: string, limitMs = 3_000): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(router.port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const done = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(text.split('\r\n')[0] ?? '');
    };
    const timer = setTimeout(done, limitMs);
    socket.on('data', (data) => {
      text += data.toString();
      if (text.includes('\r\n')) done();
    });
    socket.on('close', done).on('error', () => undefined);
  });
}

const HEAD = 'POST /endpoints/iris/invocations HTTP/1.1\r\nhost: 127.0.0.1\r\n';

describe('hostile input', () => {
  it.each([
    ['rubbish', '\x00\x01\x02\r\n\r\n'],
    ['TLS on the plain port', '\x16\x03\x01\x02\x00\x01\x00\x01'],
    ['huge headers', `${HEAD}x: ${'a'.repeat(40_000)}\r\n\r\n`],
    ['thousands of headers', `${HEAD}${'a: b\r\n'.repeat(6_000)}\r\n`],
    ['two lengths', `${HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`],
    ['length and chunks', `${HEAD}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a wrong length', `${HEAD}content-length: -1\r\n\r\n`],
    ['a wrong chunk', `${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['a space before the colon', `${HEAD}transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['no host', 'POST /endpoints/iris/invocations HTTP/1.1\r\n\r\n'],
    ['a foreign host', 'POST /endpoints/iris/invocations HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 0\r\n\r\n'],
    ['a proxy request', 'POST http://evil.example/endpoints/iris/invocations HTTP/1.1\r\nhost: evil.example\r\ncontent-length: 0\r\n\r\n'],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example\r\n\r\n'],
    ['an unknown method', 'BREW /endpoints/iris/invocations HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
    ['bytes beyond ASCII in the path', 'POST /endpoints/\xff\xfe/invocations HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ])('%s is refused with a 4xx or a closed connection', async (_title, bytes) => {
    expect(await raw(bytes)).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
    expect((await call(router.port)).status).toBe(200);
  });

  it('an upgrade is answered as a plain request', async () => {
    expect(await raw(`${HEAD}connection: upgrade\r\nupgrade: websocket\r\ncontent-length: 2\r\n\r\n{}`)).toBe('HTTP/1.1 200 OK');
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('%s on invocations is 405 and says what to use', async (method) => {
    const answer = await call(router.port, { method, body: '' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
  });

  it('unknown paths are 404 in the form of the protocol they look like', async () => {
    expect(JSON.parse((await call(router.port, { path: '/nothing' })).body)).toMatchObject({ error_code: 'ENDPOINT_NOT_FOUND' });
    expect(JSON.parse((await call(router.port, { path: '/v2/repository/index' })).body)).toEqual({ error: expect.any(String) });
    expect((await call(router.port, { path: '/endpoints/iris/v2/../../secret' })).status).toBe(404);
  });

  it('a wrong credential is 401 with the challenge MLflow clients know, even where none is needed', async () => {
    const answer = await call(router.port, { headers: { authorization: 'Bearer my_wrong' } });
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Basic realm="mlflow"']);
  });

  it('an odd request id is replaced, a good one kept', async () => {
    expect((await call(router.port, { headers: { 'x-request-id': 'a<b>' } })).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await call(router.port, { headers: { 'x-request-id': 'a-1' } })).headers['x-request-id']).toBe('a-1');
  });

  it('senders that drip headers are hung up on, and hold up nobody meanwhile', async () => {
    const drips = Array.from({ length: 100 }, () => raw('POST /endpoints/iris/invocations HTTP/1.1\r\nhost: 127', 20_000));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    expect((await call(router.port)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(500);
    expect([...new Set(await Promise.all(drips))]).toEqual(['HTTP/1.1 408 Request Timeout']);
  }, 30_000);
});
