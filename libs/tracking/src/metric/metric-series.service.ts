import { Database } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { checkRunId } from '../entity-name.js';
import { runNotFound } from '../tracking-errors.js';

export type SeriesAxis = 'step' | 'timestamp';

export interface SeriesRequest {
  readonly keys: readonly string[];
  /** Points of each series, 2 to 5000. */
  readonly maxPoints: number;
  readonly axis: SeriesAxis;
  /** Zoom: only points within these, both inclusive. */
  readonly from?: bigint;
  readonly to?: bigint;
}

export interface SeriesPoint {
  readonly step: bigint;
  /** Milliseconds since the epoch. */
  readonly timestamp: bigint;
  /** Mean of the bucket; null when it holds nothing but NaN. */
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface MetricSeries {
  readonly key: string;
  readonly totalPoints: bigint;
  readonly points: readonly SeriesPoint[];
}

interface SeriesRow {
  readonly key: string;
  readonly total: string;
  readonly points: [string, string, number | null, number | null, number | null][];
}

const MAX_KEYS = 50;
const MAX_POINTS = 5000;

/** Series for charts: buckets of equal width with minimum and maximum kept, so that a spike never vanishes. */
@Injectable()
export class MetricSeriesService {
  constructor(private readonly db: Database) {}

  /** One series for each key that the run has. Throws NOT_FOUND for the run, INVALID_ARGUMENT. */
  async read(ctx: TenantContext, runId: string, request: SeriesRequest): Promise<MetricSeries[]> {
    demand(ctx, 'run:read');
    checkRunId(runId);
    const { keys, maxPoints, axis, from, to } = request;
    if (keys.length > MAX_KEYS) throw new DomainError('INVALID_ARGUMENT', `Ask for at most ${MAX_KEYS} metrics at a time.`, { field: 'keys' });
    if (!Number.isInteger(maxPoints) || maxPoints < 2 || maxPoints > MAX_POINTS) throw new DomainError('INVALID_ARGUMENT', `'maxPoints' must be 2 to ${MAX_POINTS}.`, { field: 'maxPoints' });
    return this.db.tenantSql(ctx, async (tx) => {
      const [run] = await tx.query<{ rid: string }>({ name: 'series_run', text: 'SELECT rid FROM runs WHERE organization_id = $1 AND run_id = $2 AND project_id = $3', values: [ctx.organizationId, runId, projectOf(ctx)] });
      if (run === undefined) throw runNotFound(runId);
      const rows = await tx.query<SeriesRow>({ name: `series_${axis}`, text: seriesSql(axis), values: [ctx.organizationId, run.rid, keys, maxPoints, from ?? null, to ?? null] });
      return rows.map(toSeries);
    });
  }
}

function toSeries(row: SeriesRow): MetricSeries {
  return {
    key: row.key,
    totalPoints: BigInt(row.total),
    points: row.points.map(([step, timestamp, value, min, max]) => ({ step: BigInt(step), timestamp: BigInt(timestamp), value, min, max })),
  };
}

// Buckets are computed in numeric: a range of steps may span all 64 bits. A series that fits is passed as it is.
function seriesSql(axis: SeriesAxis): string {
  const x = axis === 'step' ? 'p.step' : 'p.timestamp';
  return `
    WITH points AS MATERIALIZED (
      SELECT k.name AS key, ${x} AS x, p.step, p.timestamp, p.value FROM keys k
      JOIN metric_points p ON p.organization_id = $1 AND p.rid = $2 AND p.key_id = k.id
      WHERE k.organization_id = $1 AND k.name = ANY ($3::text[])
        AND ($5::bigint IS NULL OR ${x} >= $5) AND ($6::bigint IS NULL OR ${x} <= $6)),
    spans AS (SELECT key, count(*) AS total, min(x)::numeric AS low, max(x)::numeric AS high FROM points GROUP BY key),
    buckets AS (
      SELECT p.key, max(p.step) AS step, max(p.timestamp) AS timestamp,
        avg(p.value) FILTER (WHERE p.value <> 'NaN') AS value, min(p.value) FILTER (WHERE p.value <> 'NaN') AS low, max(p.value) FILTER (WHERE p.value <> 'NaN') AS high
      FROM points p JOIN spans s USING (key)
      GROUP BY p.key, CASE WHEN s.total <= $4 THEN NULL ELSE div((p.x - s.low) * $4, s.high - s.low + 1) END,
        CASE WHEN s.total <= $4 THEN (p.x, p.step, p.timestamp, p.value) END)
    SELECT s.key, s.total::text AS total,
      (SELECT json_agg(json_build_array(b.step::text, b.timestamp::text, b.value, b.low, b.high) ORDER BY ${axis === 'step' ? 'b.step, b.timestamp' : 'b.timestamp, b.step'})
       FROM buckets b WHERE b.key = s.key) AS points
    FROM spans s ORDER BY s.key`;
}
