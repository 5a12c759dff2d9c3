import { Database, type TenantSql } from '@modelyard/db';
import { parseFilter, parseOrderBy, RUNS, totalOrder } from '@modelyard/filter';
import { demand, DomainError, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { parseExperimentId, stagesOf, type ViewType } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { checkMaxResults } from '../max-results.js';
import { RenderedJson } from '../rendered-json.js';
import { findFewRuns } from './few-runs.js';
import type { RunDocument } from './run.js';
import { keyNames, searchRunsSql } from './search-runs.sql.js';

export interface RunSearch {
  /** As on the wire; those this project does not have are left out. */
  readonly experimentIds: readonly string[];
  /** MLflow's search language, e.g. `metrics.loss < 0.1 AND params.model = 'cnn'`. */
  readonly filter?: string;
  readonly orderBy?: readonly string[];
  readonly viewType?: ViewType;
  /** 1 to 50000; 1000 when absent. */
  readonly maxResults?: number;
  readonly pageToken?: string;
}

const DEFAULT_RESULTS = 1000;
const MAX_EXPERIMENTS = 10_000;
const MAX_ORDER_COLUMNS = 16;

@Injectable()
export class RunSearchService {
  constructor(private readonly db: Database) {}

  /** A page of runs. Throws INVALID_ARGUMENT for the filter, the order, the token or the page size. */
  async search(ctx: TenantContext, search: RunSearch): Promise<Page<RenderedJson<RunDocument>>> {
    demand(ctx, 'run:read');
    const maxResults = checkMaxResults(search.maxResults ?? DEFAULT_RESULTS);
    const clauses = parseFilter(RUNS, search.filter ?? '');
    const orders = totalOrder(RUNS, parseOrderBy(RUNS, search.orderBy ?? []));
    if (orders.length > MAX_ORDER_COLUMNS) throw new DomainError('INVALID_ARGUMENT', `A search can be ordered by at most ${MAX_ORDER_COLUMNS - 2} columns.`, { field: 'order_by' });
    if (search.experimentIds.length > MAX_EXPERIMENTS) throw new DomainError('INVALID_ARGUMENT', `A search can look at no more than ${MAX_EXPERIMENTS} experiments at a time.`, { field: 'experiment_ids' });
    const wanted = search.experimentIds.map(parseExperimentId);
    return this.db.tenantSql(ctx, async (tx) => {
      const experimentIds = await resolveExperimentIds(tx, projectOf(ctx), wanted);
      if (experimentIds.length === 0) return { items: [], nextCursor: null };
      const resolved = { organizationId: ctx.organizationId, experimentIds, clauses, keyIds: await resolveKeys(tx, keyNames(clauses, orders)) };
      const { statement, keyset } = searchRunsSql({
        ...resolved,
        stages: stagesOf(search.viewType ?? 'ACTIVE_ONLY'),
        orders,
        rids: await findFewRuns(tx, resolved),
        maxResults,
        pageToken: search.pageToken,
      });
      const rows = await tx.query<{ document: string; keys: (string | null)[] | null }>(statement.render());
      const keys = rows.at(-1)?.keys ?? null;
      return { items: rows.map((row) => new RenderedJson<RunDocument>(row.document)), nextCursor: keys === null ? null : keyset.encode(keys) };
    });
  }
}

async function resolveKeys(tx: TenantSql, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const rows = await tx.query<{ name: string; id: number }>({
    name: 'keys_resolve',
    text: 'SELECT name, id FROM keys WHERE organization_id = $1 AND name = ANY ($2::text[])',
    values: [tx.organizationId, names],
  });
  return new Map(rows.map(({ name, id }) => [name, id]));
}
