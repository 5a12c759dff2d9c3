import { Database } from '@modelyard/db';
import { allOf, EVALUATION_DATASETS, parseFilter, parseOrderBy, sql, totalOrder, type Comparison, type Order, type Sql } from '@modelyard/filter';
import { demand, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { compareColumn } from '../clause-kind.js';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { Keyset, type KeysetTerm } from '../keyset.js';
import { checkMaxResults } from '../max-results.js';
import type { EvaluationDataset } from './evaluation-dataset.js';
import { toDataset, type DatasetRow } from './evaluation-dataset.repository.js';

export interface EvaluationDatasetSearch {
  /** Ids of the wire; datasets of any experiment when there are none. */
  readonly experimentIds: readonly string[];
  readonly filter: string;
  readonly orderBy: readonly string[];
  /** 1 to 50000. */
  readonly maxResults: number;
  readonly pageToken?: string;
}

const COLUMNS: Readonly<Record<string, Pick<KeysetTerm, 'expression' | 'type'>>> = {
  name: { expression: sql`d.name`, type: 'text' },
  created_time: { expression: sql`d.created_time`, type: 'bigint' },
  last_update_time: { expression: sql`d.last_update_time`, type: 'bigint' },
  created_by: { expression: sql`d.created_by`, type: 'text' },
  last_updated_by: { expression: sql`d.last_updated_by`, type: 'text' },
  dataset_id: { expression: sql`d.id`, type: 'text' },
};

const SELECTED = sql`d.id, d.name, d.schema, d.record_count, d.digest, d.created_time::text, d.last_update_time::text, d.created_by, d.last_updated_by,
  (SELECT coalesce(json_object_agg(t.key, t.value ORDER BY t.key), '{}') FROM evaluation_dataset_tags t WHERE t.organization_id = d.organization_id AND t.dataset_id = d.id) AS tags`;

@Injectable()
export class EvaluationDatasetSearchService {
  constructor(private readonly db: Database) {}

  /** A page of the project's evaluation datasets, newest first by default. Throws INVALID_ARGUMENT. */
  async search(ctx: TenantContext, search: EvaluationDatasetSearch): Promise<Page<EvaluationDataset>> {
    demand(ctx, 'experiment:read');
    const maxResults = checkMaxResults(search.maxResults);
    const clauses = parseFilter(EVALUATION_DATASETS, search.filter);
    const orders = totalOrder(EVALUATION_DATASETS, parseOrderBy(EVALUATION_DATASETS, search.orderBy));
    const keyset = new Keyset(orders.map(termOf), orders);
    const after = keyset.after(search.pageToken);
    const experimentIds = search.experimentIds.map(parseExperimentId);
    const rows = await this.db.tenantSql(ctx, async (tx) => {
      const conditions = [sql`d.organization_id = ${ctx.organizationId}`, sql`d.project_id = ${projectOf(ctx)}`, ...clauses.map(condition), after];
      if (experimentIds.length > 0) conditions.push(inExperiments(await resolveExperimentIds(tx, projectOf(ctx), experimentIds)));
      const statement = sql`SELECT ${SELECTED}, ${keyset.keys()} AS keys FROM evaluation_datasets d WHERE ${allOf(conditions)} ORDER BY ${keyset.orderBy()} LIMIT ${maxResults + 1}`;
      return tx.query<DatasetRow & { keys: (string | null)[] }>(statement.render());
    });
    const page = rows.slice(0, maxResults);
    const last = page.at(-1);
    return { items: page.map(toDataset), nextCursor: rows.length > maxResults && last !== undefined ? keyset.encode(last.keys) : null };
  }
}

function termOf({ key, ascending }: Order): KeysetTerm {
  const column = COLUMNS[key];
  if (column === undefined) throw new Error(`evaluation datasets cannot be ordered by ${key}`);
  return { ...column, ascending, nullable: false };
}

function condition(clause: Comparison): Sql {
  if (clause.entity !== 'tag') return compareColumn(COLUMNS[clause.key]?.expression ?? sql`d.name`, clause);
  return sql`EXISTS (SELECT FROM evaluation_dataset_tags t WHERE t.organization_id = d.organization_id AND t.dataset_id = d.id AND t.key = ${clause.key} AND ${compareColumn(sql`t.value`, clause)})`;
}

function inExperiments(ids: readonly bigint[]): Sql {
  return sql`EXISTS (SELECT FROM evaluation_dataset_experiments a WHERE a.organization_id = d.organization_id AND a.dataset_id = d.id AND a.experiment_id = ANY (${ids.map(String)}::bigint[]))`;
}
