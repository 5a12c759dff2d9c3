import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseSettings, publicUrl, type Settings } from '@modelyard/config';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@modelyard/db';
import { prepareDatabase } from '../commands/migrate.js';
import { greeting } from './greeting.js';
import { openDataDirectory, type DataDirectory } from './data-directory.js';
import { ServiceProcess } from './service-process.js';
import { StartError } from './start-error.js';

const APPS = path.resolve(import.meta.dirname, '../..');
// All of it must be over within five seconds of Ctrl-C.
const SERVICE_GRACE_MS = 3_500;

/** Starts the database, migrates, starts gateway, worker and router, and runs until a signal. */
export async function up(): Promise<number> {
  const started = Date.now();
  const settings = parseSettings(process.env);
  await refuseTakenPorts(settings);
  const data = openDataDirectory(settings.MODELYARD_DATA_DIR);
  const stopRequested = nextSignal();
  let postgres: EmbeddedPostgres | undefined;
  const services: ServiceProcess[] = [];
  try {
    postgres = settings.DATABASE_URL === undefined ? await startEmbeddedPostgres({ directory: path.join(data.path, 'postgres'), secretsFile: path.join(data.secrets, 'postgres.json') }) : undefined;
    const databaseUrl = postgres?.url ?? settings.DATABASE_URL ?? '';
    await prepareDatabase(databaseUrl);
    const env = serviceEnvironment(data, databaseUrl);
    writeState(data, { url: publicUrl(settings), auth: settings.MODELYARD_AUTH, databaseUrl });
    services.push(...['gateway', 'worker', 'router'].map((name) => new ServiceProcess({ name, entry: path.join(APPS, name, 'main.js'), env, logDirectory: path.join(data.path, 'logs') })));
    await Promise.all(services.map((service) => service.start()));
    console.log(greeting(settings, data, Date.now() - started));
    const reason = await Promise.race([stopRequested, ...(postgres === undefined ? [] : [postgres.exited.then(() => 'database' as const)])]);
    if (reason === 'database') throw new StartError(`The embedded PostgreSQL ended unexpectedly. Its data is in ${data.path}; start again.`);
    console.log('Stopping …');
    return 0;
  } finally {
    await Promise.all(services.map((service) => service.stop(SERVICE_GRACE_MS)));
    await postgres?.stop();
    rmSync(stateFile(data.path), { force: true });
    data.release();
  }
}

export interface RunningState {
  readonly url: string;
  readonly auth: 'local' | 'required';
  readonly databaseUrl: string;
}

export function stateFile(dataDirectory: string): string {
  return path.join(dataDirectory, 'run', 'state.json');
}

function writeState(data: DataDirectory, state: RunningState): void {
  writeFileSync(stateFile(data.path), JSON.stringify(state), { mode: 0o600 });
}

function serviceEnvironment(data: DataDirectory, databaseUrl: string): NodeJS.ProcessEnv {
  const routerToken = path.join(data.secrets, 'router-token');
  if (!existsSync(routerToken)) writeFileSync(routerToken, randomBytes(32).toString('hex'), { mode: 0o600 });
  return { ...process.env, DATABASE_URL: databaseUrl, MODELYARD_DATA_DIR: data.path, NODE_ENV: process.env['NODE_ENV'] ?? 'production' };
}

async function refuseTakenPorts(settings: Settings): Promise<void> {
  for (const [name, port] of [['MODELYARD_PORT', settings.MODELYARD_PORT], ['MODELYARD_ROUTER_PORT', settings.MODELYARD_ROUTER_PORT]] as const) {
    const fault = await tryPort(port, settings.MODELYARD_HOST);
    if (fault === undefined) continue;
    if (fault === 'EADDRINUSE') throw new StartError(`Port ${port} of ${settings.MODELYARD_HOST} is in use by another program. Stop that, or set ${name} to another port.`);
    throw new StartError(`Cannot listen on port ${port} of ${settings.MODELYARD_HOST} (${fault}). Set MODELYARD_HOST and ${name} to what this account may use.`);
  }
}

function tryPort(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

function nextSignal(): Promise<'signal'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve('signal'));
  });
}
