import { Database } from '@modelyard/db';
import { parseFilter, parseOrderBy, REGISTERED_MODELS, sql, totalOrder, type Comparison, type Order, type Sql } from '@modelyard/filter';
import { demand, projectOf, type Page, type TenantContext } from '@modelyard/kernel';
import { checkMaxResults, Keyset, type KeysetTerm } from '@modelyard/tracking';
import { Injectable } from '@nestjs/common';
import { compareRegistryText, conditions, splitPromptClauses, tagCondition, type RegistrySearch } from '../registry-search.js';
import type { RegisteredModel } from './registered-model.js';
import { MODEL_DOCUMENT } from './registered-model.repository.js';

const MAX_RESULTS = 1000;
const TAGS = { table: sql`registered_model_tags`, of: sql`t.organization_id = m.organization_id AND t.registered_model_id = m.id` };
const NO_PROMPT = sql`NOT EXISTS (SELECT FROM registered_model_tags t WHERE ${TAGS.of} AND t.key = 'mlflow.prompt.is_prompt' AND t.value = 'true')`;

/** Search of registered models, in MLflow's language. */
@Injectable()
export class RegisteredModelSearchService {
  constructor(private readonly db: Database) {}

  /** Prompts are left out unless the filter asks for them. Throws INVALID_ARGUMENT in MLflow's words. */
  async search(ctx: TenantContext, search: RegistrySearch): Promise<Page<RegisteredModel>> {
    demand(ctx, 'model:read');
    const limit = checkMaxResults(search.maxResults, MAX_RESULTS);
    const { clauses, withPrompts } = splitPromptClauses(parseFilter(REGISTERED_MODELS, search.filter ?? ''));
    const orders = totalOrder(REGISTERED_MODELS, parseOrderBy(REGISTERED_MODELS, search.orderBy ?? []));
    const keyset = new Keyset(orders.map(keysetTerm), orders);
    const statement = sql`SELECT ${MODEL_DOCUMENT} AS document, ${keyset.keys()} AS keys FROM registered_models m
      WHERE m.organization_id = ${ctx.organizationId} AND m.project_id = ${projectOf(ctx)}
        AND ${conditions(...clauses.map(condition), withPrompts ? sql`TRUE` : NO_PROMPT, keyset.after(search.pageToken))}
      ORDER BY ${keyset.orderBy()} LIMIT ${limit + 1}`;
    const rows = await this.db.tenantSql(ctx, (tx) => tx.query<{ document: RegisteredModel; keys: string[] }>(statement.render()));
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items: items.map((row) => row.document), nextCursor: rows.length > limit && last !== undefined ? keyset.encode(last.keys) : null };
  }
}

function condition(clause: Comparison): Sql {
  return clause.entity === 'tag' ? tagCondition(TAGS, clause) : compareRegistryText(sql`m.name`, clause);
}

function keysetTerm({ key, ascending }: Order): KeysetTerm {
  return key === 'name'
    ? { expression: sql`m.name`, ascending, type: 'text', nullable: false }
    : { expression: sql`m.last_updated_time`, ascending, type: 'bigint', nullable: false };
}
