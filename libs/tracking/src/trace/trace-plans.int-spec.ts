import type { Database } from '@modelyard/db';
import { parseFilter, parseOrderBy, totalOrder, TRACES } from '@modelyard/filter';
import { createTestTenant } from '@modelyard/identity/testing';
import { projectOf, type TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { searchTracesSql } from './search-traces.sql.js';

/** Plans under the app role, where row security keeps PostgreSQL from some indexes. */
let db: Database;
let ctx: TenantContext;
let experimentId: bigint;

const TABLES = ['traces', 'trace_tags', 'trace_metadata', 'spans', 'assessments', 'trace_runs', 'trace_prompts'];

beforeAll(async () => {
  db = await openTestDatabase();
  for (let tenant = 0; tenant < 3; tenant += 1) {
    ({ ctx } = await createTestTenant(db));
    experimentId = await fill(ctx);
  }
}, 120_000);

afterAll(() => db.close());

async function fill(tenant: TenantContext): Promise<bigint> {
  return db.tenantSql(tenant, async (tx) => {
    const [experiment] = await tx.query<{ id: string }>({ text: 'SELECT id::text FROM experiments WHERE is_default' });
    await tx.query({
      text: `INSERT INTO traces (organization_id, project_id, experiment_id, trace_id, request_time, execution_duration, state, session_id)
             SELECT $1, $2, $3::bigint, 'tr-' || n, n, n, 'OK', 's' || (n / 10) FROM generate_series(1, 2000) n`,
      values: [tenant.organizationId, projectOf(tenant), experiment?.id],
    });
    for (const table of ['trace_tags', 'trace_metadata']) await tx.query({ text: `INSERT INTO ${table} (organization_id, tid, key, value) SELECT organization_id, tid, 'k', 'v' || tid FROM traces` });
    await tx.query({ text: "INSERT INTO spans (organization_id, tid, span_id, name, status, start_time, content) SELECT organization_id, tid, n::text, 'span', 'OK', request_time, '{}' FROM traces, generate_series(1, 3) n" });
    await tx.query({
      text: `INSERT INTO assessments (organization_id, tid, assessment_id, name, kind, value, is_numeric_value, source_type, created_time, last_updated_time)
             SELECT organization_id, tid, 'a-' || tid, 'n' || (tid % 100), 'feedback', 'true', false, 'HUMAN', 0, 0 FROM traces`,
    });
    return BigInt(experiment?.id ?? 0);
  });
}

async function explain(filter: string, orderBy: readonly string[]): Promise<string> {
  const clauses = parseFilter(TRACES, filter);
  const { statement } = searchTracesSql({ organizationId: ctx.organizationId, experimentIds: [experimentId], clauses, orders: totalOrder(TRACES, parseOrderBy(TRACES, orderBy)), maxResults: 100 });
  return db.tenantSql(ctx, async (tx) => {
    const { text, values } = statement.render();
    const rows = await tx.query<Record<string, string>>({ text: `EXPLAIN ${text}`, values });
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

describe('a search of traces reads no table whole', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['timestamp > 1900', []],
    ["status = 'OK'", ['execution_time DESC']],
    ["request_id = 'tr-7'", []],
    ["name ILIKE 'x%'", []],
    ["tags.k = 'v7'", []],
    ['tags.k IS NULL', ['tags.k']],
    ["metadata.k LIKE 'v7%'", []],
    ["metadata.`mlflow.trace.session` = 's7'", []],
    ["run_id = 'r'", []],
    ["prompt = 'p/1'", []],
    ["span.name = 'span' AND span.status = 'ERROR'", []],
    ["span.content LIKE '%x%'", []],
    ["feedback.n7 = 'true'", []],
    ["issue.id = 'x'", []],
  ])('%s by %j', async (filter, orderBy) => {
    const plan = await explain(filter, orderBy);
    const whole = TABLES.filter((table) => new RegExp(`Seq Scan on ${table}\\b`).test(plan));
    expect({ whole, plan: whole.length > 0 ? plan : '' }).toEqual({ whole: [], plan: '' });
  });

  it('and takes the default order from the index, without sorting', async () => {
    const plan = await explain('', []);
    expect(plan).toMatch(/Index (Only )?Scan using traces_search_idx/);
    expect(plan.slice(0, plan.indexOf('traces_search_idx'))).not.toMatch(/Sort Key: t\.request_time/);
  });
});
