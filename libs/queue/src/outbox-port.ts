import type { Bell } from './queue-connection.js';

export interface OutboxRow {
  readonly name: string;
  readonly key: string;
  readonly payload: unknown;
  readonly attempts: number;
  readonly organizationSlug: string;
}

/** What the queue needs of the outbox: the worker hands in the database's `OutboxStore`. */
export interface OutboxPort {
  claim(batch: number, ringAgainMs: number): Promise<readonly (Bell & { readonly name: string; readonly attempts: number })[]>;
  find(bell: Bell): Promise<OutboxRow | null>;
  acknowledge(bell: Bell): Promise<void>;
  retryLater(bell: Bell, error: string, backoffMs: number): Promise<void>;
  bury(bell: Bell, error: string): Promise<void>;
}

/** Wakes the relay when rows were added: the worker hands in a listener on the database. */
export type OutboxListener = (onNotice: () => void, onLost: () => void) => Promise<() => Promise<void>>;
