import { Injectable } from '@nestjs/common';
import { AuditService } from '@modelyard/audit';
import { Database, type TenantHandle } from '@modelyard/db';
import { demand, DomainError, isDomainError, notFound, projectsWith, type TenantContext } from '@modelyard/kernel';
import { checkName } from '../name.js';

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly createdAt: Date;
}

/** Projects of an organization; MLflow calls them workspaces. */
@Injectable()
export class ProjectService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Projects the caller may read, by name. An organization has at most some hundreds, so this is no page. */
  async list(ctx: TenantContext): Promise<Project[]> {
    const { only, except } = projectsWith(ctx, 'project:read');
    return this.db.tenant(ctx, (tx) =>
      tx.prisma.project.findMany({
        where: { organizationId: ctx.organizationId, id: { notIn: except, ...(only === null ? {} : { in: only }) } },
        orderBy: { name: 'asc' },
        take: 1000,
      }),
    );
  }

  /** Throws NOT_FOUND when it is absent or the caller may not read it. */
  async getByName(ctx: TenantContext, name: string): Promise<Project> {
    const project = await this.db.tenant(ctx, (tx) => tx.prisma.project.findUnique({ where: { organizationId_name: { organizationId: ctx.organizationId, name } } }));
    return this.readable(ctx, project, name);
  }

  /** Throws NOT_FOUND when it is absent or the caller may not read it. */
  async get(ctx: TenantContext, id: number): Promise<Project> {
    const project = await this.db.tenant(ctx, (tx) => tx.prisma.project.findUnique({ where: { organizationId_id: { organizationId: ctx.organizationId, id } } }));
    return this.readable(ctx, project, String(id));
  }

  /** Makes a project, with its Default experiment. Throws INVALID_ARGUMENT, ALREADY_EXISTS, PERMISSION_DENIED. */
  async create(ctx: TenantContext, input: { name: string; description?: string }): Promise<Project> {
    demand(ctx, 'project:create', null);
    checkName('project', input.name);
    try {
      return await this.db.tenant(ctx, (tx) => this.insert(tx, ctx, input));
    } catch (error) {
      if (isDomainError(error, 'ALREADY_EXISTS')) throw new DomainError('ALREADY_EXISTS', `Project '${input.name}' exists already. Choose another name.`, { field: 'name' }, { cause: error });
      throw error;
    }
  }

  private async insert(tx: TenantHandle, ctx: TenantContext, input: { name: string; description?: string }): Promise<Project> {
    const project = await tx.prisma.project.create({ data: { organizationId: ctx.organizationId, name: input.name, description: input.description ?? '' } });
    await this.audit.record(tx, ctx, { action: 'project.create', resourceType: 'project', resourceId: project.id, projectId: project.id, details: { name: input.name } });
    return project;
  }

  private readable(ctx: TenantContext, project: Project | null, name: string): Project {
    if (project === null) throw notFound(`Project '${name}'`);
    demand(ctx, 'project:read', project.id);
    return project;
  }
}
