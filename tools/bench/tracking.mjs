// Tracking against `mlflow server`: the same requests to both in turn, on one PostgreSQL.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { root } from '../runtime.mjs';
import { median, quantile, run } from './http-load.mjs';
import { cpuSeconds, memory } from './process-usage.mjs';
import { writeReport } from './report.mjs';
import { ensureMlflow, startGateway, startMlflow } from './servers.mjs';
import { driveLogBatch } from './straight-statements.mjs';
import { seedMlflow, seedThroughApi } from './tracking-data.mjs';
import { checkSameAnswers, newRuns, WORKLOADS } from './tracking-workloads.mjs';

const lib = (name) => import(path.join(root, 'dist/node_modules/@modelyard', name));
const PACE = {
  quick: { repetitions: 1, seconds: 1.5, warmUpSeconds: 0.2, minimum: 1 },
  normal: { repetitions: 3, seconds: 5, warmUpSeconds: 1, minimum: 2 },
};

export async function tracking({ quick, dryRun }) {
  const pace = quick ? PACE.quick : PACE.normal;
  const started = Date.now();
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new Error(`Stopped by ${signal}.`)));
  });
  interrupted.catch(() => undefined);
  const mlflow = await ensureMlflow();
  const cleanups = [];
  try {
    const result = await Promise.race([interrupted, compare(mlflow, pace, cleanups)]);
    await writeReport({ ...result, mlflowVersion: mlflow.version, pace, quick, dryRun, minutes: (Date.now() - started) / 60_000 });
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
}

async function compare(mlflow, pace, cleanups) {
  const loadBefore = loadavg()[0];
  // The database runs under an account of its own when this runs as root, so not below a private home; /tmp may be memory.
  const directory = mkdtempSync(path.join(existsSync('/var/tmp') ? '/var/tmp' : tmpdir(), 'modelyard-bench-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const { startEmbeddedPostgres } = await lib('db/index.js');
  const postgres = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), secretsFile: path.join(directory, 'secrets/postgres.json') });
  cleanups.push(() => postgres.stop());
  const databases = { mlflow: await createDatabase(postgres, 'mlflow_bench'), modelyard: postgres.url };
  const tenant = await makeTenant(databases.modelyard);
  const servers = await startServers(mlflow, databases, tenant.token, directory, cleanups);
  const idle = servers.map((server) => memory(server.pid));
  await seed(servers, databases, postgres);
  await checkSameAnswers(servers);
  const rows = [];
  for (const workload of WORKLOADS) rows.push(await measure(workload, { servers, postgres, pace, straight: (gateway) => driveStraight(workload, gateway, postgres, tenant, pace) }));
  return {
    rows,
    servers: servers.map((server, index) => ({ name: server.name, startSeconds: server.startSeconds, idle: idle[index], loaded: memory(server.pid) })),
    postgresVersion: await serverVersion(postgres),
    load: { before: loadBefore, after: loadavg()[0] },
  };
}

async function createDatabase(postgres, name) {
  await asSuperuser(postgres, `CREATE DATABASE ${name} OWNER modelyard`);
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.toString();
}

/** Started one after the other, so that start times are of each alone. MLflow's tables are made by a first start. */
async function startServers(mlflow, databases, token, directory, cleanups) {
  const servers = [];
  const add = (server) => {
    cleanups.push(() => server.stop());
    servers.push(server);
  };
  await (await startMlflow(mlflow, { databaseUrl: databases.mlflow, workers: 1, directory })).stop();
  add(await startMlflow(mlflow, { databaseUrl: databases.mlflow, workers: null, directory }));
  add(await startMlflow(mlflow, { databaseUrl: databases.mlflow, workers: 1, directory }));
  add(await startGateway({ databaseUrl: databases.modelyard, token, directory }));
  return servers;
}

/** Migrates and makes an organization; the token is its owner's. */
async function makeTenant(databaseUrl) {
  const [{ migrate, readMigrations, Database, databaseOptions }, { parseSettings, createLogger }, { createTestTenant }] = await Promise.all([lib('db/index.js'), lib('config/index.js'), lib('identity/testing.js')]);
  await migrate(databaseUrl, readMigrations(path.join(root, 'prisma/migrations')));
  const db = new Database(databaseOptions(parseSettings({ DATABASE_URL: databaseUrl }), 'modelyard-bench', createLogger('bench', 'error')));
  try {
    const { token, organization, ctx } = await createTestTenant(db);
    return { token, organizationId: organization.id, projectId: ctx.projectId };
  } finally {
    await db.close();
  }
}

async function seed(servers, databases, postgres) {
  const [byDefault, single, gateway] = servers;
  gateway.data = await seedThroughApi(gateway);
  byDefault.data = single.data = await seedMlflow(byDefault, databases.mlflow);
  for (const url of Object.values(databases)) await asSuperuser(postgres, 'VACUUM (ANALYZE)', url);
}

async function driveStraight({ straight, clients }, gateway, postgres, { organizationId, projectId }, { seconds }) {
  return driveLogBatch(postgres.url, { ...straight, organizationId, projectId, runIds: await newRuns(gateway, clients), seconds });
}

async function measure(workload, { servers, postgres, pace, straight }) {
  const samples = servers.map(() => []);
  const straightRates = [];
  for (let repetition = 0; repetition <= pace.repetitions; repetition += 1) {
    for (const [index, server] of servers.entries()) {
      const warmUp = repetition === 0;
      const request = await workload.prepare(server, workload.clients);
      const before = { server: cpuSeconds(server.pid), database: cpuSeconds(postgres.pid) };
      const { times, elapsed } = await run(server, warmUp ? { clients: 1, seconds: pace.warmUpSeconds, minimum: 1, request } : { clients: workload.clients, seconds: pace.seconds, minimum: pace.minimum, request });
      if (warmUp) continue;
      const perThousand = (spent) => (spent / times.length) * 1000;
      samples[index].push({
        requestsPerSecond: times.length / elapsed,
        p50: quantile(times, 0.5),
        p95: quantile(times, 0.95),
        cpu: perThousand(cpuSeconds(server.pid) - before.server),
        databaseCpu: perThousand(cpuSeconds(postgres.pid) - before.database),
      });
    }
    if (workload.straight !== undefined && repetition > 0) straightRates.push(await straight(servers.at(-1)));
  }
  const results = samples.map((list) => Object.fromEntries(Object.keys(list[0]).map((key) => [key, median(list.map((sample) => sample[key]))])));
  console.log(`${workload.name}, ${workload.clients} client(s): ${results.map((result, index) => `${servers[index].name} ${result.requestsPerSecond.toFixed(1)}/s p50 ${result.p50.toFixed(1)} ms`).join(' | ')}`);
  return { workload, results, straightRate: straightRates.length === 0 ? null : median(straightRates) };
}

async function serverVersion(postgres) {
  const [row] = await asSuperuser(postgres, 'SHOW server_version');
  return row.server_version;
}

async function asSuperuser(postgres, text, ofDatabase = postgres.superuserUrl) {
  const url = new URL(postgres.superuserUrl);
  url.pathname = new URL(ofDatabase).pathname;
  const client = new pg.Client({ connectionString: url.toString() });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
