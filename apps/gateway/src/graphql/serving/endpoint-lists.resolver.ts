import { Inject } from '@nestjs/common';
import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { EndpointService } from '@modelyard/serving';
import { PUBLIC_URL } from '../identity/organization.resolver.js';
import { Project } from '../identity/project.graphql-types.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { RegisteredModel } from '../registry/registered-model.graphql-types.js';
import { Tenant } from '../request-context.js';
import { Endpoint, EndpointConnection } from './endpoint.graphql-types.js';
import { toEndpoint } from './serving.mapping.js';

@Resolver(() => Project)
export class ProjectEndpointsResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly list: EndpointService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @ResolveField(() => EndpointConnection, { description: 'Its endpoints, by name.' })
  async endpoints(@Tenant() caller: TenantContext, @Parent() project: Project, @Args('first', { type: () => Int }) first: number, @Args('after', { type: () => String, nullable: true }) after?: string): Promise<Connection<Endpoint>> {
    const ctx = await this.scope.of(caller, project.name);
    return toConnection(await this.list.list(ctx, checkFirst(first), after ?? undefined), (endpoint) => toEndpoint(ctx, endpoint, this.publicUrl));
  }
}

@Resolver(() => RegisteredModel)
export class ModelEndpointsResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly list: EndpointService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @ResolveField(() => [Endpoint], { description: 'Endpoints with a revision of it, by name; at most 100.' })
  async endpoints(@Tenant() caller: TenantContext, @Parent() model: RegisteredModel): Promise<Endpoint[]> {
    const ctx = await this.scope.of(caller, model.projectName);
    return (await this.list.listOfModel(ctx, model.name)).map((endpoint) => toEndpoint(ctx, endpoint, this.publicUrl));
  }
}
