import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ProjectService, type Project as DomainProject } from '@modelyard/identity';
import { DomainError, encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import { Can } from '../../auth/access.decorators.js';
import { Tenant } from '../request-context.js';
import { Organization } from './organization.graphql-types.js';
import { PUBLIC_URL } from './organization.resolver.js';
import { CreateProjectInput, CreateProjectPayload, Project } from './project.graphql-types.js';

@Resolver(() => Organization)
export class ProjectResolver {
  constructor(
    private readonly projects: ProjectService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Query(() => Project, { description: 'A project by name; without a name, the one of this request.' })
  @Can('project:read')
  async project(@Tenant() ctx: TenantContext, @Args('name', { type: () => String, nullable: true }) name?: string): Promise<Project> {
    return toProject(ctx, await this.projects.getByName(ctx, name ?? ctx.projectName ?? 'default'), this.publicUrl);
  }

  @ResolveField(() => [Project], { name: 'projects', description: 'Projects the caller may read, by name.' })
  async projectsOfOrganization(@Tenant() ctx: TenantContext, @Parent() organization: Organization): Promise<Project[]> {
    if (organization.slug !== ctx.organizationSlug) throw new DomainError('INVALID_ARGUMENT', `Ask for the projects of '${organization.slug}' at /orgs/${organization.slug}/graphql.`);
    return (await this.projects.list(ctx)).map((project) => toProject(ctx, project, this.publicUrl));
  }

  @Mutation(() => CreateProjectPayload, { description: 'Makes a project, with its Default experiment.' })
  @Can('project:create')
  async createProject(@Tenant() ctx: TenantContext, @Args('input') input: CreateProjectInput): Promise<CreateProjectPayload> {
    return { project: toProject(ctx, await this.projects.create(ctx, { name: input.name, description: input.description ?? undefined }), this.publicUrl) };
  }
}

export function toProject(ctx: TenantContext, project: DomainProject, publicUrl: string): Project {
  return {
    id: encodeGlobalId('Project', ctx.organizationId, project.id),
    name: project.name,
    description: project.description,
    isDefault: project.isDefault,
    createdAt: project.createdAt,
    trackingUri: `${publicUrl}/orgs/${ctx.organizationSlug}/projects/${project.name}`,
  };
}
