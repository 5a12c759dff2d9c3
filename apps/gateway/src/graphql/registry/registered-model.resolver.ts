import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import { AliasService, ModelVersionSearchService, RegisteredModelSearchService, RegisteredModelService } from '@modelyard/registry';
import { Can } from '../../auth/access.decorators.js';
import { Project } from '../identity/project.graphql-types.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { ModelVersionConnection, type ModelVersion } from './model-version.graphql-types.js';
import {
  AliasChange, AliasChangeConnection, DeleteRegisteredModelPayload, DescribeRegisteredModelInput, ModelAliasInput, RegisteredModel, RegisteredModelConnection, RegisteredModelInput, RegisteredModelPayload, SetModelAliasInput,
} from './registered-model.graphql-types.js';
import { toModelVersion, toRegisteredModel } from './registry.mapping.js';

@Resolver(() => RegisteredModel)
export class RegisteredModelResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly models: RegisteredModelService,
    private readonly versionSearch: ModelVersionSearchService,
    private readonly aliases: AliasService,
  ) {}

  @Query(() => RegisteredModel, { description: 'A registered model by name.' })
  @Can('model:read')
  async registeredModel(@Tenant() caller: TenantContext, @Args('name') name: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<RegisteredModel> {
    return this.read(await this.scope.of(caller, project), name);
  }

  @ResolveField(() => ModelVersionConnection, { description: 'Its versions, newest first.' })
  async versions(@Tenant() caller: TenantContext, @Parent() model: RegisteredModel, @Args('first', { type: () => Int }) first: number, @Args('after', { type: () => String, nullable: true }) after?: string): Promise<Connection<ModelVersion>> {
    const ctx = await this.scope.of(caller, model.projectName);
    const page = await this.versionSearch.search(ctx, { filter: `name = ${quoted(model.name)}`, orderBy: ['version_number DESC'], maxResults: checkFirst(first), pageToken: after ?? undefined });
    return toConnection(page, (version) => toModelVersion(ctx, version));
  }

  @ResolveField(() => AliasChangeConnection, { description: 'Every move of its aliases, newest first.' })
  async aliasHistory(
    @Tenant() caller: TenantContext,
    @Parent() model: RegisteredModel,
    @Args('first', { type: () => Int }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('alias', { type: () => String, nullable: true }) alias?: string,
  ): Promise<Connection<AliasChange>> {
    const ctx = await this.scope.of(caller, model.projectName);
    const page = await this.aliases.history(ctx, model.name, alias ?? null, checkFirst(first), after ?? undefined);
    return toConnection(page, (event) => ({
      id: encodeGlobalId('AliasChange', ctx.organizationId, event.id),
      alias: event.alias,
      fromVersion: event.fromVersion === null ? null : String(event.fromVersion),
      toVersion: event.toVersion === null ? null : String(event.toVersion),
      changedBy: event.actorName,
      changedAt: event.occurredAt,
    }));
  }

  @Mutation(() => RegisteredModelPayload, { description: 'Makes a registered model.' })
  @Can('model:write')
  async createRegisteredModel(@Tenant() caller: TenantContext, @Args('input') input: DescribeRegisteredModelInput): Promise<RegisteredModelPayload> {
    const ctx = await this.scope.of(caller, input.project);
    return { registeredModel: toRegisteredModel(ctx, await this.models.create(ctx, { name: input.name, description: input.description })) };
  }

  @Mutation(() => RegisteredModelPayload, { description: 'Changes what a registered model says it is for.' })
  @Can('model:write')
  async updateRegisteredModel(@Tenant() caller: TenantContext, @Args('input') input: DescribeRegisteredModelInput): Promise<RegisteredModelPayload> {
    const ctx = await this.scope.of(caller, input.project);
    return { registeredModel: toRegisteredModel(ctx, await this.models.update(ctx, input.name, input.description)) };
  }

  @Mutation(() => DeleteRegisteredModelPayload, { description: 'Deletes a registered model with all its versions.' })
  @Can('model:delete')
  async deleteRegisteredModel(@Tenant() caller: TenantContext, @Args('input') input: RegisteredModelInput): Promise<DeleteRegisteredModelPayload> {
    await this.models.delete(await this.scope.of(caller, input.project), input.name);
    return { deletedName: input.name };
  }

  @Mutation(() => RegisteredModelPayload, { description: 'Sets an alias, or moves it to another version.' })
  @Can('model:promote')
  async setModelAlias(@Tenant() caller: TenantContext, @Args('input') input: SetModelAliasInput): Promise<RegisteredModelPayload> {
    const ctx = await this.scope.of(caller, input.project);
    await this.aliases.set(ctx, input.name, input.alias, input.version);
    return { registeredModel: await this.read(ctx, input.name) };
  }

  @Mutation(() => RegisteredModelPayload, { description: 'Removes an alias.' })
  @Can('model:promote')
  async deleteModelAlias(@Tenant() caller: TenantContext, @Args('input') input: ModelAliasInput): Promise<RegisteredModelPayload> {
    const ctx = await this.scope.of(caller, input.project);
    await this.aliases.remove(ctx, input.name, input.alias);
    return { registeredModel: await this.read(ctx, input.name) };
  }

  private async read(ctx: TenantContext, name: string): Promise<RegisteredModel> {
    return toRegisteredModel(ctx, await this.models.get(ctx, name));
  }
}

@Resolver(() => Project)
export class ProjectModelsResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly search: RegisteredModelSearchService,
  ) {}

  @ResolveField(() => RegisteredModelConnection, { description: 'Its registered models, by name.' })
  async registeredModels(
    @Tenant() caller: TenantContext,
    @Parent() project: Project,
    @Args('first', { type: () => Int }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('filter', { type: () => String, nullable: true }) filter?: string,
  ): Promise<Connection<RegisteredModel>> {
    const ctx = await this.scope.of(caller, project.name);
    const page = await this.search.search(ctx, { filter: filter ?? undefined, maxResults: checkFirst(first), pageToken: after ?? undefined });
    return toConnection(page, (model) => toRegisteredModel(ctx, model));
  }
}

// Names hold no quotes of both kinds: the registry's search language takes either.
function quoted(name: string): string {
  return name.includes("'") ? `"${name}"` : `'${name}'`;
}
