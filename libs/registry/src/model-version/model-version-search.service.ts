import { Database } from '@modelyard/db';
import { compareInteger, MODEL_VERSIONS, parseFilter, parseOrderBy, sql, totalOrder, type Comparison, type Order, type Sql } from '@modelyard/filter';
import { demand, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { checkMaxResults, Keyset, type KeysetTerm } from '@modelyard/tracking';
import { Injectable } from '@nestjs/common';
import { compareRegistryText, conditions, splitPromptClauses, tagCondition, type RegistrySearch } from '../registry-search.js';
import type { ModelVersion } from './model-version.js';
import { VERSION_DOCUMENT } from './model-version.repository.js';

/** What MLflow lets a client ask for. */
const MAX_RESULTS = 200_000;
/** What a page holds at most; clients follow the page token. */
const MAX_PAGE = 10_000;

const TAGS = {
  table: sql`model_version_tags`,
  of: sql`t.organization_id = v.organization_id AND t.registered_model_id = v.registered_model_id AND t.version = v.version`,
};
// By model, not by version: one version that is a prompt makes all of that name prompts, as in MLflow.
const NO_PROMPT = sql`NOT EXISTS (SELECT FROM model_version_tags t
  WHERE t.organization_id = v.organization_id AND t.registered_model_id = v.registered_model_id AND t.key = 'mlflow.prompt.is_prompt' AND t.value = 'true')`;

/** Search of model versions, in MLflow's language. */
@Injectable()
export class ModelVersionSearchService {
  constructor(private readonly db: Database) {}

  /** Deleted versions are never found, prompts only when the filter asks for them. Throws INVALID_ARGUMENT in MLflow's words. */
  async search(ctx: TenantContext, search: RegistrySearch): Promise<Page<ModelVersion>> {
    demand(ctx, 'model:read');
    const limit = Math.min(checkMaxResults(search.maxResults, MAX_RESULTS), MAX_PAGE);
    const { clauses, withPrompts } = splitPromptClauses(parseFilter(MODEL_VERSIONS, search.filter ?? ''));
    const orders = totalOrder(MODEL_VERSIONS, parseOrderBy(MODEL_VERSIONS, search.orderBy ?? []));
    const keyset = new Keyset(orders.map(keysetTerm), orders);
    const statement = sql`SELECT ${VERSION_DOCUMENT} AS document, ${keyset.keys()} AS keys FROM model_versions v
      JOIN registered_models m ON m.organization_id = v.organization_id AND m.id = v.registered_model_id
      WHERE v.organization_id = ${ctx.organizationId} AND v.project_id = ${projectOf(ctx)} AND NOT v.is_deleted
        AND ${conditions(...clauses.map(condition), withPrompts ? sql`TRUE` : NO_PROMPT, keyset.after(search.pageToken))}
      ORDER BY ${keyset.orderBy()} LIMIT ${limit + 1}`;
    const rows = await this.db.tenantSql(ctx, (tx) => tx.query<{ document: ModelVersion; keys: string[] }>(statement.render()));
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map((row) => row.document), nextCursor: rows.length > limit && last !== undefined ? keyset.encode(last.keys) : null };
  }
}

const COLUMNS: Readonly<Record<string, Sql>> = { name: sql`m.name`, run_id: sql`v.run_id`, source_path: sql`v.source` };

function condition(clause: Comparison): Sql {
  if (clause.entity === 'tag') return tagCondition(TAGS, clause);
  if (clause.entity === 'attribute' && (typeof clause.value === 'bigint' || typeof clause.value === 'number')) {
    return compareInteger(sql`v.version`, { operator: clause.operator, value: clause.value });
  }
  const column = COLUMNS[clause.key];
  if (column === undefined) throw new Error(`no column for ${clause.key}`);
  return compareRegistryText(column, clause);
}

function keysetTerm({ key, ascending }: Order): KeysetTerm {
  switch (key) {
    case 'name':
      return { expression: sql`m.name`, ascending, type: 'text', nullable: false };
    case 'version_number':
      return { expression: sql`v.version`, ascending, type: 'bigint', nullable: false };
    case 'creation_timestamp':
      return { expression: sql`v.creation_time`, ascending, type: 'bigint', nullable: false };
    case 'last_updated_timestamp':
      return { expression: sql`v.last_updated_time`, ascending, type: 'bigint', nullable: false };
    default:
      throw new Error(`no column to order by ${key}`);
  }
}
