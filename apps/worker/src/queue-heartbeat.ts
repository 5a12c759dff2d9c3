import type { Logger } from '@modelyard/config';
import type { Bell, OpenQueue } from '@modelyard/queue';

const INTERVAL_MS = 15_000;
const SILENT_MS = 60_000;
/** No organization has this id: the bell is the worker's own. */
const NOBODY = 0;

/**
 * Sends a bell through the queue and notices when bells no longer come back: a worker that has lost its queue must not
 * look healthy. Work goes on meanwhile, since rows say what is due.
 */
export class QueueHeartbeat {
  private lastHeard = Date.now();
  private silent = false;
  private timer: NodeJS.Timeout | undefined;
  private count = 0;

  constructor(
    private readonly queue: OpenQueue,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.beat(), INTERVAL_MS);
    void this.beat();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Notes that a bell was consumed. True when it was a heartbeat, and so no job. */
  heard(bell: Bell): boolean {
    this.lastHeard = Date.now();
    if (this.silent) this.logger.info('the queue delivers again');
    this.silent = false;
    return bell.organizationId === NOBODY;
  }

  private async beat(): Promise<void> {
    if (!this.silent && Date.now() - this.lastHeard > SILENT_MS) {
      this.silent = true;
      this.logger.error('the queue has delivered nothing for a minute; jobs wait in the outbox');
    }
    const jobId = `heartbeat-${process.pid}-${this.count++}`;
    const bell = { name: 'worker.heartbeat', data: { organizationId: NOBODY, outboxId: '0' }, opts: { jobId, removeOnComplete: true, removeOnFail: true, attempts: 1 } };
    await this.queue.queue.addBulk([bell]).catch((error: unknown) => this.logger.warn({ err: error }, 'the queue takes no heartbeat'));
  }
}
