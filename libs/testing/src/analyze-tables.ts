import pg from 'pg';
import { testDatabaseUrl } from './test-database.js';

/** Tells the planner about the rows a test put in, for tests of query plans. The app role may not do it. */
export async function analyzeTables(...tables: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: await testDatabaseUrl() });
  await client.connect();
  try {
    await client.query(`ANALYZE ${tables.map((table) => pg.escapeIdentifier(table)).join(', ')}`);
  } finally {
    await client.end();
  }
}
