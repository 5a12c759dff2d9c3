import type { Database, TenantSql } from '@modelyard/db';
import { parseFilter, parseOrderBy, RUNS, totalOrder } from '@modelyard/filter';
import { createTestTenant } from '@modelyard/identity/testing';
import { projectOf, type TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { HISTORY, INTERVAL } from '../metric/metric.sql.js';
import { probe } from './few-runs.js';
import { keyNames, searchRunsSql } from './search-runs.sql.js';

/** Plans under the app role, where row security keeps PostgreSQL from some indexes. */
let db: Database;
let ctx: TenantContext;
let experimentId: bigint;

const RUNS_PER_TENANT = 2000;
const KEYS = ['loss', 'acc', 'model', 'team'];
const BIG_TABLES = ['runs', 'latest_metrics', 'metric_points', 'params', 'run_tags'];

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
    const values = [tenant.organizationId, projectOf(tenant), experiment?.id];
    await tx.query({ text: 'INSERT INTO keys (organization_id, name) SELECT $1, unnest($2::text[])', values: [tenant.organizationId, KEYS] });
    await tx.query({
      text: `INSERT INTO runs (organization_id, project_id, experiment_id, run_id, name, user_id, start_time, artifact_uri, created_by)
             SELECT $1, $2, $3::bigint, md5($3::text || n), 'run', 'user', n, 'x', 'x' FROM generate_series(1, ${RUNS_PER_TENANT}) n`,
      values,
    });
    const rows = 'FROM runs r JOIN keys k ON k.organization_id = r.organization_id';
    await tx.query({ text: `INSERT INTO latest_metrics (organization_id, rid, experiment_id, key_id, key, value, timestamp, step) SELECT r.organization_id, r.rid, r.experiment_id, k.id, k.name, r.rid, 0, 0 ${rows} AND k.name IN ('loss', 'acc')` });
    await tx.query({ text: `INSERT INTO params (organization_id, rid, experiment_id, key_id, key, value) SELECT r.organization_id, r.rid, r.experiment_id, k.id, k.name, 'v' || r.rid ${rows} AND k.name = 'model'` });
    await tx.query({ text: `INSERT INTO run_tags (organization_id, rid, experiment_id, key_id, key, value) SELECT r.organization_id, r.rid, r.experiment_id, k.id, k.name, 'v' || r.rid ${rows} AND k.name = 'team'` });
    await tx.query({ text: `INSERT INTO metric_points (organization_id, rid, key_id, step, timestamp, value) SELECT r.organization_id, r.rid, k.id, s, s, s ${rows} AND k.name = 'loss' CROSS JOIN generate_series(1, 5) s` });
    return BigInt(experiment?.id ?? 0);
  });
}

async function keyIds(tx: TenantSql, names: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ name: string; id: number }>({ text: 'SELECT name, id FROM keys WHERE name = ANY ($1)', values: [names] });
  return new Map(rows.map(({ name, id }) => [name, id]));
}

function explain(statement: { text: string; values: readonly unknown[] }): Promise<string> {
  return db.tenantSql(ctx, async (tx) => {
    const rows = await tx.query<Record<string, string>>({ text: `EXPLAIN ${statement.text}`, values: statement.values });
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

async function explainSearch(filter: string, orderBy: string[] = []): Promise<string> {
  const clauses = parseFilter(RUNS, filter);
  const orders = totalOrder(RUNS, parseOrderBy(RUNS, orderBy));
  const ids = await db.tenantSql(ctx, (tx) => keyIds(tx, keyNames(clauses, orders)));
  const { statement } = searchRunsSql({ organizationId: ctx.organizationId, experimentIds: [experimentId], stages: ['active'], clauses, orders, keyIds: ids, maxResults: 100 });
  return explain(statement.render());
}

const scansWhole = (plan: string) => BIG_TABLES.filter((table) => new RegExp(`Seq Scan on ${table}\\b`).test(plan));

describe('a search reads no table whole', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['metrics.loss < 10', []],
    ['metrics.loss < 10', ['metrics.acc DESC']],
    ["params.model = 'v7'", []],
    ["params.model != 'v7'", []],
    ["params.model LIKE 'v7%'", []],
    ["params.model ILIKE 'V7%'", []],
    ["tags.team = 'v7' AND params.model IS NOT NULL", ['params.model']],
    ['tags.team IS NULL', []],
    ["run_id = 'abc'", []],
    ["run_name ILIKE 'r%'", ['run_name']],
    ['start_time > 1900', []],
    ["datasets.name = 'iris'", []],
  ])('%s by %j', async (filter, orderBy) => {
    const plan = await explainSearch(filter, orderBy);
    expect({ whole: scansWhole(plan), plan: scansWhole(plan).length > 0 ? plan : '' }).toEqual({ whole: [], plan: '' });
  });

  it('and takes the default order from the index, without sorting', async () => {
    const plan = await explainSearch('');
    expect(plan).toMatch(/Index (Only )?Scan using runs_search_idx/);
    expect(plan.slice(0, plan.indexOf('runs_search_idx'))).not.toMatch(/Sort Key: r\.start_time/);
  });
});

describe('a clause', () => {
  // A join was seen to scan a range, or all runs, once for each run while statistics are missing.
  it.each([['metrics.loss < 1e9', 'latest_metrics'], ["params.model LIKE 'v%'", 'params'], ["tags.team != 'v7'", 'run_tags'], ["params.model = 'v7'", 'params']])('%s is looked up run by run', async (filter, table) => {
    const plan = await explainSearch(filter, ['metrics.acc']);
    // Either index will do (PostgreSQL 18 can skip through the longer one), as long as it is asked for one run's row.
    expect(plan).toMatch(new RegExp(`SubPlan[\\s\\S]*using ${table}_(pkey|value_idx)[\\s\\S]*Index Cond: [^\\n]*rid = r\\.rid`));
  });

  it.each([['metrics.loss < 7', 'latest_metrics'], ['metrics.loss = 7', 'latest_metrics'], ["params.model = 'v7'", 'params'], ["params.model LIKE 'v7%'", 'params'], ["tags.team = 'v7'", 'run_tags']])(
    '%s finds its few runs by the index of values',
    async (filter, table) => {
      const clauses = parseFilter(RUNS, filter);
      const ids = await db.tenantSql(ctx, (tx) => keyIds(tx, keyNames(clauses, [])));
      const statements = clauses.map((clause) => probe(clause, { organizationId: ctx.organizationId, experimentIds: [experimentId], clauses, keyIds: ids }));
      const plan = await explain(statements[0]?.render() ?? { text: '', values: [] });
      expect(plan).toMatch(new RegExp(`Index (Only )?Scan using ${table}_value_idx[\\s\\S]*Index Cond: .*value`));
    },
  );
});

describe('a history reads no table whole', () => {
  it.each([
    ['page', HISTORY.text, ['run', 'loss', null, null, null, 100]],
    ['sample', INTERVAL.text, [['run'], 'loss', null, null, 100]],
  ])('%s', async (_name, text, values) => {
    const plan = await explain({ text, values: [ctx.organizationId, projectOf(ctx), ...values] });
    expect(scansWhole(plan)).toEqual([]);
    expect(plan).toMatch(/metric_points_pkey/);
  });
});
