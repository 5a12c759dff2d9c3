import { testDatabaseUrl } from '@modelyard/testing';
import pg from 'pg';

/** Tables without a tenant column of their own, each with the reason. */
const NO_TENANT_COLUMN: Readonly<Record<string, string>> = {
  _prisma_migrations: 'history of the schema; the app role has no right to it',
  organizations: 'the tenant itself: its policy compares `id`',
  users: 'a person may belong to several organizations; the app role has no right to it',
  route_table: 'the version number of the routers\' table, one row',
  routers: 'heartbeats of router processes; the app role has no right to it',
  leases: 'locks of the worker processes; the app role has no right to it',
};

/** Tables without a tenant that the app role may use all the same, each with the reason. */
const APP_ACCESS: Readonly<Record<string, string>> = {
  route_table: 'changes of routes bump its version in their own transaction; it holds one number',
};

/** Tables the system role sees across tenants, each with the reason. */
const SYSTEM_ACCESS: Readonly<Record<string, string>> = {
  organizations: 'find the tenant of a request',
  projects: 'find the project of a request, make the first one',
  members: 'make the owner of an organization',
  service_accounts: 'authenticate tokens',
  grants: 'authenticate tokens',
  tokens: 'authenticate tokens',
  audit_events: 'seal the log',
  audit_pending: 'seal the log',
  audit_seals: 'seal the log',
  audit_checkpoints: 'seal the log',
  outbox: 'relay and acknowledge jobs',
  dead_letters: 'bury failed jobs',
  targets: 'the reconciler lists its own targets',
  endpoints: 'the reconciler lists endpoints that are due; routes for the routers',
  endpoint_traffic: 'routes for the routers',
  replicas: 'routes for the routers',
  endpoint_stats: 'counters that routers report',
  deployment_logs: 'retention',
  experiments: 'make the Default experiment of a new organization',
};

interface TableRow {
  readonly name: string;
  readonly security: boolean;
  readonly forced: boolean;
  readonly tenant: boolean;
  readonly policy: boolean;
  readonly key: string | null;
  readonly app: boolean;
  readonly system: boolean;
}

let client: pg.Client;
let tables: TableRow[];

beforeAll(async () => {
  client = new pg.Client({ connectionString: await testDatabaseUrl() });
  await client.connect();
  const result = await client.query<TableRow>(`
    SELECT c.relname AS name, c.relrowsecurity AS security, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organization_id' AND a.attnotnull) AS tenant,
      EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant' AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL
        AND pg_get_expr(p.polqual, c.oid) ~ '^\\((organization_id|id) = \\(NULLIF\\(current_setting\\(''app.organization_id''::text, true\\), ''''::text\\)\\)::integer\\)$') AS policy,
      (SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] WHERE i.indrelid = c.oid AND i.indisprimary) AS key,
      has_table_privilege('modelyard_app', c.oid, 'SELECT,INSERT,UPDATE,DELETE') AS app,
      has_table_privilege('modelyard_system', c.oid, 'SELECT,INSERT,UPDATE,DELETE') AS system
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`);
  tables = result.rows;
});

afterAll(() => client.end());

const names = (rows: readonly TableRow[]) => rows.map((row) => row.name);

describe('the catalogue', () => {
  it('has tables at all', () => {
    expect(names(tables)).toEqual(expect.arrayContaining(['organizations', 'tokens', 'outbox', 'runs', 'metric_points']));
  });

  it('gives every table the tenant column, forced row security and the direct-compare policy', () => {
    const protectedTables = tables.filter((row) => !(row.name in NO_TENANT_COLUMN));
    expect(names(protectedTables.filter((row) => !row.tenant))).toEqual([]);
    expect(names(protectedTables.filter((row) => !row.security || !row.forced || !row.policy))).toEqual([]);
  });

  it('starts every primary key with the tenant', () => {
    // Points are clustered by run; the tenant follows in the same key (libs/tracking).
    expect(names(tables.filter((row) => !(row.name in NO_TENANT_COLUMN) && row.key !== 'organization_id'))).toEqual([]);
  });

  it('keeps the app role away from tables without a tenant', () => {
    const open = tables.filter((row) => row.name in NO_TENANT_COLUMN && row.name !== 'organizations' && !(row.name in APP_ACCESS) && row.app);
    expect(names(open)).toEqual([]);
    expect(tables.find((row) => row.name === 'organizations')).toMatchObject({ security: true, forced: true, policy: true });
  });

  it('lets the system role only at listed tables', () => {
    const open = tables.filter((row) => row.system && !(row.name in SYSTEM_ACCESS) && !(row.name in NO_TENANT_COLUMN));
    expect(names(open)).toEqual([]);
  });

  it('gives the roles no way around row security', async () => {
    const { rows } = await client.query(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'modelyard%' AND (rolsuper OR rolbypassrls)`);
    expect(rows).toEqual([]);
    const owned = await client.query(`SELECT c.relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND r.rolname IN ('modelyard_app', 'modelyard_system')`);
    expect(owned.rows).toEqual([]);
  });

  it('has no SECURITY DEFINER function outside the no-login role', async () => {
    const { rows } = await client.query(`SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles r ON r.oid = p.proowner
      WHERE n.nspname = 'public' AND p.prosecdef AND r.rolname <> 'modelyard_search'`);
    expect(rows).toEqual([]);
  });

  it('never lets a foreign key cross tenants', async () => {
    const { rows } = await client.query(`
      SELECT c.conrelid::regclass::text || '.' || c.conname AS name FROM pg_constraint c
      WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace
        AND c.confrelid NOT IN ('organizations'::regclass, 'users'::regclass)
        AND NOT EXISTS (SELECT FROM unnest(c.conkey, c.confkey) AS k (child, parent)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.child AND a.attname = 'organization_id'
          JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.parent AND b.attname = 'organization_id')`);
    expect(rows).toEqual([]);
  });
});
