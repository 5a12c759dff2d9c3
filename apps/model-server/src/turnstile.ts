import { DomainError } from '@modelyard/kernel';

/** Lets `width` tasks run at once and `maxWaiting` more wait; refuses the rest with UNAVAILABLE. */
export class Turnstile {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly width: number,
    private readonly maxWaiting: number,
  ) {}

  async pass<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> {
    if (this.running < this.width) {
      this.running++;
      return Promise.resolve();
    }
    if (this.waiting.length >= this.maxWaiting) {
      throw new DomainError('UNAVAILABLE', 'The model is busy. Try again in a moment, or add replicas to the endpoint.');
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place to the next in line, if there is one. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running--;
    else next();
  }
}
