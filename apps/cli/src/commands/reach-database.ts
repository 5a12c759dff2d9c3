import path from 'node:path';
import { createLogger, type Settings } from '@modelyard/config';
import { Database, databaseOptions, startEmbeddedPostgres } from '@modelyard/db';
import { findRunning } from './running-server.js';

/** Work on the database itself: that of DATABASE_URL, of the product running here, or the embedded one, started for it. */
export async function withDatabase<T>(settings: Settings, work: (db: Database) => Promise<T>): Promise<T> {
  const running = settings.DATABASE_URL ?? findRunning()?.databaseUrl;
  const postgres = running !== undefined ? undefined : await startEmbeddedPostgres({
    directory: path.join(settings.MODELYARD_DATA_DIR, 'postgres'),
    secretsFile: path.join(settings.MODELYARD_DATA_DIR, 'secrets', 'postgres.json'),
  });
  const db = new Database(databaseOptions({ ...settings, DATABASE_URL: running ?? postgres?.url }, 'modelyard-cli', createLogger('cli', 'error')));
  try {
    return await work(db);
  } finally {
    await db.close();
    await postgres?.stop();
  }
}
