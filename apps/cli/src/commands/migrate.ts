import path from 'node:path';
import { parseSettings } from '@modelyard/config';
import { migrate, readMigrations } from '@modelyard/db';
import { migrateQueue } from '@modelyard/queue';
import { UsageError } from './usage.js';

const MIGRATIONS = path.resolve(import.meta.dirname, '../../../../prisma/migrations');

/** Applies migrations and makes the queue's tables. Returns the names applied. */
export async function prepareDatabase(databaseUrl: string): Promise<string[]> {
  const applied = await migrate(databaseUrl, readMigrations(MIGRATIONS));
  await migrateQueue(databaseUrl);
  return applied;
}

export async function migrateDatabase(): Promise<number> {
  const { DATABASE_URL } = parseSettings(process.env);
  if (DATABASE_URL === undefined) throw new UsageError('Set DATABASE_URL. The embedded database is migrated by `modelyard up` itself.');
  const applied = await prepareDatabase(DATABASE_URL);
  console.log(applied.length === 0 ? 'Nothing to do: the database is at this release.' : `Applied: ${applied.join(', ')}`);
  return 0;
}
