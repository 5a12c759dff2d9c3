import { testDatabaseUrl } from '@modelyard/testing';
import pg from 'pg';
import { migrate, MigrationError, readMigrations, type Migration } from './migrate.js';

const migrations = readMigrations(`${process.cwd()}/prisma/migrations`);
let url: string;
let client: pg.Client;

beforeAll(async () => {
  const base = await testDatabaseUrl();
  url = base.replace(/\/[^/]+$/, `/migrate_${process.pid}`);
  const admin = new pg.Client({ connectionString: process.env['TEST_POSTGRES_SUPERUSER_URL'] });
  await admin.connect();
  await admin.query(`CREATE DATABASE migrate_${process.pid} OWNER modelyard`);
  await admin.end();
  client = new pg.Client({ connectionString: url });
  await client.connect();
});

afterAll(() => client.end());

const step = (name: string, sql: string, checksum = name): Migration => ({ name, sql, checksum });

describe('migrate', () => {
  it('applies everything once, also when several processes start together', async () => {
    const results = await Promise.all([1, 2, 3].map(() => migrate(url, migrations)));
    expect(results.flat().sort()).toEqual(migrations.map((migration) => migration.name));
  });

  it('rolls a failing file back whole and names it', async () => {
    const broken = [...migrations, step('99990101000000_broken', 'CREATE TABLE half_done (id int); SELECT 1/0')];
    await expect(migrate(url, broken)).rejects.toThrow(/99990101000000_broken.*division by zero/);
    const { rows } = await client.query(`SELECT to_regclass('half_done') AS found`);
    expect(rows[0]).toEqual({ found: null });
  });

  it('refuses a file that changed after it was applied', async () => {
    const changed = migrations.map((migration, index) => (index === 0 ? { ...migration, checksum: 'other' } : migration));
    await expect(migrate(url, changed)).rejects.toThrow(MigrationError);
  });

  it('refuses a database that a newer release has migrated', async () => {
    await expect(migrate(url, migrations.slice(1))).rejects.toThrow(/newer release/);
  });
});
