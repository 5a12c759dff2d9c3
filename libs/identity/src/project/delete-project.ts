import { Injectable } from '@nestjs/common';
import { AuditService } from '@modelyard/audit';
import { Database, type TenantHandle } from '@modelyard/db';
import { demand, DomainError, type TenantContext } from '@modelyard/kernel';
import { ProjectService, type Project } from './project.service.js';

/** What becomes of what is in a deleted project (mlflow 3.17, WorkspaceDeletionMode). */
export const DELETION_MODES = ['SET_DEFAULT', 'CASCADE', 'RESTRICT'] as const;
export type DeletionMode = (typeof DELETION_MODES)[number];

/** Deletes projects. */
@Injectable()
export class DeleteProject {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly projects: ProjectService,
  ) {}

  /**
   * Deletes a project that is empty; with SET_DEFAULT its contents go to the default project first, but for endpoints,
   * whose URLs name the project. CASCADE deletes no contents: they are records. Throws NOT_FOUND, PERMISSION_DENIED, and
   * FAILED_PRECONDITION for the default project, for contents that remain, and for names that the default project has too.
   */
  async delete(ctx: TenantContext, name: string, mode: DeletionMode = 'RESTRICT'): Promise<void> {
    const project = await this.projects.getByName(ctx, name);
    demand(ctx, 'project:admin', project.id);
    if (project.isDefault) throw refused(`Cannot delete the reserved '${name}' workspace`);
    await this.db.tenant(ctx, async (tx) => {
      await tx.query({ text: 'SELECT FROM projects WHERE organization_id = $1 AND id = $2 FOR UPDATE', values: [tx.organizationId, project.id] });
      if (mode === 'SET_DEFAULT') await this.moveToDefault(tx, ctx, project);
      const [contents] = await tx.query<{ table_name: string; row_count: string }>({ text: 'SELECT * FROM project_contents($1, $2)', values: [tx.organizationId, project.id] });
      if (contents !== undefined) throw refused(notEmpty(name, contents.table_name, contents.row_count, mode));
      await tx.prisma.project.deleteMany({ where: { organizationId: ctx.organizationId, id: project.id } });
      await this.audit.record(tx, ctx, { action: 'project.delete', resourceType: 'project', resourceId: project.id, projectId: project.id, details: { name, mode } });
    });
  }

  private async moveToDefault(tx: TenantHandle, ctx: TenantContext, project: Project): Promise<void> {
    const target = await tx.prisma.project.findFirstOrThrow({ where: { organizationId: ctx.organizationId, isDefault: true } });
    demand(ctx, 'project:admin', target.id);
    const values = [tx.organizationId, project.id, target.id];
    const conflicts = await tx.query<{ table_name: string; name: string }>({ text: 'SELECT * FROM project_name_conflicts($1, $2, $3)', values });
    if (conflicts.length > 0) {
      const list = conflicts.map((conflict) => `  - ${conflict.table_name}: '${conflict.name}'`).join('\n');
      throw refused(
        `Cannot reassign resources from workspace '${project.name}' to '${target.name}': the following names already exist in the default workspace and would cause conflicts:\n${list}\nRename or remove the conflicting resources before retrying.`,
      );
    }
    await tx.query({ text: 'SELECT project_move_contents($1, $2, $3)', values });
  }
}

function notEmpty(name: string, table: string, count: string, mode: DeletionMode): string {
  const advice = mode === 'CASCADE' ? 'Runs and models are records and are not deleted with a workspace: use SET_DEFAULT to keep them in the default workspace.' : 'Remove or reassign them before deleting the workspace.';
  return `Cannot delete workspace '${name}': table '${table}' still contains ${count} resource(s). ${advice}`;
}

// The code is MLflow's; its status there is 500, which clients would try again for minutes.
function refused(message: string): DomainError {
  return new DomainError('FAILED_PRECONDITION', message, { mlflowCode: 'INVALID_STATE' });
}
