import type { LogLine } from '../../api/types.js';

const KEPT = 5_000;

/** Adds lines that are not there yet, in the order of their sequence; keeps the last 5,000. */
export function mergeLines(before: readonly LogLine[], fresh: readonly LogLine[]): readonly LogLine[] {
  if (fresh.length === 0) return before;
  const known = new Set(before.map((line) => String(line.sequence)));
  const added = fresh.filter((line) => !known.has(String(line.sequence)));
  if (added.length === 0) return before;
  return [...before, ...added].sort((a, b) => compare(BigInt(a.sequence), BigInt(b.sequence))).slice(-KEPT);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
