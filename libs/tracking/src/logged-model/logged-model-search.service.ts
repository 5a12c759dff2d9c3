import { Database } from '@modelyard/db';
import {
  allOf, compareDouble, LOGGED_MODELS, parseFilter, parseLoggedModelOrderBy, Sql, sql, totalOrder,
  type Comparison, type LoggedModelOrder, type LoggedModelOrderItem, type Order,
} from '@modelyard/filter';
import { demand, DomainError, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { compareColumn, isListClause, isTextClause } from '../clause-kind.js';
import { parseExperimentId } from '../experiment/experiment.js';
import { resolveExperimentIds } from '../experiment/experiment.repository.js';
import { Keyset, type KeysetTerm } from '../keyset.js';
import { RenderedJson } from '../rendered-json.js';
import type { LoggedModelDocument } from './logged-model.js';
import { LOGGED_MODEL_DOCUMENT, LOGGED_MODELS_FROM } from './logged-model.repository.js';

export interface LoggedModelSearch {
  readonly experimentIds: readonly string[];
  readonly filter?: string;
  readonly orderBy?: readonly LoggedModelOrderItem[];
  /** Only metrics on these datasets count. */
  readonly datasets?: readonly { readonly name: string; readonly digest?: string }[];
  /** 100 when absent; more than 1000 gives pages of 1000. */
  readonly maxResults?: number;
  readonly pageToken?: string;
}

const DEFAULT_RESULTS = 100;
const MAX_RESULTS = 1000;
const MAX_DATASETS = 100;

// People say READY where the wire says LOGGED_MODEL_READY; both are understood.
const TEXT_COLUMNS: Readonly<Record<string, Sql>> = {
  name: sql`l.name`,
  model_id: sql`l.model_id`,
  model_type: sql`l.model_type`,
  status: sql`replace(l.status, 'LOGGED_MODEL_', '')`,
  source_run_id: sql`l.source_run_id`,
};
const NULLABLE = new Set(['model_type', 'source_run_id']);
const TIME_COLUMNS: Readonly<Record<string, Sql>> = { creation_timestamp: sql`l.creation_timestamp`, last_updated_timestamp: sql`l.last_updated_timestamp` };

@Injectable()
export class LoggedModelSearchService {
  constructor(private readonly db: Database) {}

  /** A page of models, newest first by default. Throws INVALID_ARGUMENT. */
  async search(ctx: TenantContext, search: LoggedModelSearch): Promise<Page<RenderedJson<LoggedModelDocument>>> {
    demand(ctx, 'run:read');
    const asked = search.maxResults || DEFAULT_RESULTS;
    if (asked < 1) throw new DomainError('INVALID_ARGUMENT', `Invalid value ${asked} for parameter 'max_results' supplied. It must be a positive integer`, { field: 'max_results' });
    const maxResults = Math.min(asked, MAX_RESULTS);
    const datasets = datasetConditions(search.datasets ?? []);
    const clauses = parseFilter(LOGGED_MODELS, search.filter ?? '');
    const orders = totalOrder(LOGGED_MODELS, parseLoggedModelOrderBy(search.orderBy ?? []));
    const keyset = new Keyset(orders.flatMap(termsOf), orders);
    const wanted = search.experimentIds.map(parseExperimentId);
    return this.db.tenantSql(ctx, async (tx) => {
      const experimentIds = await resolveExperimentIds(tx, projectOf(ctx), wanted);
      const conditions = [
        sql`l.organization_id = ${ctx.organizationId}`,
        sql`l.experiment_id = ANY (${experimentIds.map(String)}::bigint[])`,
        sql`l.lifecycle_stage = 'active'`,
        ...clauses.map((clause) => condition(clause, datasets)),
        ...(datasets !== null && !clauses.some(({ entity }) => entity === 'metric') ? [asLookUp(sql`${METRICS} AND ${datasets}`)] : []),
        keyset.after(search.pageToken),
      ];
      const statement = sql`SELECT ${LOGGED_MODEL_DOCUMENT} AS document, p.keys FROM (
          SELECT l.organization_id, l.model_id, ${keyset.keys()} AS keys, row_number() OVER (ORDER BY ${keyset.orderBy()}) AS position
          FROM logged_models l WHERE ${allOf(conditions)} ORDER BY ${keyset.orderBy()} LIMIT ${maxResults + 1}) p
        JOIN (${LOGGED_MODELS_FROM}) ON l.organization_id = p.organization_id AND l.model_id = p.model_id ORDER BY p.position`;
      const rows = await tx.query<{ document: string; keys: (string | null)[] }>(statement.render());
      const page = rows.slice(0, maxResults);
      const last = page.at(-1);
      return {
        items: page.map((row) => new RenderedJson<LoggedModelDocument>(row.document)),
        nextCursor: rows.length > maxResults && last !== undefined ? keyset.encode(last.keys) : null,
      };
    });
  }
}

const METRICS = sql`SELECT FROM logged_model_metrics m WHERE m.organization_id = l.organization_id AND m.model_id = l.model_id`;

/** As in the search of runs: `IS TRUE` keeps PostgreSQL from making a join of it, which may go quadratic. */
function asLookUp(rows: Sql): Sql {
  return sql`(EXISTS (${rows})) IS TRUE`;
}

function datasetConditions(datasets: NonNullable<LoggedModelSearch['datasets']>): Sql | null {
  if (datasets.length === 0) return null;
  if (datasets.length > MAX_DATASETS) throw new DomainError('INVALID_ARGUMENT', `A search can name at most ${MAX_DATASETS} datasets.`, { field: 'datasets' });
  if (datasets.some(({ name }) => name === '')) throw new DomainError('INVALID_ARGUMENT', '`dataset_name` in the `datasets` clause must be specified.', { field: 'datasets' });
  return sql`(${Sql.join(datasets.map(onDataset), ' OR ')})`;
}

function onDataset({ name, digest }: { readonly name: string | null; readonly digest?: string | null }): Sql {
  return sql`(${name === null ? sql`TRUE` : sql`m.dataset_name = ${name}`} AND ${digest ? sql`m.dataset_digest = ${digest}` : sql`TRUE`})`;
}

function condition(clause: Comparison, datasets: Sql | null): Sql {
  switch (clause.entity) {
    case 'metric':
      return asLookUp(sql`${METRICS} AND m.key = ${clause.key} AND ${compareDouble(sql`m.value`, clause)} AND ${datasets ?? sql`TRUE`}`);
    case 'param':
      return asLookUp(sql`SELECT FROM logged_model_params p WHERE p.organization_id = l.organization_id AND p.model_id = l.model_id
        AND p.key = ${clause.key} AND ${compareColumn(sql`p.value`, clause)}`);
    case 'tag':
      return asLookUp(sql`SELECT FROM logged_model_tags t WHERE t.organization_id = l.organization_id AND t.model_id = l.model_id
        AND t.key = ${clause.key} AND ${compareColumn(sql`t.value`, clause)}`);
    case 'attribute':
    case 'dataset':
      return attributeCondition(clause);
    default:
      throw new Error(`logged models cannot be searched by ${clause.entity}`);
  }
}

function attributeCondition(clause: Comparison): Sql {
  if (clause.key === 'experiment_id') {
    const ids = (isListClause(clause) ? clause.value : [String(clause.value)]).map((id) => String(parseExperimentId(id)));
    const found = sql`(l.experiment_id = ANY (${ids}::bigint[]) OR EXISTS (SELECT FROM experiments e WHERE e.organization_id = l.organization_id AND e.id = l.experiment_id AND e.is_default AND 0 = ANY (${ids}::bigint[])))`;
    return clause.operator === '!=' || clause.operator === 'NOT IN' ? sql`NOT ${found}` : found;
  }
  const column = TIME_COLUMNS[clause.key] ?? TEXT_COLUMNS[clause.key];
  if (column === undefined) throw new Error(`logged models cannot be searched by ${clause.key}`);
  return compareColumn(column, clause.key === 'status' && isTextClause(clause) ? { ...clause, value: clause.value.replace(/^LOGGED_MODEL_/, '') } : clause);
}

function termsOf(order: LoggedModelOrder | Order): KeysetTerm[] {
  const { key, ascending } = order;
  if (order.entity === 'metric') {
    const dataset = 'dataset' in order && order.dataset !== null ? onDataset(order.dataset) : sql`TRUE`;
    const value = sql`(SELECT m.value FROM logged_model_metrics m WHERE m.organization_id = l.organization_id AND m.model_id = l.model_id
      AND m.key = ${key} AND ${dataset} ORDER BY m.timestamp DESC, m.step DESC, m.run_id LIMIT 1)`;
    return [{ expression: value, ascending, type: 'float8', nullable: true }];
  }
  const time = TIME_COLUMNS[key];
  if (time !== undefined) return [{ expression: time, ascending, type: 'bigint', nullable: false }];
  const text = TEXT_COLUMNS[key];
  if (text === undefined) throw new Error(`logged models cannot be ordered by ${key}`);
  return [{ expression: text, ascending, type: 'text', nullable: NULLABLE.has(key) }];
}
