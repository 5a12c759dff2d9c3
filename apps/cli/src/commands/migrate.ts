import path from 'node:path';
import { parseSettings } from '@modelyard/config';
import { migrate, MigrationError, readMigrations } from '@modelyard/db';
import { migrateQueue } from '@modelyard/queue';
import { StartError } from '../up/start-error.js';
import { UsageError } from './usage.js';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../../../prisma/migrations');

/** Applies migrations and makes the queue's tables. Returns the names applied. */
export async function prepareDatabase(databaseUrl: string): Promise<string[]> {
  const applied = await migrate(databaseUrl, readMigrations(MIGRATIONS)).catch((error: unknown) => {
    throw error instanceof MigrationError ? error : new StartError(`The database of DATABASE_URL cannot be used: ${reasonOf(error)}. Check the address, the account and that PostgreSQL runs.`);
  });
  await migrateQueue(databaseUrl);
  return applied;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}

export async function migrateDatabase(): Promise<number> {
  const { DATABASE_URL } = parseSettings(process.env);
  if (DATABASE_URL === undefined) throw new UsageError('Set DATABASE_URL. The embedded database is migrated by `modelyard up` itself.');
  const applied = await prepareDatabase(DATABASE_URL);
  console.log(applied.length === 0 ? 'Nothing to do: the database is at this release.' : `Applied: ${applied.join(', ')}`);
  return 0;
}
