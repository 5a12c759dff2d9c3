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
  /** Under it lie the artifacts of new experiments; null: the server's own store. */
  readonly defaultArtifactRoot: string | null;
}

export interface NewProject {
  readonly name: string;
  readonly description?: string;
  readonly defaultArtifactRoot?: string;
}

const MAX_DESCRIPTION_LENGTH = 5_000;
// Leaves room for the id of an experiment in an artifact location.
const MAX_ROOT_LENGTH = 2_000;

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
  async create(ctx: TenantContext, input: NewProject): Promise<Project> {
    demand(ctx, 'project:create', null);
    checkName('project', input.name);
    checkProject(input);
    try {
      return await this.db.tenant(ctx, (tx) => this.insert(tx, ctx, input));
    } catch (error) {
      if (isDomainError(error, 'ALREADY_EXISTS')) throw new DomainError('ALREADY_EXISTS', `Project '${input.name}' exists already. Choose another name.`, { field: 'name' }, { cause: error });
      throw error;
    }
  }

  /** Changes what is given; an empty artifact root goes back to the server's own store. Throws NOT_FOUND, PERMISSION_DENIED. */
  async update(ctx: TenantContext, name: string, change: Omit<NewProject, 'name'>): Promise<Project> {
    const { id } = await this.getByName(ctx, name);
    demand(ctx, 'project:admin', id);
    checkProject(change);
    const { description, defaultArtifactRoot } = change;
    return this.db.tenant(ctx, async (tx) => {
      const project = await tx.prisma.project.update({
        where: { organizationId_id: { organizationId: ctx.organizationId, id } },
        data: { description, ...(defaultArtifactRoot === undefined ? {} : { defaultArtifactRoot: defaultArtifactRoot || null }) },
      });
      await this.audit.record(tx, ctx, { action: 'project.update', resourceType: 'project', resourceId: id, projectId: id, details: { name, ...(defaultArtifactRoot === undefined ? {} : { defaultArtifactRoot }) } });
      return project;
    });
  }

  private async insert(tx: TenantHandle, ctx: TenantContext, input: NewProject): Promise<Project> {
    const { name, description = '', defaultArtifactRoot } = input;
    const project = await tx.prisma.project.create({ data: { organizationId: ctx.organizationId, name, description, defaultArtifactRoot: defaultArtifactRoot || null } });
    await this.audit.record(tx, ctx, { action: 'project.create', resourceType: 'project', resourceId: project.id, projectId: project.id, details: { name: input.name } });
    return project;
  }

  private readable(ctx: TenantContext, project: Project | null, name: string): Project {
    if (project === null) throw notFound(`Project '${name}'`);
    demand(ctx, 'project:read', project.id);
    return project;
  }
}

function checkProject({ description = '', defaultArtifactRoot = '' }: Omit<NewProject, 'name'>): void {
  if (description.length > MAX_DESCRIPTION_LENGTH) throw new DomainError('INVALID_ARGUMENT', `The description of a project has at most ${MAX_DESCRIPTION_LENGTH} characters.`, { field: 'description' });
  if (defaultArtifactRoot.length > MAX_ROOT_LENGTH) throw new DomainError('INVALID_ARGUMENT', `An artifact root has at most ${MAX_ROOT_LENGTH} characters.`, { field: 'default_artifact_root' });
}
