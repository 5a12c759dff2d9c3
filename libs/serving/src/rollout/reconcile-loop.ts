import type { Logger } from '@modelyard/config';
import type { Database } from '@modelyard/db';
import { keyOf, type EndpointReconciler } from './endpoint.reconciler.js';
import { claimTargets, FencedError, listOwnEndpoints, renewLease, type EndpointRef } from './rollout.repository.js';

export interface WorkerIdentity {
  readonly id: string;
  readonly fence: string;
  /** Host and process, for people. */
  readonly holder: string;
  readonly isolation: string;
  readonly isolationNote: string;
}

const TICK_MS = 1_000;
const LEASE_SECONDS = 30;
const RETRY_MS = 2_000;

/** Looks at each of this worker's endpoints when it is woken, when its time has come, and when its wish was not acted on. */
export class ReconcileLoop {
  private readonly nextLook = new Map<string, number>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly again = new Set<string>();
  private own: ReadonlySet<string> = new Set();
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly db: Database,
    private readonly worker: WorkerIdentity,
    private readonly reconciler: EndpointReconciler,
    private readonly logger: Logger,
    private readonly onFenced: (error: Error) => void,
  ) {}

  async start(): Promise<void> {
    await this.tick();
    this.timer = setInterval(() => {
      this.ticking = this.ticking.then(() => this.tick());
    }, TICK_MS);
  }

  /** Ends the loop after what runs now. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.ticking;
    await Promise.all(this.running.values());
  }

  /**
   * Looks at an endpoint now, or once more if it is being looked at. One that is not this worker's (yet) is left to the
   * claim: a new target may be nobody's, and another worker's job may arrive here.
   */
  wake(ref: EndpointRef): void {
    const key = keyOf(ref);
    if (this.stopped) return;
    if (!this.own.has(key)) {
      this.ticking = this.ticking.then(() => this.tick());
      return;
    }
    if (this.running.has(key)) {
      this.again.add(key);
      return;
    }
    this.running.set(key, this.look(ref, key));
  }

  private async tick(): Promise<void> {
    if (this.stopped) return;
    try {
      const own = await this.db.system('hold the lease and find own endpoints', async (tx) => {
        await renewLease(tx, this.worker, LEASE_SECONDS);
        await claimTargets(tx, this.worker);
        return listOwnEndpoints(tx, this.worker);
      });
      this.own = new Set(own.map(keyOf));
      const now = Date.now();
      for (const { organizationId, endpointId, unsettled } of own) {
        const ref = { organizationId, endpointId };
        if (unsettled || (this.nextLook.get(keyOf(ref)) ?? 0) <= now) this.wake(ref);
      }
    } catch (error) {
      this.notice(error, 'the worker could not look for its endpoints');
    }
  }

  private async look(ref: EndpointRef, key: string): Promise<void> {
    try {
      const delay = await this.reconciler.reconcile(ref);
      if (delay === null) this.nextLook.delete(key);
      else this.schedule(ref, key, delay);
    } catch (error) {
      this.notice(error, 'an endpoint could not be reconciled; it is tried again');
      this.schedule(ref, key, RETRY_MS);
    } finally {
      this.running.delete(key);
      if (this.again.delete(key)) this.wake(ref);
    }
  }

  private schedule(ref: EndpointRef, key: string, delay: number): void {
    this.nextLook.set(key, Date.now() + delay);
    if (delay < TICK_MS) setTimeout(() => this.wake(ref), delay).unref();
  }

  private notice(error: unknown, message: string): void {
    if (error instanceof FencedError) this.onFenced(error);
    else this.logger.warn({ err: error }, message);
  }
}
