import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

const START_TIMEOUT_MS = 10_000;

export interface TestRedis {
  readonly url: string;
  stop(): void;
}

/** Path of the system's Redis server; undefined on a machine without one. */
export function findRedis(): string | undefined {
  return ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find((file) => existsSync(file));
}

/** Starts a real, empty Redis on loopback. The caller stops it. */
export async function startRedis(binary: string): Promise<TestRedis> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const directory = mkdtempSync(path.join(tmpdir(), 'redis-'));
  const server = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory, '--maxmemory-policy', 'noeviction'], { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  const stop = () => {
    server.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(25)) if (await answers(url)) return { url, stop };
  stop();
  throw new Error(`redis-server does not answer on port ${port} after ${START_TIMEOUT_MS} ms.`);
}

/** Every key of a Redis, for looking whether somebody used it. */
export async function redisKeys(url: string): Promise<string[]> {
  const client = new Redis(url);
  return client.keys('*').finally(() => client.disconnect());
}

/** Loses everything a Redis holds. */
export async function wipeRedis(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushall().finally(() => client.disconnect());
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  const answer = await client.connect().then(() => client.ping(), () => null);
  client.disconnect();
  return answer === 'PONG';
}
