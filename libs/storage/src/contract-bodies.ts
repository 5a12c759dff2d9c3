import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ObjectEntry, ObjectStore } from './object-store.js';

interface Faults {
  readonly failAfter?: number;
  readonly error?: Error;
  readonly onBytes?: (sent: number) => void;
}

/** A stream in pieces of 64 KiB, as a socket gives them. */
export function pieces(bytes: Buffer, { failAfter = Infinity, error, onBytes }: Faults = {}): Readable {
  const size = 64 * 1024;
  const parts = function* () {
    for (let from = 0; from < bytes.length; from += size) {
      if (from >= failAfter) throw error;
      yield bytes.subarray(from, from + size);
      onBytes?.(from + size);
    }
  };
  return Readable.from(parts(), { objectMode: false });
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** All entries of a listing, page by page. */
export async function pages(store: ObjectStore, prefix: string, options: { limit: number; delimiter?: '/' }): Promise<ObjectEntry[]> {
  const entries: ObjectEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(prefix, { ...options, cursor });
    expect(page.items.length).toBeLessThanOrEqual(options.limit);
    entries.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return entries;
}
