import { Database } from '@modelyard/db';
import { parseFilter, sql, TRACES } from '@modelyard/filter';
import { demand, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { correlation, type Correlation, type CorrelationCounts } from './correlation.js';
import { refusingPatterns } from './pattern-fault.js';
import { traceConditions } from './search-traces.sql.js';

export interface CorrelationQuestion {
  readonly experimentIds: readonly string[];
  readonly first: string;
  readonly second: string;
  /** Only traces that meet it are looked at. */
  readonly base?: string;
}

/** How much two filters go together. */
@Injectable()
export class TraceCorrelationService {
  constructor(private readonly db: Database) {}

  /** Throws INVALID_ARGUMENT. */
  async correlate(ctx: TenantContext, question: CorrelationQuestion): Promise<Correlation> {
    demand(ctx, 'run:read');
    const [first, second, base] = [question.first, question.second, question.base ?? ''].map((filter) => parseFilter(TRACES, filter));
    const wanted = question.experimentIds.map(parseExperimentId);
    return refusingPatterns(() => this.db.tenantSql(ctx, async (tx) => {
      const scope = { organizationId: ctx.organizationId, experimentIds: await resolveExperimentIds(tx, projectOf(ctx), wanted) };
      const statement = sql`
        SELECT count(*)::int AS total, count(*) FILTER (WHERE m.first)::int AS first, count(*) FILTER (WHERE m.second)::int AS second, count(*) FILTER (WHERE m.first AND m.second)::int AS joint
        FROM (SELECT coalesce(${traceConditions(scope, first ?? [])}, FALSE) AS first, coalesce(${traceConditions(scope, second ?? [])}, FALSE) AS second
              FROM traces t WHERE ${traceConditions(scope, base ?? [])}) m`;
      const [counts] = await tx.query<CorrelationCounts & Record<string, number>>(statement.render());
      return correlation(counts ?? { total: 0, first: 0, second: 0, joint: 0 });
    }));
  }
}
