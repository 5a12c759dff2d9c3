import { existsSync } from 'node:fs';
import type { SQLInputValue } from 'node:sqlite';
import type { SourceDatabase } from '@modelyard/db';
import { UsageError } from '../commands/usage.js';

/** Opens a SQLite file for reading only, as of one moment. Integers come as bigint. */
export async function openSqlite(file: string): Promise<SourceDatabase> {
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}. Name the database of \`mlflow server --backend-store-uri\`.`);
  const { DatabaseSync } = await loadSqlite();
  const database = new DatabaseSync(file, { readOnly: true });
  // A read transaction: what the server writes meanwhile is not seen.
  database.exec('BEGIN');
  return {
    query: async (text, values) => {
      const statement = database.prepare(text.replace(/\$(\d+)/g, '?$1'));
      statement.setReadBigInts(true);
      return statement.all(...(values as SQLInputValue[]));
    },
    close: async () => database.close(),
  };
}

/** Node says on loading that the module is experimental, which is nothing to people who import. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
  const emit = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes('SQLite')) emit.call(process, warning, ...rest);
  }) as typeof process.emitWarning;
  try {
    return await import('node:sqlite');
  } finally {
    process.emitWarning = emit;
  }
}
