import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { decodeProvenanceId } from '@modelyard/kernel';
import type { Router } from './router.js';
import { call, eventually, PROVENANCE_KEY, route, ScriptedControlPlane, startModel, startTestRouter, token, type TestModel } from './testing.js';

let feed: ScriptedControlPlane;
let router: Router;
const models: TestModel[] = [];

const model = async (...args: Parameters<typeof startModel>) => {
  const started = await startModel(...args);
  models.push(started);
  return started;
};

/** Publishes and waits until the router says that it serves from it. */
async function publish(...routes: Parameters<ScriptedControlPlane['publish']>[0][]): Promise<void> {
  const version = feed.publish(routes.flat());
  await eventually(() => feed.applied.includes(version));
}

const serve = (...addresses: string[]) => publish([route([{ number: 1, percent: 100, addresses }])]);

beforeEach(async () => {
  feed = new ScriptedControlPlane();
  await feed.start();
  router = await startTestRouter(feed.port, { limits: { silenceTimeoutMs: 400, connectTimeoutMs: 300, maxBodyBytes: 8 * 1024 * 1024 } });
  await eventually(() => feed.applied.includes(1));
});

afterEach(async () => {
  await router.close(100);
  await feed.stop();
  await Promise.all(models.splice(0).map((started) => started.kill()));
});

describe('a forwarded request', () => {
  it('reaches the model on its own path and comes back with status, body and provenance', async () => {
    const { address } = await model('m', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        response.writeHead(422, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() }));
      });
    });
    await publish([route([{ number: 7, percent: 100, addresses: [address] }], { organizationId: 3, endpointId: 9 })]);
    const answer = await call(router.port, { path: '/orgs/default/projects/default/endpoints/iris/invocations?x=1', headers: { 'x-request-id': 'mine', 'content-type': 'application/json' }, body: '{"a":1}' });
    expect(answer.status).toBe(422);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-request-id': 'mine' });
    const seen = JSON.parse(answer.body);
    expect(seen).toMatchObject({ method: 'POST', url: '/invocations?x=1', body: '{"a":1}', headers: { host: address, 'x-request-id': 'mine', 'content-length': '7', 'content-type': 'application/json' } });
    const claim = decodeProvenanceId(PROVENANCE_KEY, String(answer.headers['modelyard-provenance']));
    expect(claim).toMatchObject({ organizationId: 3, endpointId: 9, revision: 7 });
    expect(Math.abs((claim?.time ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  it('never carries the caller\'s credential', async () => {
    const { address } = await model('m', (request, response) => void response.end(JSON.stringify(request.headers)));
    await serve(address);
    const caller = token('caller');
    const polls = feed.polls;
    feed.publishTokens([caller.digest]);
    await eventually(() => feed.polls > polls);
    const answer = await call(router.port, { headers: { authorization: `Bearer ${caller.text}`, cookie: `modelyard_session=${caller.text}` } });
    expect(answer.status).toBe(200);
    expect(answer.body).not.toContain(caller.text);
  });

  it('works for the routes of the Open Inference Protocol, HEAD included', async () => {
    const { address } = await model('m', (request, response) => void request.resume().on('end', () => response.end(`${request.method} ${request.url}`)));
    await serve(address);
    expect((await call(router.port, { path: '/v2/models/iris/infer' })).body).toBe('POST /v2/models/iris/infer');
    expect((await call(router.port, { path: '/endpoints/iris/v2/models/x/versions/1/infer' })).body).toBe('POST /v2/models/x/versions/1/infer');
    expect((await call(router.port, { path: '/v2/models/iris', method: 'GET' })).body).toBe('GET /v2/models/iris');
    expect(await call(router.port, { path: '/v2/models/iris/ready', method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('is split over revisions by weight', async () => {
    const [a, b] = [await model('a'), await model('b')];
    await publish([route([{ number: 1, percent: 80, addresses: [a.address] }, { number: 2, percent: 20, addresses: [b.address] }])]);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    await Promise.all(Array.from({ length: 1_000 }, () => call(router.port, { agent })));
    agent.destroy();
    expect(a.requests + b.requests).toBe(1_000);
    // Six standard deviations.
    expect(Math.abs(b.requests - 200)).toBeLessThan(76);
  });

  it('goes to the replica with the fewest requests in flight', async () => {
    const slow = await model('slow', (request, response) => void request.resume().on('end', () => setTimeout(() => response.end('slow'), 200)));
    const quick = await model('quick');
    await serve(slow.address, quick.address);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    await Promise.all(Array.from({ length: 200 }, () => call(router.port, { agent })));
    agent.destroy();
    expect(quick.requests).toBeGreaterThan(150);
  });

  it('uses kept-alive connections', async () => {
    const one = await model('one');
    await serve(one.address);
    for (let round = 0; round < 20; round += 1) await call(router.port);
    expect(one.sockets.size).toBe(1);
  });
});

describe('a replica that fails', () => {
  it('that refuses connections is passed over, and nobody notices', async () => {
    const [dead, alive] = [await model('dead'), await model('alive')];
    await dead.kill();
    await serve(dead.address, alive.address);
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(router.port)));
    expect(answers.map((answer) => answer.body)).toEqual(Array<string>(50).fill('alive'));
  });

  it('that closes every idle connection at once costs no request', async () => {
    // As a Python server does after its few seconds, but without the seconds: each reuse is a race.
    const rude = await model('rude', (request, response) => void request.resume().on('end', () => {
      response.end('rude');
      response.once('finish', () => setImmediate(() => request.socket.destroy()));
    }));
    await serve(rude.address);
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const answers = await Promise.all(Array.from({ length: 400 }, () => call(router.port, { agent })));
    agent.destroy();
    expect(answers.filter((answer) => answer.status !== 200)).toEqual([]);
  });

  it('that dies over a request is asked no more; another one answers', async () => {
    const [killed, alive] = [await model('killed', (request) => void request.socket.destroy()), await model('alive')];
    await serve(killed.address, alive.address);
    for (let round = 0; round < 10; round += 1) expect((await call(router.port)).body).toBe('alive');
  });

  it('cannot be turned into all of them by a request that kills: two at most see it', async () => {
    const victims = await Promise.all([1, 2, 3, 4, 5].map((name) => model(String(name), (request) => void request.socket.destroy())));
    await serve(...victims.map((victim) => victim.address));
    const answer = await call(router.port);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body)).toMatchObject({ error_code: 'BAD_GATEWAY' });
    expect(victims.reduce((sum, victim) => sum + victim.requests, 0)).toBe(2);
  });

  it('in the middle of an answer cuts the caller\'s connection instead of pretending that it was all', async () => {
    const { address } = await model('m', (request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      setTimeout(() => request.socket.destroy(), 50);
    });
    await serve(address);
    await expect(call(router.port)).rejects.toThrow(/aborted|hang up/);
  });

  it('all of them: 503 with Retry-After and a sentence, in the form of the protocol', async () => {
    const dead = await model('dead');
    await dead.kill();
    await serve(dead.address);
    const answer = await call(router.port);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(JSON.parse(answer.body)).toEqual({ error_code: 'TEMPORARILY_UNAVAILABLE', message: expect.stringMatching(/cannot be reached|can be reached/) });
    await serve();
    expect(JSON.parse((await call(router.port, { path: '/v2/models/iris/infer' })).body)).toEqual({ error: expect.stringContaining('no ready replica') });
  });

  it('that is silent is 504, and is not asked again', async () => {
    const silent = await model('silent', () => undefined);
    await serve(silent.address);
    const answer = await call(router.port);
    expect([answer.status, silent.requests]).toEqual([504, 1]);
  });

  it.each([
    ['no HTTP', 'garbage\r\n\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\nx'],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'],
    ['a status out of range', 'HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n'],
  ])('that answers %s is 502', async (_title, bytes) => {
    const { address } = await model('m', (request) => void request.socket.write(bytes));
    await serve(address);
    expect((await call(router.port)).status).toBe(502);
  });
});

describe('a rollout under 50 requests a second from 8 kept-alive connections', () => {
  it('fails no request: the old address gets no new one after the router said so, those in flight finish', async () => {
    const slowly = (name: string) => model(name, (request, response) => void request.resume().on('end', () => setTimeout(() => response.end(name), 40)));
    let current = await slowly('1');
    await serve(current.address);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const calls: Promise<number>[] = [];
    const ticking = setInterval(() => calls.push(call(router.port, { agent }).then((answer) => answer.status, () => -1)), 20);
    for (const name of ['2', '3', '4', '5']) {
      const next = await slowly(name);
      await serve(current.address, next.address);
      await serve(next.address);
      const before = current.requests;
      await new Promise((resolve) => setTimeout(resolve, 150));
      expect(current.requests).toBe(before);
      expect(current.sockets.size).toBe(0);
      await current.close();
      current = next;
    }
    clearInterval(ticking);
    const statuses = await Promise.all(calls);
    agent.destroy();
    expect(statuses.length).toBeGreaterThan(20);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it('fails no request when an old replica is stopped without a word', async () => {
    const [old, next] = [await model('old'), await model('new')];
    await serve(old.address, next.address);
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const calls: Promise<number>[] = [];
    const ticking = setInterval(() => calls.push(call(router.port, { agent }).then((answer) => answer.status, () => -1)), 5);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await old.kill();
    await new Promise((resolve) => setTimeout(resolve, 400));
    clearInterval(ticking);
    const statuses = await Promise.all(calls);
    agent.destroy();
    expect(old.requests).toBeGreaterThan(5);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });
});

describe('bodies', () => {
  it('larger than memory for replays are streamed both ways, byte for byte', async () => {
    const { address } = await model('echo', (request, response) => {
      response.writeHead(200);
      request.pipe(response);
    });
    await serve(address);
    const body = Buffer.alloc(6 * 1024 * 1024, randomUUID());
    const sized = await call(router.port, { body });
    expect(sized.body === body.toString()).toBe(true);
    const chunked = await call(router.port, { body, headers: { 'transfer-encoding': 'chunked' } });
    expect(chunked.body === body.toString()).toBe(true);
  });

  it('are streamed with backpressure: a model that does not read yet does not fill the router\'s memory', async () => {
    let go = () => undefined as void;
    const { address } = await model('late', (request, response) => {
      let size = 0;
      request.on('data', (chunk: Buffer) => (size += chunk.length)).on('end', () => response.end(String(size)));
      request.pause();
      go = () => void request.resume();
    });
    await router.close(0);
    router = await startTestRouter(feed.port, { limits: { maxBodyBytes: 512 * 1024 * 1024 } });
    await serve(address);
    const total = 200 * 1024 * 1024;
    const before = process.memoryUsage();
    const client = httpRequest({ host: '127.0.0.1', port: router.port, method: 'POST', path: '/endpoints/iris/invocations', headers: { 'content-length': total } });
    const answered = new Promise<string>((resolve, reject) => client.on('error', reject).on('response', (response) => response.on('data', (chunk: Buffer) => resolve(chunk.toString()))));
    const chunk = Buffer.alloc(1024 * 1024);
    let sent = 0;
    const pump = () => {
      while (sent < total) {
        sent += chunk.length;
        if (!client.write(chunk)) return void client.once('drain', pump);
      }
      client.end();
    };
    pump();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stalledAt = sent;
    go();
    expect(await answered).toBe(String(total));
    const after = process.memoryUsage();
    expect(stalledAt).toBeLessThan(total / 4);
    expect(after.rss - before.rss).toBeLessThan(100 * 1024 * 1024);
  });

  it('over the limit are 413, said beforehand or found out on the way', async () => {
    const eager = await model('eager');
    await serve(eager.address);
    const said = await call(router.port, { headers: { 'content-length': 9 * 1024 * 1024 }, body: Buffer.alloc(9 * 1024 * 1024) }).catch((error: NodeJS.ErrnoException) => error.code);
    expect(said === 'EPIPE' || said === 'ECONNRESET' || (typeof said === 'object' && said.status === 413)).toBe(true);
    expect(eager.requests).toBe(0);
    const status = await new Promise((resolve, reject) => {
      const client = httpRequest({ host: '127.0.0.1', port: router.port, method: 'POST', path: '/endpoints/iris/invocations' }, (response) => resolve(response.statusCode));
      client.on('error', reject);
      client.write(Buffer.alloc(8 * 1024 * 1024));
      setTimeout(() => client.write(Buffer.alloc(1024)), 100);
    });
    expect(status).toBe(413);
  });

  it('are asked for (100 Continue) only when the request is let in', async () => {
    const { address } = await model('m');
    await serve(address);
    const ask = (path: string) => new Promise<string>((resolve) => {
      const socket = connect(router.port, '127.0.0.1', () => socket.write(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n`));
      socket.once('data', (data) => {
        resolve(data.toString().split('\r\n')[0] ?? '');
        socket.destroy();
      });
    });
    expect(await ask('/endpoints/iris/invocations')).toBe('HTTP/1.1 100 Continue');
    expect(await ask('/endpoints/other/invocations')).toBe('HTTP/1.1 404 Not Found');
  });

  it('that were not sent whole leave nothing behind', async () => {
    const { address, sockets } = await model('m');
    await serve(address);
    const socket = connect(router.port, '127.0.0.1', () => socket.write('POST /endpoints/iris/invocations HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 500\r\n\r\nhalf'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sockets.size).toBe(0);
    expect((await call(router.port)).status).toBe(200);
  });
});

describe('a caller who goes away', () => {
  it('ends the request to the model and frees the replica', async () => {
    let ended = 0;
    const { address } = await model('m', (request, response) => {
      request.resume();
      response.once('close', () => (ended += 1));
      if (request.headers['x-quick'] !== undefined) response.end();
    });
    await serve(address);
    for (const _round of [1, 2, 3]) {
      const client = httpRequest({ host: '127.0.0.1', port: router.port, method: 'POST', path: '/endpoints/iris/invocations' });
      client.on('error', () => undefined);
      client.end('{}');
      await new Promise((resolve) => setTimeout(resolve, 50));
      client.destroy();
    }
    await eventually(() => ended === 3);
    expect((await call(router.port, { headers: { 'x-quick': '1' } })).status).toBe(200);
  });

  it('in the middle of an answer is no error of the model', async () => {
    const { address } = await model('m', (_request, response) => {
      const timer = setInterval(() => response.write('x'.repeat(1_000)), 5);
      response.once('close', () => clearInterval(timer));
    });
    await serve(address);
    const client = httpRequest({ host: '127.0.0.1', port: router.port, method: 'POST', path: '/endpoints/iris/invocations' }, (response) => response.once('data', () => client.destroy()).on('error', () => undefined));
    client.on('error', () => undefined);
    client.end('{}');
    await eventually(() => feed.counted()[1] !== undefined);
    expect(feed.counted()[1]).toEqual({ requests: 1, errors: 0, latencies: 1 });
  });
});
