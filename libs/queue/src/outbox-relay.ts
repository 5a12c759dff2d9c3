import type { Logger } from '@modelyard/config';
import type { OutboxListener, OutboxPort } from './outbox-port.js';
import type { OpenQueue } from './queue-connection.js';

export interface RelayOptions {
  /** How often to look without being woken. */
  readonly pollMs: number;
  /** A bell that nobody answered for this long is rung again: this, not the queue, sets the time to recover. */
  readonly ringAgainMs: number;
  readonly batch: number;
}

const DEFAULTS: RelayOptions = { pollMs: 1_000, ringAgainMs: 45_000, batch: 200 };

/** Rings the queue for every outbox row that is due, new or unanswered. Several relays may run. */
export class OutboxRelay {
  private running = false;
  private wake: () => void = () => undefined;
  private stopListening: (() => Promise<void>) | undefined;
  private loop: Promise<void> | undefined;
  private readonly options: RelayOptions;

  constructor(
    private readonly outbox: OutboxPort,
    private readonly subscribe: OutboxListener,
    private readonly queue: OpenQueue,
    private readonly logger: Logger,
    options: Partial<RelayOptions> = {},
  ) {
    this.options = { ...DEFAULTS, ...options };
  }

  start(): void {
    this.running = true;
    void this.listen();
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.wake();
    await this.stopListening?.();
    await this.loop;
  }

  /** Rings for everything due now. Returns the number of bells. */
  async relay(): Promise<number> {
    let total = 0;
    for (;;) {
      // The claim commits before the queue is called: a crash in between only delays the bell by `ringAgainMs`.
      const due = await this.outbox.claim(this.options.batch, this.options.ringAgainMs);
      if (due.length === 0) return total;
      await this.queue.queue.addBulk(
        due.map((row) => ({
          name: row.name,
          data: { organizationId: row.organizationId, outboxId: row.outboxId },
          opts: { jobId: `o-${row.organizationId}-${row.outboxId}-${row.attempts}`, removeOnComplete: true, removeOnFail: true, attempts: 1 },
        })),
      );
      total += due.length;
      if (due.length < this.options.batch) return total;
    }
  }

  private async run(): Promise<void> {
    while (this.running) {
      try {
        await this.relay();
      } catch (error) {
        this.logger.warn({ err: error }, 'the outbox relay could not ring; it tries again');
      }
      if (this.running) await this.pause();
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.options.pollMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async listen(): Promise<void> {
    if (!this.running) return;
    const again = () => setTimeout(() => void this.listen(), this.options.pollMs).unref();
    try {
      this.stopListening = await this.subscribe(() => this.wake(), again);
    } catch (error) {
      this.logger.warn({ err: error }, 'cannot listen for new outbox rows; polling goes on');
      again();
    }
  }
}
