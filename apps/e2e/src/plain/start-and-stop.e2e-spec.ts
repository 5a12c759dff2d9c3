import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { freePort, newDataDirectory, processesOf, removeDataDirectory, runUp, startModelyard, type Modelyard } from '../modelyard-process.js';

const dataDirectory = newDataDirectory();
let yard: Modelyard;

afterAll(async () => {
  await yard?.killEverything().catch(() => undefined);
  removeDataDirectory(dataDirectory);
});

const call = async (method: string, url: string, body?: unknown) => {
  const response = await fetch(`${yard.url}${url}`, { method, headers: { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
  return (await response.json()) as { run?: { info: { run_id: string } } };
};

describe('modelyard up', () => {
  let runId: string;

  it('gets ready and prints dashboard, tracking URI and a snippet', async () => {
    yard = await startModelyard({ dataDirectory });
    expect(yard.output()).toContain(`Tracking URI   ${yard.url}`);
    expect(yard.output()).toContain(`mlflow.set_tracking_uri("${yard.url}")`);
    expect(await (await fetch(`${yard.url}/health`)).text()).toBe('OK');
  });

  it('refuses a second instance on the same data folder with one sentence', async () => {
    const { code, output } = await runUp({ MODELYARD_DATA_DIR: dataDirectory, MODELYARD_PORT: String(await freePort()), MODELYARD_ROUTER_PORT: String(await freePort()) });
    expect(code).not.toBe(0);
    expect(output.trim()).toMatch(/^The data folder .* is in use by another Modelyard \(process \d+\)\. .*$/);
  });

  it('keeps every acknowledged write over kill -9 of everything', async () => {
    const { run } = await call('POST', '/api/2.0/mlflow/runs/create', { experiment_id: '0', start_time: 1, run_name: 'kept' });
    runId = run?.info.run_id ?? '';
    await call('POST', '/api/2.0/mlflow/runs/log-metric', { run_id: runId, key: 'm', value: 0.5, timestamp: 1, step: 0 });
    await yard.killEverything();
    expect(processesOf(dataDirectory)).toEqual([]);
    yard = await startModelyard({ dataDirectory });
    const after = await call('GET', `/api/2.0/mlflow/runs/get?run_id=${runId}`);
    expect(after).toMatchObject({ run: { info: { run_name: 'kept' }, data: { metrics: [{ key: 'm', value: 0.5 }] } } });
  });

  it('stops cleanly within 5 s and leaves no process behind', async () => {
    const started = Date.now();
    expect(await yard.stop('SIGINT')).toBe(0);
    expect(Date.now() - started).toBeLessThan(5_000);
    expect(processesOf(dataDirectory)).toEqual([]);
  });

  it('keeps all data over a stop', async () => {
    yard = await startModelyard({ dataDirectory });
    expect(await call('GET', `/api/2.0/mlflow/runs/get?run_id=${runId}`)).toMatchObject({ run: { info: { run_id: runId } } });
    await yard.stop('SIGTERM');
  });
});

describe('what keeps it from starting is one clear sentence and a non-zero exit', () => {
  const env = async () => ({ MODELYARD_DATA_DIR: newDataDirectory(), MODELYARD_PORT: String(await freePort()), MODELYARD_ROUTER_PORT: String(await freePort()) });

  it('a port that is taken', async () => {
    const taken = await new Promise<Server>((resolve) => { const server = createServer(); server.listen(0, '127.0.0.1', () => resolve(server)); });
    const port = (taken.address() as { port: number }).port;
    const { code, output } = await runUp({ ...(await env()), MODELYARD_PORT: String(port) });
    taken.close();
    expect(code).not.toBe(0);
    expect(output.trim()).toBe(`Port ${port} of 127.0.0.1 is in use by another program. Stop that, or set MODELYARD_PORT to another port.`);
  });

  it('a data folder that is a file', async () => {
    const settings = await env();
    mkdirSync(path.dirname(settings.MODELYARD_DATA_DIR), { recursive: true });
    writeFileSync(settings.MODELYARD_DATA_DIR, '');
    const { code, output } = await runUp(settings);
    expect(code).not.toBe(0);
    expect(output.trim()).toMatch(/^The data folder .* is not a folder\. .*$/);
  });

  it('a data folder that this account cannot read', async () => {
    const settings = await env();
    mkdirSync(settings.MODELYARD_DATA_DIR, { recursive: true });
    chmodSync(path.dirname(settings.MODELYARD_DATA_DIR), 0o755);
    chmodSync(settings.MODELYARD_DATA_DIR, 0o000);
    // Root may read everything: then an ordinary account tries.
    const { code, output } = await runUp(settings, process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {});
    expect(code).not.toBe(0);
    expect(output.trim()).toMatch(/cannot be read and written by this account/);
  });

  it('local mode beyond loopback', async () => {
    const { code, output } = await runUp({ ...(await env()), MODELYARD_HOST: '0.0.0.0', MODELYARD_AUTH: 'local' });
    expect(code).not.toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(/MODELYARD_AUTH=required/);
  });

  it('a setting that is wrong', async () => {
    const { code, output } = await runUp({ ...(await env()), MODELYARD_PORT: 'http' });
    expect(code).not.toBe(0);
    expect(output).toMatch(/^Wrong setting\. MODELYARD_PORT/);
  });

  it('a database that does not answer', async () => {
    const { code, output } = await runUp({ ...(await env()), DATABASE_URL: `postgresql://x:y@127.0.0.1:${await freePort()}/z` });
    expect(code).not.toBe(0);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(/DATABASE_URL/);
  });
});
