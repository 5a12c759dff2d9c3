import type { Database, TenantSql } from '@modelyard/db';
import { createTestTenant } from '@modelyard/identity/testing';
import type { TenantContext } from '@modelyard/kernel';
import { analyzeTables, openTestDatabase } from '@modelyard/testing';
import { registryServices } from './testing.js';

const MODELS = 3000;

let db: Database;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  ({ ctx } = await createTestTenant(db));
  await db.tenantSql(ctx, async (tx) => {
    const values = [ctx.organizationId, ctx.projectId];
    await tx.query({
      text: `INSERT INTO registered_models (organization_id, project_id, name, user_name, creation_time, last_updated_time, last_version)
             SELECT $1, $2, 'model-' || lpad(n::text, 6, '0'), 'x', n, n, 5 FROM generate_series(1, ${MODELS}) n`,
      values,
    });
    await tx.query({
      text: `INSERT INTO model_versions (organization_id, registered_model_id, version, project_id, source, storage_location, creation_time, last_updated_time, run_id)
             SELECT $1, m.id, v, $2, 's', 's', m.creation_time + v, m.creation_time + v, md5(m.id::text || v) FROM registered_models m, generate_series(1, 5) v
             WHERE m.organization_id = $1`,
      values,
    });
  });
  await analyzeTables('registered_models', 'model_versions', 'registered_model_tags', 'model_version_tags', 'model_aliases');
}, 120_000);
afterAll(() => db.close());

/** The plans of the statements that a call runs, under the app role. */
async function plansOf(call: (spied: Database) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const spied = {
    tenantSql: <T>(of: TenantContext, work: (tx: TenantSql) => Promise<T>) =>
      db.tenantSql(of, (tx) =>
        work({
          ...tx,
          query: async (statement: Parameters<TenantSql['query']>[0]) => {
            const rows = await tx.query<{ 'QUERY PLAN': string }>({ text: `EXPLAIN ${statement.text}`, values: statement.values });
            plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
            return tx.query(statement);
          },
        } as TenantSql),
      ),
  };
  await call(spied as unknown as Database);
  return plans;
}

describe('the plans of registry searches under row security', () => {
  it('a page of models costs a page, not the registry', async () => {
    for (const orderBy of [[], ['timestamp DESC']]) {
      const [plan = ''] = await plansOf((spied) => registryServices(spied).modelSearch.search(ctx, { maxResults: 100, orderBy }));
      expect(plan).toMatch(/Index Scan.* using registered_models_(organization_id_project_id_name_key|updated_idx) on registered_models m/);
      expect(plan).not.toMatch(/Seq Scan on (registered_models|model_versions)/);
    }
  });

  it('a model by its name, its newest versions, and a version by its run are index look-ups', async () => {
    const [model = ''] = await plansOf((spied) => registryServices(spied).models.get(ctx, 'model-000007'));
    const [byRun = ''] = await plansOf((spied) => registryServices(spied).versionSearch.search(ctx, { maxResults: 100, filter: "run_id = 'x'" }));
    for (const plan of [model, byRun]) expect(plan).not.toMatch(/Seq Scan on (registered_models|model_versions)/);
    expect(model).toContain('model_versions_stage_idx');
    expect(byRun).toContain('model_versions_run_idx');
  });

  it('the newest versions of the project come from the index of times', async () => {
    const [plan = ''] = await plansOf((spied) => registryServices(spied).versionSearch.search(ctx, { maxResults: 100 }));
    expect(plan).toContain('model_versions_updated_idx');
  });
});
