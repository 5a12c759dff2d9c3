import { Database } from '@modelyard/db';
import { parseFilter, parseOrderBy, totalOrder, TRACES } from '@modelyard/filter';
import { demand, DomainError, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { checkMaxResults } from '../max-results.js';
import { refusingPatterns } from './pattern-fault.js';
import { searchTracesSql } from './search-traces.sql.js';
import type { TraceInfo } from './trace.js';
import { toTraceInfo, type TraceInfoRow } from './trace.repository.js';

export interface TraceSearch {
  readonly experimentIds: readonly string[];
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  /** 1 to 500, 100 by default. */
  readonly maxResults?: number;
  readonly pageToken?: string;
}

const DEFAULT_RESULTS = 100;
const MAX_RESULTS = 500;
const MAX_ORDER_COLUMNS = 18;
const MAX_EXPERIMENTS = 10_000;

@Injectable()
export class TraceSearchService {
  constructor(private readonly db: Database) {}

  /** A page of the infos of the traces of some experiments, newest first by default. Unknown experiments have none. Throws INVALID_ARGUMENT. */
  async search(ctx: TenantContext, search: TraceSearch): Promise<Page<TraceInfo>> {
    demand(ctx, 'run:read');
    const maxResults = checkMaxResults(search.maxResults ?? DEFAULT_RESULTS, MAX_RESULTS);
    const clauses = parseFilter(TRACES, search.filter ?? '');
    const orders = totalOrder(TRACES, parseOrderBy(TRACES, search.orderBy ?? []));
    if (orders.length > MAX_ORDER_COLUMNS) throw new DomainError('INVALID_ARGUMENT', `A search can be ordered by at most ${MAX_ORDER_COLUMNS - 2} columns.`, { field: 'order_by' });
    if (search.experimentIds.length > MAX_EXPERIMENTS) throw new DomainError('INVALID_ARGUMENT', `A search can look at no more than ${MAX_EXPERIMENTS} experiments at a time.`, { field: 'experiment_ids' });
    const wanted = search.experimentIds.map(parseExperimentId);
    return refusingPatterns(() => this.db.tenantSql(ctx, async (tx) => {
      const experimentIds = await resolveExperimentIds(tx, projectOf(ctx), wanted);
      if (experimentIds.length === 0) return { items: [], nextCursor: null };
      const { statement, keyset } = searchTracesSql({ organizationId: ctx.organizationId, experimentIds, clauses, orders, maxResults, pageToken: search.pageToken });
      const rows = await tx.query<TraceInfoRow & { keys: (string | null)[] }>(statement.render());
      const page = rows.slice(0, maxResults);
      const last = page.at(-1);
      return { items: page.map(toTraceInfo), nextCursor: rows.length > maxResults && last !== undefined ? keyset.encode(last.keys) : null };
    }));
  }
}
