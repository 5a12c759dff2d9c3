import { Database, withRole } from '@modelyard/db';
import pg from 'pg';

/** The URL of this jest worker's own database (a clone of the migrated template), as the owner of its tables. */
export async function testDatabaseUrl(): Promise<string> {
  const base = process.env['TEST_POSTGRES_URL'];
  const superuser = process.env['TEST_POSTGRES_SUPERUSER_URL'];
  if (base === undefined || superuser === undefined) throw new Error('Run this suite in the jest project `int`: it starts PostgreSQL.');
  const name = `test_${process.env['JEST_WORKER_ID'] ?? '1'}`;
  const admin = new pg.Client({ connectionString: superuser });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await admin.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE template_modelyard OWNER modelyard`);
  } finally {
    await admin.end();
  }
  return base.replace(/\/modelyard$/, `/${name}`);
}

/** A `Database` on this worker's own database. Close it in `afterAll`. */
export async function openTestDatabase(poolSize = 8): Promise<Database> {
  const url = await testDatabaseUrl();
  return new Database({
    appUrl: withRole(url, 'modelyard_app'),
    systemUrl: withRole(url, 'modelyard_system'),
    poolSize,
    applicationName: 'modelyard-test',
  });
}
