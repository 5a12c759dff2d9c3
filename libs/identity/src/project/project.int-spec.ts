import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import { inProject, type TenantContext } from '@modelyard/kernel';
import { openTestDatabase } from '@modelyard/testing';
import { createTestTenant, createTestTenantPair, withRole } from '../testing.js';
import { DeleteProject } from './delete-project.js';
import { ProjectService } from './project.service.js';

let db: Database;
let projects: ProjectService;
let deletion: DeleteProject;
let ctx: TenantContext;

beforeAll(async () => {
  db = await openTestDatabase();
  projects = new ProjectService(db, new AuditService(db));
  deletion = new DeleteProject(db, new AuditService(db), projects);
  ({ ctx } = await createTestTenant(db));
});

afterAll(() => db.close());

/** Rows of other contexts, without their services: this context knows none of them. */
function insertExperiment(of: TenantContext, name: string) {
  return db.tenantSql(of, (tx) =>
    tx.query({ text: `INSERT INTO experiments (organization_id, project_id, name, artifact_location, creation_time, last_update_time) VALUES ($1, $2, $3, '', 1, 1)`, values: [of.organizationId, of.projectId, name] }),
  );
}

async function projectsOf(name: string): Promise<number[]> {
  const rows = await db.tenantSql(ctx, (tx) => tx.query<{ project_id: number }>({ text: 'SELECT project_id FROM experiments WHERE organization_id = $1 AND name = $2', values: [ctx.organizationId, name] }));
  return rows.map((row) => row.project_id);
}

const make = async (name: string) => inProject(ctx, await projects.create(ctx, { name }));
const visible = async () => (await projects.list(ctx)).map(({ name }) => name);

describe('projects', () => {
  it('change what is given and nothing else', async () => {
    await projects.create(ctx, { name: 'changed', description: 'first', defaultArtifactRoot: 's3://bucket/a' });
    expect(await projects.update(ctx, 'changed', { description: 'second' })).toMatchObject({ description: 'second', defaultArtifactRoot: 's3://bucket/a' });
    expect(await projects.update(ctx, 'changed', { defaultArtifactRoot: '' })).toMatchObject({ description: 'second', defaultArtifactRoot: null });
  });

  it('are changed and deleted by their admins only', async () => {
    await make('guarded');
    const viewer = withRole(ctx, 'contributor');
    await expect(projects.update(viewer, 'guarded', { description: 'x' })).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    await expect(deletion.delete(viewer, 'guarded')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await visible()).toContain('guarded');
  });

  it('of another organization do not exist', async () => {
    const { a, b } = await createTestTenantPair(db);
    await projects.create(a.ctx, { name: 'private' });
    await expect(projects.update(b.ctx, 'private', { description: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(deletion.delete(b.ctx, 'private', 'SET_DEFAULT')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('record their changes', async () => {
    const tenant = await createTestTenant(db);
    await projects.create(tenant.ctx, { name: 'recorded' });
    await projects.update(tenant.ctx, 'recorded', { description: 'x' });
    await deletion.delete(tenant.ctx, 'recorded');
    const { items } = await new AuditService(db).list(tenant.ctx, { resourceType: 'project' }, 10);
    expect(items.map(({ action }) => action)).toEqual(['project.delete', 'project.update', 'project.create']);
  });
});

describe('deleting a project', () => {
  it('takes its Default experiment with it, and frees the name', async () => {
    await make('gone');
    await deletion.delete(ctx, 'gone');
    expect(await visible()).not.toContain('gone');
    await make('gone');
  });

  it('never deletes the default project', async () => {
    await expect(deletion.delete(ctx, 'default', 'CASCADE')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION', details: { mlflowCode: 'INVALID_STATE' } });
  });

  it.each(['RESTRICT', 'CASCADE'] as const)('refuses with %s while something is in it', async (mode) => {
    const name = `full-${mode.toLowerCase()}`;
    await insertExperiment(await make(name), name);
    await expect(deletion.delete(ctx, name, mode)).rejects.toMatchObject({ message: expect.stringContaining("table 'experiments' still contains 1 resource(s)") });
    expect(await visible()).toContain(name);
  });

  it('counts what lies in the Default experiment', async () => {
    const inside = await make('default-run');
    await db.tenantSql(ctx, (tx) =>
      tx.query({
        text: `INSERT INTO runs (experiment_id, start_time, organization_id, project_id, run_id, name, user_id, artifact_uri, created_by)
               SELECT id, 1, organization_id, project_id, repeat('a', 32), 'r', 'u', '', 'u' FROM experiments WHERE organization_id = $1 AND project_id = $2`,
        values: [ctx.organizationId, inside.projectId],
      }),
    );
    await expect(deletion.delete(ctx, 'default-run')).rejects.toMatchObject({ message: expect.stringContaining("table 'runs'") });
    await expect(deletion.delete(ctx, 'default-run', 'SET_DEFAULT')).rejects.toMatchObject({ message: expect.stringContaining("experiments: 'Default'") });
  });

  it('gives the contents to the default project with SET_DEFAULT', async () => {
    await insertExperiment(await make('moved'), 'moved-experiment');
    await deletion.delete(ctx, 'moved', 'SET_DEFAULT');
    expect(await projectsOf('moved-experiment')).toEqual([ctx.projectId]);
    expect(await visible()).not.toContain('moved');
  });

  it('says which names stand in the way of SET_DEFAULT, and moves nothing', async () => {
    await insertExperiment(ctx, 'same');
    const inside = await make('conflicting');
    await insertExperiment(inside, 'same');
    await insertExperiment(inside, 'other');
    await expect(deletion.delete(ctx, 'conflicting', 'SET_DEFAULT')).rejects.toMatchObject({ message: expect.stringContaining("- experiments: 'same'") });
    expect(await projectsOf('other')).toEqual([inside.projectId]);
  });
});
