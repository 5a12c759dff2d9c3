import { LATENCY_BUCKETS, latencyBucket, type TrafficReport } from '@modelyard/kernel';

export type TrafficEntry = TrafficReport['entries'][number];

export interface CountedRequest {
  readonly organizationId: number;
  readonly endpointId: number;
  readonly revision: number;
  readonly error: boolean;
  readonly milliseconds: number;
}

const MAX_REPORT_ENTRIES = 10_000;
const MAX_ENTRIES = 50_000;

/** Requests by organization, endpoint, revision and minute (of the epoch), until they are reported. Bounded: beyond the bound new keys are dropped. */
export class TrafficCounter {
  private entries = new Map<string, TrafficEntry>();
  private dropped = 0;

  constructor(private readonly capacity = MAX_ENTRIES) {}

  count({ organizationId, endpointId, revision, error, milliseconds }: CountedRequest, now = Date.now()): void {
    const entry = this.entry(organizationId, endpointId, revision, Math.floor(now / 60_000));
    if (entry === undefined) return;
    const bucket = latencyBucket(milliseconds);
    entry.requests += 1;
    if (error) entry.errors += 1;
    entry.latency[bucket] = (entry.latency[bucket] ?? 0) + 1;
  }

  /** Takes the oldest entries out, as many as one report may have. */
  take(): TrafficEntry[] {
    const taken = [...this.entries].slice(0, MAX_REPORT_ENTRIES);
    for (const [key] of taken) this.entries.delete(key);
    return taken.map(([, entry]) => entry);
  }

  /** Puts entries back that could not be reported. */
  putBack(entries: readonly TrafficEntry[]): void {
    for (const { organizationId, endpointId, revision, minute, requests, errors, latency } of entries) {
      const entry = this.entry(organizationId, endpointId, revision, minute);
      if (entry === undefined) continue;
      entry.requests += requests;
      entry.errors += errors;
      latency.forEach((count, bucket) => (entry.latency[bucket] = (entry.latency[bucket] ?? 0) + count));
    }
  }

  /** How many counts were lost since the last time one asked. */
  takeDropped(): number {
    const dropped = this.dropped;
    this.dropped = 0;
    return dropped;
  }

  private entry(organizationId: number, endpointId: number, revision: number, minute: number): TrafficEntry | undefined {
    const key = `${organizationId}/${endpointId}/${revision}/${minute}`;
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    if (this.entries.size >= this.capacity) {
      this.dropped += 1;
      return undefined;
    }
    const entry = { organizationId, endpointId, revision, minute, requests: 0, errors: 0, latency: new Array<number>(LATENCY_BUCKETS).fill(0) };
    this.entries.set(key, entry);
    return entry;
  }
}
