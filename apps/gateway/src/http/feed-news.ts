/** Long polls: each waits until the thing it knows has another version, or its time is over. */
export class FeedNews<T extends { readonly version: string | number }> {
  private readonly waiting = new Set<() => void>();
  private current: T | null = null;
  private reading: Promise<T> | null = null;
  private queued: Promise<T> | null = null;

  constructor(private readonly read: () => Promise<T>) {}

  /** Is anybody waiting? Otherwise nobody needs to look. */
  get isAwaited(): boolean {
    return this.waiting.size > 0;
  }

  /** Looks again; wakes the waiting if the version is another one. A look that is under way may be too old: one more follows it. */
  look(): Promise<T> {
    if (this.reading === null) return this.begin();
    const next = () => {
      this.queued = null;
      return this.reading ?? this.begin();
    };
    this.queued ??= this.reading.then(next, next);
    return this.queued;
  }

  /** The thing as soon as its version differs from the known one; null when it did not within the time. */
  async next(known: string, waitMs: number, stop: AbortSignal): Promise<T | null> {
    const end = Date.now() + waitMs;
    await this.look();
    for (;;) {
      if (this.current !== null && String(this.current.version) !== known) return this.current;
      const left = end - Date.now();
      if (left <= 0 || stop.aborted) return null;
      await this.sleep(left, stop);
    }
  }

  private begin(): Promise<T> {
    const reading = this.read().then((seen) => {
      const changed = this.current?.version !== seen.version;
      this.current = seen;
      if (changed) for (const wake of [...this.waiting]) wake();
      return seen;
    });
    this.reading = reading;
    const finish = () => {
      if (this.reading === reading) this.reading = null;
    };
    reading.then(finish, finish);
    return reading;
  }

  private sleep(limitMs: number, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, limitMs);
      stop.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }
}
