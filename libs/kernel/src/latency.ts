/** Upper bounds of the latency histogram's buckets, in milliseconds; the last bucket has none. */
export const LATENCY_BOUNDS_MS = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 30_000] as const;

export const LATENCY_BUCKETS = LATENCY_BOUNDS_MS.length + 1;

/** The bucket that a latency falls into. */
export function latencyBucket(milliseconds: number): number {
  const found = LATENCY_BOUNDS_MS.findIndex((bound) => milliseconds <= bound);
  return found === -1 ? LATENCY_BOUNDS_MS.length : found;
}

/** A quantile (0 to 1) of a histogram, interpolated inside its bucket; null when it is empty. */
export function latencyQuantile(buckets: readonly number[], quantile: number): number | null {
  const total = buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let left = quantile * total;
  for (const [index, count] of buckets.entries()) {
    if (count > 0 && left <= count) {
      const from = LATENCY_BOUNDS_MS[index - 1] ?? 0;
      const to = LATENCY_BOUNDS_MS[index] ?? from;
      return from + (to - from) * (left / count);
    }
    left -= count;
  }
  return LATENCY_BOUNDS_MS.at(-1) ?? null;
}
