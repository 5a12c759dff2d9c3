import pg from 'pg';

/** A foreign database that is only read, all of it as of one moment. */
export interface SourceDatabase {
  /** Of one statement. 64-bit integers come as text. */
  query(text: string, values: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens a PostgreSQL database by its URL, in one read-only transaction that sees no later change. Rejects with the driver's error. */
export async function openSourceDatabase(url: string, applicationName: string): Promise<SourceDatabase> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName, connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true });
  // The statement that is under way rejects; without a handler the process would end first.
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
  return {
    query: async (text, values) => (await client.query<Record<string, unknown>>({ text, values: [...values] })).rows,
    close: () => client.end(),
  };
}
