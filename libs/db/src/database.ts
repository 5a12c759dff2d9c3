import { AsyncLocalStorage } from 'node:async_hooks';
import { PrismaPg } from '@prisma/adapter-pg';
import type { TenantContext } from '@modelyard/kernel';
import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.js';
import { translatePostgresError } from './postgres-errors.js';

export type { Prisma };

declare const scope: unique symbol;

export interface Queryable {
  /** Runs one statement; prepared once per connection when `name` is given. */
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(statement: Statement): Promise<R[]>;
}

export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** One tenant transaction on one connection. Only `Database` makes it, so holding one proves that the scope is set. */
export interface TenantHandle extends Queryable {
  readonly [scope]: 'tenant';
  readonly organizationId: number;
  /** The typed client, on the same connection and in the same transaction as `query`. */
  readonly prisma: Prisma.TransactionClient;
}

/** A tenant transaction without Prisma: one round trip less, for hot paths. */
export type TenantSql = Omit<TenantHandle, 'prisma'>;

/** A transaction of the system role, which sees the few tables that name it in a policy, across tenants. */
export interface SystemHandle extends Queryable {
  readonly [scope]: 'system';
}

export interface DatabaseOptions {
  /** Login for tenant work. */
  readonly appUrl: string;
  /** Login for cross-tenant work of named files. */
  readonly systemUrl: string;
  /** Connections for tenant work; the system pool takes a quarter of it. */
  readonly poolSize: number;
  readonly applicationName: string;
  /** Told about each use of the system role. */
  readonly onSystemUse?: (reason: string) => void;
}

// A request that waits longer than this is better refused: the client retries.
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 60_000;
const TRANSACTION_TIMEOUT_MS = 60_000;

interface Recorder {
  client?: pg.PoolClient;
}

/** A pool that tells the surrounding unit of work which connection its transaction took. */
class RecordingPool extends pg.Pool {
  constructor(private readonly recorder: AsyncLocalStorage<Recorder>, options: pg.PoolConfig) {
    super(options);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: (error: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void): void;
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | void {
    if (callback !== undefined) return super.connect(callback);
    const record = this.recorder.getStore();
    return super.connect().then((client) => {
      if (record !== undefined) record.client ??= client;
      return client;
    });
  }
}

/** The only door to PostgreSQL. */
export class Database {
  private readonly recorder = new AsyncLocalStorage<Recorder>();
  private readonly pool: pg.Pool;
  private readonly systemPool: pg.Pool;
  private readonly prisma: PrismaClient;

  constructor(private readonly options: DatabaseOptions) {
    const common = {
      application_name: options.applicationName,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: TRANSACTION_TIMEOUT_MS,
      idleTimeoutMillis: 30_000,
    };
    this.pool = new RecordingPool(this.recorder, { ...common, connectionString: options.appUrl, max: options.poolSize });
    this.systemPool = new pg.Pool({ ...common, connectionString: options.systemUrl, max: Math.max(2, Math.ceil(options.poolSize / 4)) });
    // A lost idle connection is replaced by the pool; without a handler it would end the process.
    this.pool.on('error', () => undefined);
    this.systemPool.on('error', () => undefined);
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  /** Runs `work` in one transaction that sees only the context's organization. Rolls back when it throws. */
  async tenant<T>(ctx: Pick<TenantContext, 'organizationId'>, work: (tx: TenantHandle) => Promise<T>): Promise<T> {
    const record: Recorder = {};
    try {
      return await this.recorder.run(record, () =>
        this.prisma.$transaction(
          async (prisma) => {
            // The first statement makes sure that the transaction has its connection.
            await prisma.$executeRaw`SELECT set_config('app.organization_id', ${String(ctx.organizationId)}, true)`;
            const client = record.client;
            if (client === undefined) throw new Error('the transaction took no connection from the recording pool');
            return work({ ...sqlHandle(client, ctx.organizationId), prisma } as TenantHandle);
          },
          { timeout: TRANSACTION_TIMEOUT_MS, maxWait: CONNECT_TIMEOUT_MS },
        ),
      );
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  /** Like `tenant`, without Prisma: for hot paths. */
  async tenantSql<T>(ctx: Pick<TenantContext, 'organizationId'>, work: (tx: TenantSql) => Promise<T>): Promise<T> {
    const organizationId = Number(ctx.organizationId);
    return inTransaction(this.pool, `BEGIN; SELECT set_config('app.organization_id', '${organizationId}', true)`, (client) =>
      work(sqlHandle(client, organizationId) as TenantSql),
    );
  }

  /**
   * Runs one prepared statement outside a transaction block: for SQL functions that set the tenant themselves, in the
   * same round trip. Any other statement sees no tenant rows.
   */
  async statement<R extends pg.QueryResultRow = pg.QueryResultRow>(statement: Required<Statement>): Promise<R[]> {
    try {
      return (await this.pool.query<R>({ ...statement, values: [...statement.values] })).rows;
    } catch (error) {
      throw translatePostgresError(error);
    }
  }

  /** Work across tenants, in named files only; the reason is logged. */
  async system<T>(reason: string, work: (tx: SystemHandle) => Promise<T>): Promise<T> {
    this.options.onSystemUse?.(reason);
    return inTransaction(this.systemPool, 'BEGIN', (client) => work(handle(client) as SystemHandle));
  }

  /**
   * Listens for notifications on a connection of its own. `onLost` is called once when the connection ends, so that
   * the caller can listen anew (and poll meanwhile).
   */
  async listen(channel: string, onNotice: () => void, onLost: () => void): Promise<() => Promise<void>> {
    const client = new pg.Client({ connectionString: this.options.systemUrl, application_name: `${this.options.applicationName}-listen`, keepAlive: true });
    let closing = false;
    client.on('notification', onNotice);
    client.on('error', () => undefined);
    client.on('end', () => { if (!closing) onLost(); });
    await client.connect();
    await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    return async () => {
      closing = true;
      await client.end();
    };
  }

  /** One round trip to the server. Throws UNAVAILABLE. */
  async ping(): Promise<void> {
    await this.statement({ name: 'ping', text: 'SELECT 1', values: [] });
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    await Promise.all([this.pool.end(), this.systemPool.end()]);
  }
}

/** The URL with a session role: the login drops to it before its first statement. */
export function withRole(databaseUrl: string, role: string): string {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', [options, `-c role=${role}`].filter((part) => part !== null).join(' '));
  return url.toString();
}

function handle(client: pg.PoolClient): Queryable {
  return {
    query: async <R extends pg.QueryResultRow>(statement: Statement) => {
      const { name, text, values = [] } = statement;
      return (await client.query<R>({ ...(name === undefined ? {} : { name }), text, values: [...values] })).rows;
    },
  };
}

function sqlHandle(client: pg.PoolClient, organizationId: number) {
  return { ...handle(client), organizationId };
}

async function inTransaction<T>(pool: pg.Pool, begin: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw translatePostgresError(error);
  }
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((rollbackError: Error) => { broken = rollbackError; });
    throw translatePostgresError(error);
  } finally {
    client.release(broken);
  }
}
