import type { Router } from './router.js';
import { call, CREDENTIAL, eventually, route, ScriptedControlPlane, startModel, startTestRouter, token, type TestModel } from './testing.js';

let feed: ScriptedControlPlane;
let router: Router | undefined;
let model: TestModel;

const oneRoute = () => [route([{ number: 1, percent: 100, addresses: [model.address] }])];
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const start = async (...options: [auth?: 'local' | 'required']) => (router = await startTestRouter(feed.port, { auth: options[0] ?? 'local' }));
const isReady = async ({ port }: Router) => (await call(port, { path: '/ready', method: 'GET' })).status === 200;

async function untilReady(started: Router): Promise<void> {
  const end = Date.now() + 5_000;
  while (!(await isReady(started))) {
    if (Date.now() > end) throw new Error('the router does not get ready');
    await pause(10);
  }
}

beforeEach(async () => {
  feed = new ScriptedControlPlane();
  await feed.start();
  model = await startModel('m');
});

afterEach(async () => {
  await router?.close(100);
  router = undefined;
  await feed.stop();
  await model.kill();
});

describe('the control plane', () => {
  it('may come later: the router listens, says that it is not ready, and then is', async () => {
    feed.routes = { version: 5, routes: oneRoute() };
    await feed.stop();
    const started = await start();
    expect((await call(started.port, { path: '/health', method: 'GET' })).status).toBe(200);
    expect((await call(started.port, { path: '/ready', method: 'GET' })).status).toBe(503);
    const early = await call(started.port);
    expect([early.status, early.headers['retry-after']]).toEqual([503, '1']);
    await pause(300);
    await feed.start();
    await untilReady(started);
    expect((await call(started.port)).body).toBe('m');
  });

  it('may come a moment later: a request waits for the first tables', async () => {
    feed.routes = { version: 5, routes: oneRoute() };
    await feed.stop();
    router = await startTestRouter(feed.port, { firstTablesMs: 5_000 });
    const early = call(router.port);
    await pause(150);
    await feed.start();
    expect((await early).body).toBe('m');
  });

  it('is told which version is served from as soon as it is', async () => {
    await start();
    await eventually(() => feed.applied.includes(1));
    expect(feed.applied[0]).toBe(0);
    const published = Date.now();
    const version = feed.publish(oneRoute());
    await eventually(() => feed.applied.includes(version));
    expect(Date.now() - published).toBeLessThan(500);
    expect([...feed.credentials]).toEqual([`Bearer ${CREDENTIAL}`]);
  });

  it('may go away: the router serves from its last tables, tokens included, and follows again when it is back', async () => {
    const caller = token('caller');
    feed.publishTokens([caller.digest]);
    feed.publish(oneRoute());
    const started = await start('required');
    await untilReady(started);
    const authorized = () => call(started.port, { headers: { authorization: `Bearer ${caller.text}` } });
    await feed.stop();
    for (let round = 0; round < 10; round += 1) {
      expect((await authorized()).status).toBe(200);
      await pause(30);
    }
    feed.publishTokens([]);
    await feed.start();
    const end = Date.now() + 5_000;
    while ((await authorized()).status !== 401 && Date.now() < end) await pause(20);
    expect((await authorized()).status).toBe(401);
  });

  it('is believed only with its signature: forged tables change nothing', async () => {
    feed.publish(oneRoute());
    const started = await start();
    await untilReady(started);
    feed.forged = true;
    const forged = feed.publish([]);
    feed.publishTokens([token('evil').digest]);
    await pause(300);
    expect((await call(started.port)).status).toBe(200);
    expect((await call(started.port, { headers: { authorization: `Bearer ${token('evil').text}` } })).status).toBe(401);
    expect(feed.applied).not.toContain(forged);
    feed.forged = false;
    await eventually(() => feed.applied.includes(forged));
    expect((await call(started.port)).status).toBe(404);
  });

  it('that was restored from a backup is followed to a lower version', async () => {
    feed.routes = { version: 50, routes: [] };
    const started = await start();
    await eventually(() => feed.applied.includes(50));
    feed.routes = { version: 1, routes: [] };
    feed.publish(oneRoute());
    await eventually(() => feed.applied.includes(2));
    expect((await call(started.port)).body).toBe('m');
  });

  it('is not asked in a tight loop when it is broken', async () => {
    await feed.stop();
    const started = await start();
    feed.forged = true;
    await feed.start();
    await pause(1_500);
    expect(feed.polls).toBeLessThan(20);
    expect(await isReady(started)).toBe(false);
  });

  it('revokes a token and lets a new one in within a moment', async () => {
    const [first, second] = [token('first'), token('second')];
    feed.publish(oneRoute());
    feed.publishTokens([first.digest]);
    const started = await start('required');
    await untilReady(started);
    const statusOf = async (text: string) => (await call(started.port, { headers: { authorization: `Bearer ${text}` } })).status;
    expect([await statusOf(first.text), await statusOf(second.text)]).toEqual([200, 401]);
    const polls = feed.polls;
    feed.publishTokens([second.digest]);
    await eventually(() => feed.polls > polls);
    expect([await statusOf(first.text), await statusOf(second.text)]).toEqual([401, 200]);
  });

  it('may hold an address that cannot be read: the rest of the table counts', async () => {
    feed.publish([...oneRoute(), route([{ number: 1, percent: 100, addresses: ['not an address', ''] }], { endpoint: 'broken', endpointId: 101 })]);
    const started = await start();
    await untilReady(started);
    expect((await call(started.port)).status).toBe(200);
    expect((await call(started.port, { path: '/endpoints/broken/invocations' })).status).toBe(503);
  });
});

describe('reports', () => {
  it('count every request once, errors and latencies with them', async () => {
    const bad = await startModel('bad', (request, response) => void request.resume().on('end', () => response.writeHead(500).end()));
    feed.publish([route([{ number: 1, percent: 100, addresses: [model.address] }]), route([{ number: 2, percent: 100, addresses: [bad.address] }], { endpoint: 'bad', endpointId: 101 })]);
    const started = await start();
    await untilReady(started);
    for (let round = 0; round < 25; round += 1) await call(started.port);
    for (let round = 0; round < 5; round += 1) await call(started.port, { path: '/endpoints/bad/invocations' });
    await call(started.port, { path: '/endpoints/nothing/invocations' });
    await eventually(() => feed.counted()[1]?.requests === 25 && feed.counted()[2]?.requests === 5);
    expect(feed.counted()).toEqual({ 1: { requests: 25, errors: 0, latencies: 25 }, 2: { requests: 5, errors: 5, latencies: 5 } });
    await bad.kill();
  });

  it('wait while the control plane cannot take them, and lose nothing', async () => {
    feed.publish(oneRoute());
    feed.reportStatus = 503;
    const started = await start();
    await untilReady(started);
    for (let round = 0; round < 10; round += 1) {
      await call(started.port);
      await pause(20);
    }
    expect(feed.reports).toEqual([]);
    feed.reportStatus = 204;
    await eventually(() => feed.counted()[1]?.requests === 10);
  });

  it('that are refused for what they say are not sent for ever', async () => {
    feed.publish(oneRoute());
    feed.reportStatus = 400;
    const started = await start();
    await untilReady(started);
    await call(started.port);
    await pause(150);
    feed.reportStatus = 204;
    await pause(150);
    expect(feed.reports).toEqual([]);
  });

  it('are sent a last time when the router stops, after the requests in flight', async () => {
    const slow = await startModel('slow', (request, response) => void request.resume().on('end', () => setTimeout(() => response.end('slow'), 200)));
    feed.publish([route([{ number: 1, percent: 100, addresses: [slow.address] }])]);
    router = await startTestRouter(feed.port, { reportIntervalMs: 60_000 });
    await untilReady(router);
    const inFlight = call(router.port);
    await pause(50);
    const stopped = Date.now();
    await router.close(2_000);
    router = undefined;
    expect(Date.now() - stopped).toBeLessThan(1_000);
    expect((await inFlight).body).toBe('slow');
    expect(feed.counted()[1]?.requests).toBe(1);
    await slow.kill();
  });
});
