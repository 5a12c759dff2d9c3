import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { EmbeddedPostgresError, findPostgresBinaries } from './embedded-postgres-binaries.js';

export { EmbeddedPostgresError };

export interface EmbeddedPostgresOptions {
  /** Folder of the cluster; made if absent. */
  readonly directory: string;
  /** File (mode 0600) that keeps the port and the passwords. */
  readonly secretsFile: string;
  /** False only for tests: loses data on power failure. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
}

export interface EmbeddedPostgres {
  /** URL of the login that owns the database and may create roles; no superuser. */
  readonly url: string;
  /** URL of the superuser, for tests that clone databases. */
  readonly superuserUrl: string;
  readonly pid: number;
  /** Resolves with the exit code when the server ends, for whatever reason. */
  readonly exited: Promise<number | null>;
  /** Fast shutdown: open transactions are rolled back, committed data is safe. */
  stop(): Promise<void>;
}

interface Secrets {
  readonly superuser: string;
  readonly owner: string;
}

// `nobody` exists on every system; postgres refuses to run as root and wants an account with a name.
const UNPRIVILEGED = 65_534;
const READY_TIMEOUT_MS = 60_000;

/**
 * Starts the PostgreSQL binaries that come with the embedded-postgres package on a free loopback port, as an
 * unprivileged account when run as root. Throws EmbeddedPostgresError.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const identity = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};
  const secrets = readOrMakeSecrets(options.secretsFile);
  prepareDirectory(options.directory, identity.uid);
  const bin = findPostgresBinaries(options.directory, identity.uid);
  const fresh = !existsSync(path.join(options.directory, 'PG_VERSION'));
  if (fresh) initialise(bin, options, secrets, identity);
  else refuseOtherMajor(options.directory);
  await endFormerServer(options.directory);
  const port = await freePort();
  const child = launch(bin, options, port, identity);
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  await untilReady(child, exited);
  const superuserUrl = `postgresql://postgres:${secrets.superuser}@127.0.0.1:${port}/postgres`;
  await ensureOwner(superuserUrl, secrets.owner);
  return {
    url: `postgresql://modelyard:${secrets.owner}@127.0.0.1:${port}/modelyard`,
    superuserUrl,
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      if (child.exitCode === null) child.kill('SIGINT');
      await exited;
    },
  };
}

function readOrMakeSecrets(file: string): Secrets {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Secrets;
  const secrets = { superuser: randomBytes(24).toString('hex'), owner: randomBytes(24).toString('hex') };
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600, flag: 'wx' });
  return secrets;
}

function prepareDirectory(directory: string, uid: number | undefined): void {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  if (uid === undefined) return;
  chownSync(directory, uid, uid);
  // The account passes through the parent without being able to list it.
  const parent = path.dirname(directory);
  chmodSync(parent, statSync(parent).mode | 0o011);
}

function initialise(bin: string, options: EmbeddedPostgresOptions, secrets: Secrets, identity: { uid?: number; gid?: number }): void {
  // initdb reads the password from a file; it is removed before anything else runs.
  const passwordFile = `${options.directory}.password`;
  writeFileSync(passwordFile, secrets.superuser, { mode: 0o600 });
  if (identity.uid !== undefined) chownSync(passwordFile, identity.uid, identity.uid);
  try {
    const result = spawnSync(
      path.join(bin, 'initdb'),
      ['-D', options.directory, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8',
        '--locale-provider=builtin', '--builtin-locale=C.UTF-8', ...(options.durable === false ? ['--no-sync'] : [])],
      { ...identity, env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' }, encoding: 'utf8' },
    );
    if (result.status !== 0) {
      rmSync(options.directory, { recursive: true, force: true });
      const reason = (result.stderr || result.error?.message || 'unknown').trim().split('\n').at(-1);
      throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot make its folder ${options.directory}: ${reason}`);
    }
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function refuseOtherMajor(directory: string): void {
  const version = readFileSync(path.join(directory, 'PG_VERSION'), 'utf8').trim();
  if (version === '18') return;
  throw new EmbeddedPostgresError(
    `The data in ${directory} is of PostgreSQL ${version}, this release embeds 18. Start the release that made it, run \`npx modelyard backup\`, then restore here.`,
  );
}

/** After a kill -9 of everything the old server may still run; two on one folder would be refused by postgres itself. */
async function endFormerServer(directory: string): Promise<void> {
  const file = path.join(directory, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgres(pid, directory)) {
    rmSync(file, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  for (let waited = 0; waited < 10_000 && isPostgres(pid, directory); waited += 50) await delay(50);
  if (isPostgres(pid, directory)) process.kill(pid, 'SIGQUIT');
  for (let waited = 0; waited < 5_000 && isPostgres(pid, directory); waited += 50) await delay(50);
}

function isPostgres(pid: number, directory: string): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(directory);
  } catch {
    return false;
  }
}

function launch(bin: string, options: EmbeddedPostgresOptions, port: number, identity: { uid?: number; gid?: number }): ChildProcess {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    max_connections: String(options.maxConnections ?? 100),
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    // The tables are small pages of many tenants: plans by index are nearly always right on local disks.
    random_page_cost: '1.1',
    jit: 'off',
    ...(options.durable === false ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return spawn(path.join(bin, 'postgres'), ['-D', options.directory, '-p', String(port), '-k', '', ...flags], {
    ...identity,
    env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
    // Its own group: Ctrl-C of the terminal must reach our processes first, the database last.
    detached: true,
  });
}

async function untilReady(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  const lines: string[] = [];
  const ready = new Promise<'ready'>((resolve) => {
    child.stderr?.on('data', (data: Buffer) => {
      lines.push(data.toString('utf8'));
      if (lines.length > 50) lines.shift();
      if (data.includes('ready to accept connections')) resolve('ready');
    });
    child.once('error', () => resolve('ready'));
  });
  const timeout = new Promise<'timeout'>((resolve) => setTimeout(() => resolve('timeout'), READY_TIMEOUT_MS).unref());
  const outcome = await Promise.race([ready, exited, timeout]);
  if (outcome === 'ready' && child.pid !== undefined) return;
  child.kill('SIGINT');
  const said = lines.join('').trim().split('\n').slice(-3).join(' ');
  throw new EmbeddedPostgresError(`The embedded PostgreSQL did not start: ${said || String(outcome)}`);
}

async function ensureOwner(superuserUrl: string, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'modelyard') AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = 'modelyard') AS database`,
    );
    if (!rows[0]?.role) await client.query(`CREATE ROLE modelyard LOGIN CREATEROLE PASSWORD '${password}'`);
    if (!rows[0]?.database) await client.query('CREATE DATABASE modelyard OWNER modelyard');
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const delay = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
