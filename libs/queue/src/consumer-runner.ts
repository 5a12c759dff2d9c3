import type { Logger } from '@modelyard/config';
import { createTenantContext, HopelessJob, JobRetryAfter, PERMISSIONS, type JobDefinition, type PayloadOf, type TenantContext } from '@modelyard/kernel';
import type { OutboxPort, OutboxRow } from './outbox-port.js';
import type { Bell, OpenQueue } from './queue-connection.js';

export type JobCatalog = Readonly<Record<string, JobDefinition>>;

/** One handler for each job of a catalog, with its own payload type: a missing or wrong one does not compile. */
export type Consumers<C extends JobCatalog> = { readonly [N in keyof C]: (ctx: TenantContext, payload: PayloadOf<C[N]>) => Promise<void> };

const MAX_BACKOFF_MS = 15 * 60_000;
const MAX_ERROR_LENGTH = 4000;

/**
 * Runs the handler of the outbox row a bell names. Delivery is at least once: handlers look at the state first. A row
 * goes when its handler is done; after the job's last attempt it becomes a dead letter.
 */
export class ConsumerRunner<C extends JobCatalog> {
  private readonly byName: ReadonlyMap<string, { job: JobDefinition; handle: (ctx: TenantContext, payload: unknown) => Promise<void> }>;

  constructor(
    private readonly outbox: OutboxPort,
    private readonly logger: Logger,
    catalog: C,
    consumers: Consumers<C>,
  ) {
    this.byName = new Map(Object.entries(catalog).map(([key, job]) => [job.name, { job, handle: consumers[key] as (ctx: TenantContext, payload: unknown) => Promise<void> }]));
  }

  start(queue: OpenQueue, concurrency: number): { close(): Promise<void> } {
    return queue.startWorker((bell) => this.run(bell), concurrency);
  }

  /** Handles one bell. Never throws for a failing handler: the outbox row carries the failure and the next try. */
  async run(bell: Bell): Promise<void> {
    const row = await this.outbox.find(bell);
    // Done already, by an earlier delivery.
    if (row === null) return;
    const consumer = this.byName.get(row.name);
    try {
      if (consumer === undefined) throw new Error(`no consumer for '${row.name}': a newer release wrote it`);
      const ctx = systemContext(bell, row.organizationSlug);
      await withTimeout(consumer.handle(ctx, consumer.job.payload.parse(row.payload)), consumer.job.timeoutMs, row.name);
      await this.outbox.acknowledge(bell);
    } catch (error) {
      await this.fail(bell, row, consumer?.job.attempts ?? Number.MAX_SAFE_INTEGER, error);
    }
  }

  private async fail(bell: Bell, row: OutboxRow, attempts: number, error: unknown): Promise<void> {
    const text = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, MAX_ERROR_LENGTH);
    const last = row.attempts >= attempts || error instanceof HopelessJob;
    this.logger[last ? 'error' : 'warn']({ job: row.name, key: row.key, attempt: row.attempts, err: error }, last ? 'job failed for good' : 'job failed, will be tried again');
    if (last) return this.outbox.bury(bell, text);
    const backoffMs = error instanceof JobRetryAfter ? Math.min(MAX_BACKOFF_MS, error.afterMs) : Math.min(MAX_BACKOFF_MS, 1000 * 2 ** row.attempts) * (0.5 + Math.random() / 2);
    await this.outbox.retryLater(bell, text, backoffMs);
  }
}

function systemContext(bell: Bell, slug: string): TenantContext {
  return createTenantContext({
    organizationId: bell.organizationId,
    organizationSlug: slug,
    actor: { kind: 'system', id: 'worker', name: 'system' },
    access: { organization: new Set(PERMISSIONS), projects: new Map(), denied: new Map() },
    requestId: `job-${bell.outboxId}`,
  });
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`'${name}' took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
