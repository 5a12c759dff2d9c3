// One real PostgreSQL for the run, migrated once into a template that each jest worker clones.
// Plain JavaScript: jest does not map module names here. Node strips the types; the hook finds x.ts for './x.js'.
import { mkdtempSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier.startsWith('./') && context.parentURL?.endsWith('.ts') ? specifier.replace(/\.js$/, '.ts') : specifier, context),
});
const { startEmbeddedPostgres } = await import('../../db/src/embedded-postgres.ts');
const { migrate, readMigrations } = await import('../../db/src/migrate.ts');

export default async function setup() {
  const directory = mkdtempSync(path.join(tmpdir(), 'modelyard-test-'));
  const server = await startEmbeddedPostgres({
    directory: path.join(directory, 'postgres'),
    secretsFile: path.join(directory, 'secrets.json'),
    durable: false,
    maxConnections: 300,
  });
  globalThis.modelyardTestPostgres = { server, directory };
  const admin = new pg.Client({ connectionString: server.superuserUrl });
  await admin.connect();
  await admin.query('CREATE DATABASE template_modelyard OWNER modelyard');
  await admin.end();
  await migrate(server.url.replace(/\/modelyard$/, '/template_modelyard'), readMigrations(path.join(import.meta.dirname, '../../../prisma/migrations')));
  process.env.TEST_POSTGRES_URL = server.url;
  process.env.TEST_POSTGRES_SUPERUSER_URL = server.superuserUrl;
}
