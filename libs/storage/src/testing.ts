import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createS3Client, type S3StorageOptions } from './s3/s3-client.js';

export { describeObjectStore, type ObjectStoreHarness } from './object-store.contract.js';
export { MemoryObjectStore } from './memory/memory-object-store.js';

const BUILD_TIMEOUT_MS = 600_000;
const START_TIMEOUT_MS = 15_000;
const tool = path.resolve(import.meta.dirname, '../../../tools/versitygw.mjs');

/** Path of the real S3 server for tests; undefined on a machine that neither has nor can build it. */
export function findVersitygw(): string | undefined {
  try {
    return execFileSync(process.execPath, [tool], { encoding: 'utf8', timeout: BUILD_TIMEOUT_MS, stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  } catch {
    return undefined;
  }
}

export interface Versitygw {
  /** Options of an S3 store on an empty bucket of this server. */
  readonly options: S3StorageOptions;
  stop(): Promise<void>;
}

/** Starts versitygw on loopback over an empty absolute folder, with one bucket. The caller stops it. */
export async function startVersitygw(binary: string, { dir, port }: { dir: string; port?: number }): Promise<Versitygw> {
  const listening = port ?? (await freePort());
  await mkdir(dir, { recursive: true });
  const credentials = { accessKeyId: 'modelyard-test', secretAccessKey: 'modelyard-test-secret' };
  const server = spawn(binary, ['--quiet', '--port', `127.0.0.1:${listening}`, 'posix', dir], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'], ROOT_ACCESS_KEY: credentials.accessKeyId, ROOT_SECRET_KEY: credentials.secretAccessKey },
  });
  const options: S3StorageOptions = { kind: 's3', bucket: 'modelyard', endpoint: `http://127.0.0.1:${listening}`, forcePathStyle: true, ...credentials };
  try {
    await untilListening(server, listening);
    await createBucket(options);
  } catch (error) {
    await stop(server);
    throw error;
  }
  return { options, stop: () => stop(server) };
}

async function createBucket(options: S3StorageOptions): Promise<void> {
  const client = createS3Client(options);
  await client.send(new CreateBucketCommand({ Bucket: options.bucket })).finally(() => client.destroy());
}

async function untilListening(server: ChildProcess, port: number): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.exitCode !== null) throw new Error(`versitygw stopped with code ${server.exitCode}.`);
    const socket = connect({ port, host: '127.0.0.1' });
    const isOpen = await once(socket, 'connect').then(() => true, () => false);
    socket.destroy();
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error(`versitygw does not listen on port ${port} after ${START_TIMEOUT_MS} ms.`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  const timer = setTimeout(() => server.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
