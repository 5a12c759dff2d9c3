import { Injectable } from '@nestjs/common';
import { Database } from '@modelyard/db';
import { demand, latencyQuantile, LATENCY_BUCKETS, type TenantContext, type TrafficReport } from '@modelyard/kernel';
import type { Endpoint } from './endpoint.js';

/** Of the last five minutes. */
export interface EndpointStats {
  readonly requests: bigint;
  readonly errors: bigint;
  readonly requestsPerSecond: number;
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  readonly latencyP99Ms: number | null;
}

const WINDOW_SECONDS = 300;

/** What the routers counted. */
@Injectable()
export class EndpointStatsService {
  constructor(private readonly db: Database) {}

  async get(ctx: TenantContext, endpoint: Endpoint): Promise<EndpointStats> {
    demand(ctx, 'endpoint:read', endpoint.projectId);
    const rows = await this.db.tenantSql(ctx, (tx) =>
      tx.query<{ requests: string; errors: string; latency: string[] }>({
        name: 'endpoint_stats',
        text: `SELECT requests::text, errors::text, latency_buckets::text[] AS latency FROM endpoint_stats
               WHERE organization_id = $1 AND endpoint_id = $2 AND minute > now() - make_interval(secs => $3)`,
        values: [ctx.organizationId, endpoint.id, WINDOW_SECONDS],
      }),
    );
    const latency = Array.from({ length: LATENCY_BUCKETS }, (_, index) => rows.reduce((sum, row) => sum + Number(row.latency[index] ?? 0), 0));
    const requests = rows.reduce((sum, row) => sum + BigInt(row.requests), 0n);
    return {
      requests,
      errors: rows.reduce((sum, row) => sum + BigInt(row.errors), 0n),
      requestsPerSecond: Number(requests) / WINDOW_SECONDS,
      latencyP50Ms: latencyQuantile(latency, 0.5),
      latencyP95Ms: latencyQuantile(latency, 0.95),
      latencyP99Ms: latencyQuantile(latency, 0.99),
    };
  }

  /** Adds what a router counted since its last report. Entries of endpoints that are not there are dropped. */
  async add(report: TrafficReport): Promise<void> {
    const byOrganization = Map.groupBy(report.entries, (entry) => entry.organizationId);
    for (const [organizationId, entries] of byOrganization) {
      await this.db.tenantSql({ organizationId }, async (tx) => {
        for (const entry of entries) await tx.query({ name: 'endpoint_stats_add', text: ADD, values: [organizationId, entry.endpointId, entry.revision, entry.minute, entry.requests, entry.errors, padded(entry.latency)] });
      });
    }
  }
}

const ADD = `INSERT INTO endpoint_stats AS s (organization_id, endpoint_id, revision, minute, requests, errors, latency_buckets)
  SELECT $1, $2, $3, to_timestamp($4 * 60), $5, $6, $7
  WHERE EXISTS (SELECT FROM revisions r WHERE r.organization_id = $1 AND r.endpoint_id = $2 AND r.number = $3)
  ON CONFLICT (organization_id, endpoint_id, minute, revision) DO UPDATE SET
    requests = s.requests + excluded.requests, errors = s.errors + excluded.errors,
    latency_buckets = ARRAY(SELECT coalesce(a, 0) + coalesce(b, 0) FROM unnest(s.latency_buckets, excluded.latency_buckets) WITH ORDINALITY u (a, b, position) ORDER BY position)`;

const padded = (latency: readonly number[]) => Array.from({ length: LATENCY_BUCKETS }, (_, index) => latency[index] ?? 0);
