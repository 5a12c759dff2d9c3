import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ProjectService } from '@modelyard/identity';
import { encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import { parseVersion } from '@modelyard/registry';
import { ChangeEndpoint, DeployModelVersion, EndpointService, EndpointStatsService } from '@modelyard/serving';
import { Can } from '../../auth/access.decorators.js';
import { PUBLIC_URL } from '../identity/organization.resolver.js';
import { Project } from '../identity/project.graphql-types.js';
import { toProject } from '../identity/project.resolver.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { Condition, DeleteEndpointInput, DeployModelVersionInput, Endpoint, EndpointPayload, EndpointStats, RollBackEndpointInput, Target } from './endpoint.graphql-types.js';
import { DeployModelVersionPayload, Revision, RevisionConnection } from './revision.graphql-types.js';
import { toEndpoint, toRevision } from './serving.mapping.js';

@Resolver(() => Endpoint)
export class EndpointResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly projects: ProjectService,
    private readonly endpoints: EndpointService,
    private readonly counters: EndpointStatsService,
    private readonly deployer: DeployModelVersion,
    private readonly changer: ChangeEndpoint,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Query(() => Endpoint, { name: 'endpoint', description: 'An endpoint by name.' })
  @Can('endpoint:read')
  async get(@Tenant() caller: TenantContext, @Args('name') name: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<Endpoint> {
    const ctx = await this.scope.of(caller, project);
    return toEndpoint(ctx, await this.endpoints.get(ctx, name), this.publicUrl);
  }

  @ResolveField(() => Project, { description: 'The project it belongs to.' })
  async project(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint): Promise<Project> {
    return toProject(caller, await this.projects.get(caller, endpoint.endpoint.projectId), this.publicUrl);
  }

  @ResolveField(() => Target, { description: 'Where it runs.' })
  async target(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint): Promise<Target> {
    const { id, ...target } = await this.endpoints.target(caller, endpoint.endpoint);
    return { id: encodeGlobalId('Target', caller.organizationId, id), ...target };
  }

  @ResolveField(() => [Condition], { description: 'How it is, aspect by aspect.' })
  conditions(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint): Promise<Condition[]> {
    return this.endpoints.conditions(caller, endpoint.endpoint);
  }

  @ResolveField(() => RevisionConnection, { description: 'Its revisions, newest first.' })
  async revisions(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint, @Args('first', { type: () => Int }) first: number, @Args('after', { type: () => String, nullable: true }) after?: string): Promise<Connection<Revision>> {
    const ctx = await this.scope.of(caller, endpoint.projectName);
    const page = await this.endpoints.revisions(ctx, endpoint.endpoint, checkFirst(first), after ?? undefined);
    return toConnection(page, (revision) => toRevision(ctx, endpoint.endpoint, revision));
  }

  @ResolveField(() => Revision, { nullable: true, description: 'The revision that takes the traffic.' })
  activeRevision(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint): Promise<Revision | null> {
    return this.revision(caller, endpoint, endpoint.endpoint.activeRevision);
  }

  @ResolveField(() => Revision, { nullable: true, description: 'The revision that took the traffic before.' })
  previousRevision(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint): Promise<Revision | null> {
    return this.revision(caller, endpoint, endpoint.endpoint.previousRevision);
  }

  @ResolveField(() => EndpointStats, { description: 'Requests, errors and latency of the last five minutes.' })
  stats(@Tenant() caller: TenantContext, @Parent() endpoint: Endpoint): Promise<EndpointStats> {
    return this.counters.get(caller, endpoint.endpoint);
  }

  @Mutation(() => DeployModelVersionPayload, { description: 'Deploys a model version: traffic moves to it when it is ready. Saying the same twice deploys once.' })
  @Can('endpoint:deploy')
  async deployModelVersion(@Tenant() caller: TenantContext, @Args('input') input: DeployModelVersionInput): Promise<DeployModelVersionPayload> {
    const ctx = await this.scope.of(caller, input.project);
    const request = { name: input.name, version: parseVersion(input.version), endpoint: input.endpoint ?? undefined, replicas: input.replicas ?? undefined };
    const { endpoint, revision } = await this.deployer.deploy(ctx, request);
    return { endpoint: toEndpoint(ctx, endpoint, this.publicUrl), revision: toRevision(ctx, endpoint, revision) };
  }

  @Mutation(() => EndpointPayload, { description: 'Moves an endpoint back to an earlier revision; at once when that is still warm.' })
  @Can('endpoint:traffic')
  async rollBackEndpoint(@Tenant() caller: TenantContext, @Args('input') input: RollBackEndpointInput): Promise<EndpointPayload> {
    const ctx = await this.scope.of(caller, input.project);
    return { endpoint: toEndpoint(ctx, await this.changer.rollBack(ctx, input.endpoint, input.toRevision ?? undefined), this.publicUrl) };
  }

  @Mutation(() => EndpointPayload, { description: 'Deletes an endpoint: its traffic ends, then its processes.' })
  @Can('endpoint:delete')
  async deleteEndpoint(@Tenant() caller: TenantContext, @Args('input') input: DeleteEndpointInput): Promise<EndpointPayload> {
    const ctx = await this.scope.of(caller, input.project);
    return { endpoint: toEndpoint(ctx, await this.changer.delete(ctx, input.endpoint), this.publicUrl) };
  }

  private async revision(caller: TenantContext, parent: Endpoint, number: number | null): Promise<Revision | null> {
    if (number === null) return null;
    const ctx = await this.scope.of(caller, parent.projectName);
    const found = await this.endpoints.findRevision(ctx, parent.endpoint, number);
    return found === null ? null : toRevision(ctx, parent.endpoint, found);
  }
}
