import { createPostgresBackend, withBackend, Queue, Worker, type PostgresConnectionOptions } from 'bullmq';
import { Redis } from 'ioredis';

/** Where the queue lives: Redis when there is one, else the database itself. */
export type QueueOptions = { readonly kind: 'redis'; readonly url: string } | { readonly kind: 'postgres'; readonly url: string };

/** What travels through the queue: the number of an outbox row. The row says everything else. */
export interface Bell {
  readonly organizationId: number;
  readonly outboxId: string;
}

export const QUEUE_NAME = 'modelyard';

// A worker that dies loses its lock after this time; the outbox rings again on its own anyway.
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 10_000;
const POSTGRES_POOL = 4;

export interface BellJob {
  readonly name: string;
  readonly data: Bell;
  readonly opts: { readonly jobId: string; readonly removeOnComplete: boolean; readonly removeOnFail: boolean; readonly attempts: number };
}

export interface OpenQueue {
  /** Rings bells; a job id that is there already is not added twice. */
  readonly queue: { addBulk(jobs: BellJob[]): Promise<unknown>; obliterate(options: { force: boolean }): Promise<void> };
  startWorker(process: (bell: Bell) => Promise<void>, concurrency: number): { close(): Promise<void>; on(event: 'error', listener: (error: Error) => void): unknown };
  close(): Promise<void>;
}

/** Opens the queue. Errors of the connection go to `onError`: producers fail fast, workers wait for it to come back. */
export function openQueue(options: QueueOptions, onError: (error: Error) => void): OpenQueue {
  return options.kind === 'redis' ? openRedisQueue(options.url, onError) : openPostgresQueue(options.url, onError);
}

/** Makes BullMQ's tables, as the login that owns the database. Nothing to do on Redis. */
export async function migrateQueue(databaseUrl: string): Promise<void> {
  const queue = new (withBackend(createPostgresBackend).Queue)<Bell>(QUEUE_NAME, { connection: { connectionString: databaseUrl, migrate: true, max: 1 } });
  try {
    await queue.waitUntilReady();
  } finally {
    await queue.close();
  }
}

function openRedisQueue(url: string, onError: (error: Error) => void): OpenQueue {
  const producer = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1, lazyConnect: false });
  producer.on('error', onError);
  const queue = new Queue<Bell>(QUEUE_NAME, { connection: producer });
  queue.on('error', onError);
  const consumers: Redis[] = [];
  return {
    queue,
    startWorker: (process, concurrency) => {
      const connection = new Redis(url, { maxRetriesPerRequest: null });
      connection.on('error', onError);
      consumers.push(connection);
      return new Worker<Bell>(QUEUE_NAME, (job) => process(job.data), { connection, concurrency, lockDuration: LOCK_MS, stalledInterval: STALLED_CHECK_MS });
    },
    close: async () => {
      await queue.close();
      for (const connection of [producer, ...consumers]) connection.disconnect();
    },
  };
}

function openPostgresQueue(url: string, onError: (error: Error) => void): OpenQueue {
  const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
  const connection = postgresConnection(url);
  const queue = new PostgresQueue<Bell>(QUEUE_NAME, { connection });
  queue.on('error', onError);
  return {
    queue,
    startWorker: (process, concurrency) => {
      const worker = new PostgresWorker<Bell>(QUEUE_NAME, (job) => process(job.data), { connection, concurrency, lockDuration: LOCK_MS, stalledInterval: STALLED_CHECK_MS });
      worker.on('error', onError);
      return worker;
    },
    close: () => queue.close(),
  };
}

// BullMQ sets its search_path through `options`; the URL's own `options` (the session role) would win over it.
function postgresConnection(databaseUrl: string): PostgresConnectionOptions {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options') ?? undefined;
  url.searchParams.delete('options');
  return { connectionString: url.toString(), options, max: POSTGRES_POOL, application_name: 'modelyard-queue' };
}
