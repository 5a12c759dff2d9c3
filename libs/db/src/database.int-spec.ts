import { openTestDatabase } from '@modelyard/testing';
import type { Database } from './database.js';

let db: Database;
const ids: number[] = [];

beforeAll(async () => {
  db = await openTestDatabase();
  for (const slug of ['one', 'two']) {
    const [row] = await db.system('test', (tx) =>
      tx.query<{ id: number }>({ text: `INSERT INTO organizations (slug, name) VALUES ($1, $1) RETURNING id`, values: [`${slug}-${Math.random()}`] }),
    );
    if (row !== undefined) ids.push(row.id);
  }
});

afterAll(() => db.close());

const projectNames = (organizationId: number) => db.tenantSql({ organizationId }, (tx) => tx.query<{ name: string }>({ text: 'SELECT name FROM projects' }));

describe('the tenant handle', () => {
  it('spans Prisma and pg with one transaction: both are rolled back together', async () => {
    const [a = 0] = ids;
    const failed = db.tenant({ organizationId: a }, async (tx) => {
      await tx.prisma.project.create({ data: { organizationId: a, name: 'by-prisma' } });
      await tx.query({ text: 'INSERT INTO projects (organization_id, name) VALUES ($1, $2)', values: [a, 'by-pg'] });
      const [seen] = await tx.query<{ n: number }>({ text: 'SELECT count(*)::int AS n FROM projects' });
      expect(seen?.n).toBe(2);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await projectNames(a)).toEqual([]);
  });

  it('keeps 40 units of work in parallel each in its own tenant', async () => {
    const seen = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const organizationId = ids[index % 2] ?? 0;
        return db.tenant({ organizationId }, async (tx) => {
          const [sql] = await tx.query<{ tenant: number; pid: number }>({ text: 'SELECT modelyard_tenant() AS tenant, pg_backend_pid() AS pid' });
          const [prisma] = await tx.prisma.$queryRaw<{ tenant: number; pid: number }[]>`SELECT modelyard_tenant() AS tenant, pg_backend_pid() AS pid`;
          return sql?.tenant === organizationId && prisma?.tenant === organizationId && sql.pid === prisma.pid;
        });
      }),
    );
    expect(seen.every(Boolean)).toBe(true);
  });

  it('shows nothing of another tenant and refuses to write for it', async () => {
    const [a = 0, b = 0] = ids;
    await db.tenantSql({ organizationId: a }, (tx) => tx.query({ text: `INSERT INTO projects (organization_id, name) VALUES ($1, 'mine')`, values: [a] }));
    expect(await projectNames(b)).toEqual([]);
    await expect(
      db.tenantSql({ organizationId: b }, (tx) => tx.query({ text: `INSERT INTO projects (organization_id, name) VALUES ($1, 'theirs')`, values: [a] })),
    ).rejects.toThrow(/row-level security/);
  });

  it('leaves no tenant on the connection: the next statement without one sees nothing', async () => {
    const rows = await db.statement<{ n: number }>({ name: 'count', text: 'SELECT count(*)::int AS n FROM projects', values: [] });
    expect(rows[0]?.n).toBe(0);
  });

  it('gives names that are taken as ALREADY_EXISTS, from Prisma and from pg', async () => {
    const [a = 0] = ids;
    const again = { organizationId: a, name: 'mine' };
    await expect(db.tenant(again, (tx) => tx.prisma.project.create({ data: again }))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(
      db.tenantSql(again, (tx) => tx.query({ text: 'INSERT INTO projects (organization_id, name) VALUES ($1, $2)', values: [a, 'mine'] })),
    ).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  });
});
