import { setTimeout as sleep } from 'node:timers/promises';

export interface Follow {
  /** Asks for news; true when there were any. */
  readonly ask: (stop: AbortSignal) => Promise<boolean>;
  readonly onAway: (error: unknown) => void;
  readonly onBack: () => void;
  readonly stop: AbortSignal;
}

const FIRST_DELAY_MS = 100;
const MAX_DELAY_MS = 2_000;
// Before the first answer callers wait for it, and the control plane most likely is just starting.
const MAX_FIRST_DELAY_MS = 250;
// Against a control plane that answers at once though it has no news.
const SHORTEST_QUIET_ROUND_MS = 1_000;

/**
 * Asks again and again until it is stopped. What was learned stays in use while the control plane is away; a revoked
 * token is therefore refused within 60 s (a poll that hangs, then one that answers) whenever the control plane can be
 * reached, and after its return otherwise. Expiry is the router's own clock and needs nobody.
 */
export async function follow({ ask, onAway, onBack, stop }: Follow): Promise<void> {
  let delayMs = FIRST_DELAY_MS;
  let away = false;
  let met = false;
  while (!stop.aborted) {
    const started = performance.now();
    try {
      const news = await ask(stop);
      if (away) onBack();
      away = false;
      met = true;
      delayMs = FIRST_DELAY_MS;
      if (!news) await pause(SHORTEST_QUIET_ROUND_MS - (performance.now() - started), stop);
    } catch (error) {
      if (stop.aborted) return;
      if (!away) onAway(error);
      away = true;
      await pause(delayMs * (0.75 + Math.random() / 2), stop);
      delayMs = Math.min(delayMs * 2, met ? MAX_DELAY_MS : MAX_FIRST_DELAY_MS);
    }
  }
}

async function pause(milliseconds: number, stop: AbortSignal): Promise<void> {
  if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: stop }).catch(() => undefined);
}
