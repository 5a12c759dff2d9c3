import { LATENCY_BUCKETS, latencyBucket, latencyQuantile } from './latency.js';

function histogram(...latencies: number[]): number[] {
  const buckets = Array.from({ length: LATENCY_BUCKETS }, () => 0);
  for (const latency of latencies) buckets[latencyBucket(latency)] = (buckets[latencyBucket(latency)] ?? 0) + 1;
  return buckets;
}

describe('latencyQuantile', () => {
  it('lies in the bucket of the value that it stands for', () => {
    const latencies = Array.from({ length: 1000 }, (_, index) => index / 2);
    for (const quantile of [0.5, 0.95, 0.99]) {
      const exact = quantile * 500;
      expect(Math.abs((latencyQuantile(histogram(...latencies), quantile) ?? 0) - exact)).toBeLessThan(exact * 0.2);
    }
  });

  it('has none without requests, and the last bound for what is slower than all', () => {
    expect(latencyQuantile(histogram(), 0.5)).toBeNull();
    expect(latencyQuantile(histogram(99_999), 0.5)).toBe(30_000);
  });
});
