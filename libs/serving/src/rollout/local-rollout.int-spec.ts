import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { addToOutbox, type Database } from '@modelyard/db';
import { createTestTenant, createTestTenantPair, withRole } from '@modelyard/identity/testing';
import { DomainError, encodeProvenanceId, type TenantContext } from '@modelyard/kernel';
import { ChangeGate } from '@modelyard/registry';
import { openTestDatabase } from '@modelyard/testing';
import { EndpointChanged } from '../serving.jobs.js';
import { createStubVersion, PROVENANCE_KEY, servingServices, startStubTarget, until, type ServingServices, type StubBehaviour } from '../testing.js';

const LIMITS = { readyTimeoutMs: 4_000, maxStarts: 2, warmMs: 600_000, drainMs: 200 };
const REPLICA = { probeReadyMs: 200, probeTimeoutMs: 1_000, stopGraceMs: 3_000 };

let db: Database;
let serving: ServingServices;
let ctx: TenantContext;
let target: Awaited<ReturnType<typeof startStubTarget>>;
let count = 0;
const fencings: Error[] = [];

beforeAll(async () => {
  db = await openTestDatabase();
  serving = servingServices(db);
  ({ ctx } = await createTestTenant(db));
  target = await startStubTarget(db, serving, { limits: LIMITS, replica: REPLICA, onFenced: (error) => fencings.push(error) });
});

afterAll(async () => {
  await target.stop(0);
  rmSync(target.dataDir, { recursive: true, force: true });
  await db.close();
});

const newName = () => `m${++count}`;

async function deploy(name: string, behaviour: StubBehaviour, replicas = 1) {
  const { version } = await createStubVersion(serving, ctx, name, behaviour);
  return serving.deployer.deploy(ctx, { name, version, replicas });
}

async function look(name: string) {
  const endpoint = await serving.endpoints.get(ctx, name);
  const { items } = await serving.endpoints.revisions(ctx, endpoint, 50);
  return { ...endpoint, revisions: items };
}

const whenReady = (name: string, revision: number) =>
  until(async () => {
    const seen = await look(name);
    return seen.activeRevision === revision && seen.state === 'READY' && seen.observedGeneration === seen.generation && seen;
  });

const whenFailed = (name: string, revision: number) =>
  until(async () => {
    const seen = await look(name);
    return seen.revisions.find((item) => item.number === revision)?.state === 'FAILED' && (seen.state === 'FAILED' || seen.state === 'DEGRADED') && seen;
  });

async function addressesOf(name: string): Promise<string[]> {
  const { routes } = await serving.routes.read();
  return routes.filter((route) => route.endpoint === name && route.organizationId === ctx.organizationId).flatMap((route) => route.revisions.flatMap((revision) => revision.addresses));
}

async function ask(name: string, path = '/invocations'): Promise<{ answer: string; instance: string }> {
  const [address] = await addressesOf(name);
  return (await fetch(`http://${address}${path}`)).json() as Promise<{ answer: string; instance: string }>;
}

describe('a deployment on the local target', () => {
  it('ends with all steps done, all traffic, and log lines without secrets', async () => {
    const name = newName();
    const { endpoint, revision } = await deploy(name, { answer: 'one' });
    const ready = await whenReady(name, 1);
    expect(ready.revisions).toEqual([expect.objectContaining({ number: 1, state: 'READY', trafficPercent: 100, readyReplicas: 1, restarts: 0 })]);
    expect((await ask(name)).answer).toBe('one');
    const steps = await serving.endpoints.steps(ctx, endpoint, revision.number);
    expect(steps.map(({ name: step, state }) => [step, state])).toEqual(['resolve', 'fetch', 'environment', 'start', 'ready', 'traffic'].map((step) => [step, 'DONE']));
    const { items } = await serving.endpoints.logs(ctx, endpoint, 1, 100);
    expect(items.map((line) => line.text)).toContain('password=*** listening');
    expect(await serving.endpoints.conditions(ctx, endpoint)).toEqual([expect.objectContaining({ type: 'Ready', status: 'True' }), expect.objectContaining({ type: 'Progressing', status: 'False' })]);
    expect(await serving.endpoints.target(ctx, endpoint)).toMatchObject({ kind: 'local', isolationNote: expect.stringMatching(/\.$/) });
  });

  it('takes the target of an organization that deploys for the first time, however early the bell rings', async () => {
    const first = await createTestTenant(db);
    const { version } = await createStubVersion(serving, first.ctx, 'first', { answer: 'x' });
    const { endpoint } = await serving.deployer.deploy(first.ctx, { name: 'first', version });
    target.wake({ organizationId: first.ctx.organizationId, endpointId: endpoint.id });
    await until(async () => (await serving.endpoints.get(first.ctx, endpoint.name)).state === 'READY');
    expect(fencings).toEqual([]);
    await serving.changer.delete(first.ctx, 'first');
  });

  it('runs as many replicas as asked for, each in a view of its own', async () => {
    const name = newName();
    await deploy(name, { answer: 'many' }, 3);
    await whenReady(name, 1);
    const addresses = await addressesOf(name);
    expect(new Set(addresses).size).toBe(3);
  });

  it('keeps the old revision serving until the new one is ready: there is an address at every moment', async () => {
    const name = newName();
    await deploy(name, { answer: 'old' });
    await whenReady(name, 1);
    let empty = 0;
    const answers: string[] = [];
    let watching = true;
    const watch = (async () => {
      while (watching) {
        if ((await addressesOf(name)).length === 0) empty++;
        else answers.push((await ask(name)).answer);
        await sleep(20);
      }
    })();
    await deploy(name, { answer: 'new', readyAfterMs: 800 });
    const after = await whenReady(name, 2);
    await sleep(100);
    watching = false;
    await watch;
    expect(empty).toBe(0);
    expect(answers[0]).toBe('old');
    expect(answers.at(-1)).toBe('new');
    expect(after.previousRevision).toBe(1);
    expect(after.revisions.find((item) => item.number === 1)).toMatchObject({ state: 'READY', trafficPercent: 0 });
  });

  it('rolls back to the warm revision within a second, and forward again', async () => {
    const name = newName();
    await deploy(name, { answer: 'first' });
    await whenReady(name, 1);
    await deploy(name, { answer: 'second' });
    await whenReady(name, 2);
    const started = Date.now();
    const { id: endpointId } = await serving.changer.rollBack(ctx, name);
    target.wake({ organizationId: ctx.organizationId, endpointId });
    await whenReady(name, 1);
    expect(Date.now() - started).toBeLessThan(1_000);
    expect((await ask(name)).answer).toBe('first');
    await serving.changer.rollBack(ctx, name, 2);
    await whenReady(name, 2);
    expect((await ask(name)).answer).toBe('second');
  });

  it('starts a crashed process again and says why and how often', async () => {
    const name = newName();
    await deploy(name, { answer: 'phoenix' });
    await whenReady(name, 1);
    const { instance } = await ask(name);
    await ask(name, '/crash').catch(() => undefined);
    const down = await until(async () => { const seen = await look(name); return seen.state === 'DEGRADED' && seen; });
    expect(down.stateReason).toMatch(/0 of 1 replicas ready\. Ended by itself with exit code 7/);
    const up = await whenReady(name, 1);
    expect((await ask(name)).instance).not.toBe(instance);
    expect(up.revisions[0]?.restarts).toBe(1);
  });
});

describe('a revision that cannot serve', () => {
  it('never takes traffic when it does not get ready in time; the old one keeps serving', async () => {
    const name = newName();
    await deploy(name, { answer: 'good' });
    await whenReady(name, 1);
    await deploy(name, { neverReady: true });
    const seen = await whenFailed(name, 2);
    expect(seen).toMatchObject({ activeRevision: 1, state: 'DEGRADED', stateReason: expect.stringMatching(/^Revision 2 failed, revision 1 keeps serving\. .*not ready within 4 s/) });
    expect(seen.revisions.find((item) => item.number === 2)).toMatchObject({ state: 'FAILED', trafficPercent: 0 });
    expect((await ask(name)).answer).toBe('good');
  });

  it('is given up after some crashes, with the reason and its last words in the log', async () => {
    const name = newName();
    const { endpoint } = await deploy(name, { dies: 'out of luck' });
    const seen = await whenFailed(name, 1);
    expect(seen).toMatchObject({ state: 'FAILED', activeRevision: null, stateReason: expect.stringMatching(/ended 2 times before it was ready.*exit code 3/) });
    const { items } = await serving.endpoints.logs(ctx, endpoint, 1, 100);
    expect(items.map((line) => line.text)).toContain('out of luck');
    expect(await addressesOf(name)).toEqual([]);
  });

  it('is tried anew when somebody wishes it again', async () => {
    const name = newName();
    await deploy(name, { answer: 'good' });
    await whenReady(name, 1);
    await deploy(name, { dies: 'no' });
    await whenFailed(name, 2);
    await serving.changer.rollBack(ctx, name, 1);
    await whenReady(name, 1);
    await serving.changer.rollBack(ctx, name, 2);
    const again = await until(async () => { const seen = await look(name); return seen.observedGeneration === seen.generation && seen.state === 'DEGRADED' && seen; });
    expect(again.stateReason).toContain('Revision 2 failed, revision 1 keeps serving');
  });

  it('fails with a sentence when its files are gone', async () => {
    const name = newName();
    const version = await createStubVersion(serving, ctx, name, { answer: 'x' });
    const deployed = serving.deployer.deploy(ctx, { name, version: version.version });
    const [row] = await db.tenantSql(ctx, (tx) => tx.query<{ id: string }>({ text: `SELECT id::text FROM experiments WHERE organization_id = $1 AND is_default`, values: [ctx.organizationId] }));
    const folder = version.storageLocation.replace('mlflow-artifacts:/0', '');
    await deployed;
    // A deletion that comes in between is also fine: then it serves. Only a half model is not.
    await serving.objects.deletePrefix(`org/${ctx.organizationId}/artifacts/${row?.id}${folder}/`);
    const settled = await until(async () => { const seen = await look(name); return seen.state !== 'PENDING' && seen; });
    if (settled.state === 'FAILED') expect(settled.stateReason).toContain('no files in the artifact store any more');
  });
});

describe('what one may wish', () => {
  it('deploys once when Deploy is pressed twice', async () => {
    const name = newName();
    const { version } = await createStubVersion(serving, ctx, name, { answer: 'x' });
    const both = await Promise.all([serving.deployer.deploy(ctx, { name, version }), serving.deployer.deploy(ctx, { name, version })]);
    expect(both.map((deployment) => deployment.revision.number)).toEqual([1, 1]);
    await whenReady(name, 1);
  });

  it('needs the permission, an existing version, and a target', async () => {
    const name = newName();
    const { version } = await createStubVersion(serving, ctx, name, {});
    await expect(serving.deployer.deploy(withRole(ctx, 'contributor'), { name, version })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(serving.deployer.deploy(ctx, { name, version: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(serving.deployer.deploy(ctx, { name, version, endpoint: '../x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(serving.deployer.deploy(ctx, { name, version, replicas: 1000 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const closed = servingServices(db, { localTarget: false });
    await expect(closed.deployer.deploy(ctx, { name, version })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', message: expect.stringContaining('MODELYARD_LOCAL_TARGET=true') });
    await expect(serving.changer.rollBack(withRole(ctx, 'contributor'), name)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(serving.changer.delete(withRole(ctx, 'deployer'), name)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(serving.endpoints.get(ctx, name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('asks policy first, and leaves nothing when it says no', async () => {
    class NoGate extends ChangeGate {
      override check(): Promise<void> {
        return Promise.reject(new DomainError('FAILED_PRECONDITION', 'Two approvals are missing.'));
      }
    }
    const name = newName();
    const { version } = await createStubVersion(serving, ctx, name, {});
    const guarded = servingServices(db, { gate: new NoGate() });
    Object.assign(guarded.objects, serving.objects);
    await expect(guarded.deployer.deploy(ctx, { name, version })).rejects.toThrow('Two approvals are missing.');
    await expect(serving.endpoints.get(ctx, name)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('shows nothing to another organization or project', async () => {
    const pair = await createTestTenantPair(db);
    const { version } = await createStubVersion(serving, pair.a.ctx, 'theirs', {});
    await serving.deployer.deploy(pair.a.ctx, { name: 'theirs', version });
    for (const other of [pair.b.ctx, pair.sibling]) {
      await expect(serving.endpoints.get(other, 'theirs')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(serving.changer.rollBack(other, 'theirs')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(serving.changer.delete(other, 'theirs')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await serving.changer.delete(pair.a.ctx, 'theirs');
  });
});

describe('the end of an endpoint', () => {
  it('takes the route first, then the processes; what it predicted can still be traced', async () => {
    const name = newName();
    const { endpoint } = await deploy(name, { answer: 'gone soon' });
    await whenReady(name, 1);
    const [address] = await addressesOf(name);
    const id = encodeProvenanceId(PROVENANCE_KEY, { organizationId: ctx.organizationId, endpointId: endpoint.id, revision: 1, time: Date.now() });
    await serving.changer.delete(ctx, name);
    await serving.changer.delete(ctx, name).catch(() => undefined);
    await until(() => serving.endpoints.get(ctx, name).then(() => false, () => true));
    expect(await addressesOf(name)).toEqual([]);
    await expect(fetch(`http://${address}/ping`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    expect(await serving.provenance.resolve(ctx, id)).toMatchObject({ endpoint: { name }, revision: { number: 1, modelName: name } });
    const stranger = await createTestTenant(db);
    await expect(serving.provenance.resolve(stranger.ctx, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(serving.provenance.resolve(ctx, `${id}x`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // The name is free again.
    await deploy(name, { answer: 'back' });
    await whenReady(name, 1);
  });

  it('waits for routers that still send there', async () => {
    const name = newName();
    await deploy(name, { answer: 'drained' });
    await whenReady(name, 1);
    const [address = ''] = await addressesOf(name);
    await serving.routes.acknowledge('slow-router', await serving.routes.version());
    await serving.changer.delete(ctx, name);
    await until(async () => (await addressesOf(name)).length === 0);
    await sleep(1_500);
    expect((await fetch(`http://${address}/invocations`)).status).toBe(200);
    await serving.routes.acknowledge('slow-router', await serving.routes.version());
    await until(() => serving.endpoints.get(ctx, name).then(() => false, () => true));
    await db.system('test', (tx) => tx.query({ text: 'DELETE FROM routers' }));
  });
});

describe('the next life of a worker', () => {
  it('takes the endpoints over with new processes; the former is told to end and can change nothing more', async () => {
    const name = newName();
    const { endpoint } = await deploy(name, { answer: 'alive' });
    await whenReady(name, 1);
    const { instance } = await ask(name);
    const former = target;
    target = await startStubTarget(db, serving, { limits: LIMITS, replica: REPLICA, workerId: path.basename(former.dataDir) });
    await until(() => fencings.length > 0);
    expect(fencings[0]?.message).toMatch(/taken over|belongs to another worker/);
    await until(async () => (await ask(name).catch(() => ({ instance }))).instance !== instance);
    await former.stop(0);
    await whenReady(name, 1);
    expect((await ask(name)).answer).toBe('alive');
    await until(async () => (await serving.endpoints.steps(ctx, endpoint, 1)).every(({ state }) => state === 'DONE'));
    rmSync(former.dataDir, { recursive: true, force: true });
  });

  it('loses no wish whose bell was never heard', async () => {
    const name = newName();
    const { version } = await createStubVersion(serving, ctx, name, { answer: 'heard' });
    const { endpoint } = await serving.deployer.deploy(ctx, { name, version });
    await db.tenantSql(ctx, (tx) => addToOutbox(tx, EndpointChanged, { organizationId: ctx.organizationId, endpointId: endpoint.id }));
    await db.system('test', (tx) => tx.query({ text: 'DELETE FROM outbox' }));
    await whenReady(name, 1);
  });
});
