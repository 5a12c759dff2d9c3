import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@modelyard/config';
import { addToOutbox, OUTBOX_CHANNEL, OutboxStore, withRole, type Database } from '@modelyard/db';
import { defineJob } from '@modelyard/kernel';
import { openTestDatabase, testDatabaseUrl } from '@modelyard/testing';
import { z } from 'zod';
import { ConsumerRunner } from './consumer-runner.js';
import { OutboxRelay } from './outbox-relay.js';
import { migrateQueue, openQueue, type OpenQueue, type QueueOptions } from './queue-connection.js';
import { findRedis, startRedis, wipeRedis } from './testing.js';

const NumberNoted = defineJob({ name: 'test.number-noted', payload: { number: z.number().int() }, key: (payload) => `number:${payload.number}`, attempts: 3, timeoutMs: 5_000 });
const catalog = { numberNoted: NumberNoted };
const REDIS = findRedis();
const logger = createLogger('queue-test', 'fatal');

let db: Database;
let organizationId: number;

beforeAll(async () => {
  db = await openTestDatabase();
  await migrateQueue(await testDatabaseUrl());
});

afterAll(() => db.close());

async function makeOrganization(): Promise<number> {
  const [row] = await db.system('test', (tx) => tx.query<{ id: number }>({ text: `INSERT INTO organizations (slug, name) VALUES ($1, $1) RETURNING id`, values: [`q-${Math.random().toString(36).slice(2)}`] }));
  return row?.id ?? 0;
}

const add = (number: number) => db.tenantSql({ organizationId }, (tx) => addToOutbox(tx, NumberNoted, { organizationId, number }));

const waiting = () => db.tenantSql({ organizationId }, (tx) => tx.query<{ attempts: number; last_error: string | null }>({ text: 'SELECT attempts, last_error FROM outbox' }));

async function until<T>(look: () => T | Promise<T>, limitMs = 10_000): Promise<T> {
  for (const end = Date.now() + limitMs; Date.now() < end; ) {
    const seen = await look();
    if (seen) return seen;
    await sleep(25);
  }
  throw new Error(`It did not happen within ${limitMs} ms.`);
}

interface Backend {
  readonly options: QueueOptions;
  /** Loses everything the queue holds. */
  wipe(queue: OpenQueue): Promise<void>;
  stop(): Promise<void>;
}

const backends: Record<string, (() => Promise<Backend>) | null> = {
  postgres: async () => ({
    options: { kind: 'postgres', url: withRole(await testDatabaseUrl(), 'modelyard_system') },
    wipe: (queue) => queue.queue.obliterate({ force: true }),
    stop: async () => undefined,
  }),
  redis:
    REDIS === undefined
      ? null
      : async () => {
          const redis = await startRedis(REDIS);
          return { options: { kind: 'redis', url: redis.url }, wipe: () => wipeRedis(redis.url), stop: async () => redis.stop() };
        },
};

describe.each(Object.entries(backends))('the queue on %s', (name, start) => {
  if (start === null) {
    it('is SKIPPED: redis-server is not installed', () => {
      console.warn(`SKIPPED: ${name} is not on this machine`);
      expect(process.env['CI']).toBeUndefined();
    });
    return;
  }
  let backend: Backend;
  let queue: OpenQueue;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    backend = await start();
    queue = openQueue(backend.options, () => undefined);
  });
  beforeEach(async () => {
    organizationId = await makeOrganization();
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    await db.system('test', (tx) => tx.query({ text: 'DELETE FROM outbox' }));
  });
  afterAll(async () => {
    await queue.close();
    await backend.stop();
  });

  function consume(handle: (number: number) => Promise<void>) {
    const runner = new ConsumerRunner(new OutboxStore(db), logger, catalog, { numberNoted: (_ctx, payload) => handle(payload.number) });
    const worker = runner.start(queue, 4);
    stops.push(() => worker.close());
  }

  function relay(options: { pollMs?: number; ringAgainMs?: number } = {}) {
    const made = new OutboxRelay(new OutboxStore(db), (onNotice, onLost) => db.listen(OUTBOX_CHANNEL, onNotice, onLost), queue, logger, options);
    made.start();
    stops.push(() => made.stop());
    return made;
  }

  it('delivers what a committed transaction added, with the tenant of the row, and nothing of one rolled back', async () => {
    const seen: number[] = [];
    consume(async (number) => void seen.push(number));
    relay();
    await db.tenantSql({ organizationId }, async (tx) => {
      await addToOutbox(tx, NumberNoted, { organizationId, number: 666 });
      throw new Error('rolled back');
    }).catch(() => undefined);
    for (let number = 0; number < 30; number++) await add(number);
    await until(() => seen.length === 30);
    await until(async () => (await waiting()).length === 0);
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  });

  it('is woken by the commit, not by the poll', async () => {
    const seen: number[] = [];
    consume(async (number) => void seen.push(number));
    relay({ pollMs: 60_000 });
    await sleep(1_000);
    await add(1);
    await until(() => seen.length === 1, 5_000);
  });

  it('tries a failing job again, then keeps it as a dead letter with its error', async () => {
    let tries = 0;
    consume(async () => {
      tries++;
      throw new Error('no luck');
    });
    relay({ pollMs: 100 });
    await add(7);
    const letters = await until(async () => {
      const rows = await db.tenantSql({ organizationId }, (tx) => tx.query<{ error: string; attempts: number }>({ text: 'SELECT error, attempts FROM dead_letters' }));
      return rows.length > 0 && rows;
    }, 30_000);
    expect(letters).toEqual([{ error: expect.stringContaining('no luck'), attempts: 3 }]);
    expect(tries).toBe(3);
    expect(await waiting()).toEqual([]);
  });

  it('loses no work when the queue loses everything', async () => {
    const ringer = new OutboxRelay(new OutboxStore(db), (onNotice, onLost) => db.listen(OUTBOX_CHANNEL, onNotice, onLost), queue, logger, { ringAgainMs: 500 });
    for (let number = 0; number < 10; number++) await add(number);
    expect(await ringer.relay()).toBe(10);
    await backend.wipe(queue);
    const seen = new Set<number>();
    consume(async (number) => void seen.add(number));
    relay({ pollMs: 100, ringAgainMs: 500 });
    await until(() => seen.size === 10, 20_000);
    await until(async () => (await waiting()).length === 0);
  });

  it('rings again for a consumer that died with the job in its hands', async () => {
    const seen: number[] = [];
    let first = true;
    consume(async (number) => {
      if (first) {
        first = false;
        return new Promise<void>(() => undefined);
      }
      seen.push(number);
    });
    relay({ pollMs: 100, ringAgainMs: 1_000 });
    await add(3);
    await until(() => seen.length === 1, 10_000);
  });
});
