import type { Logger } from '@modelyard/config';

/** Runs work again and again, one at a time, with a pause between; failures are logged. `stop` waits for the running one. */
export function repeat(name: string, pauseMs: number, logger: Logger, work: () => Promise<unknown>): { stop(): Promise<void> } {
  let stopped = false;
  let wake: () => void = () => undefined;
  const loop = (async () => {
    while (!stopped) {
      await work().catch((error: unknown) => logger.warn({ err: error, loop: name }, `${name} failed; it is tried again`));
      if (stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pauseMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  })();
  return {
    stop: async () => {
      stopped = true;
      wake();
      await loop;
    },
  };
}
