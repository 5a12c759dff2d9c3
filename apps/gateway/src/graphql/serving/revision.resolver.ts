import { Args, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { isDomainError, type TenantContext } from '@modelyard/kernel';
import { ModelVersionService } from '@modelyard/registry';
import { EndpointService } from '@modelyard/serving';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { ModelVersion } from '../registry/model-version.graphql-types.js';
import { toModelVersion } from '../registry/registry.mapping.js';
import { Tenant } from '../request-context.js';
import { DeploymentStep, LogLine, LogLineConnection, Revision } from './revision.graphql-types.js';
import { toLogLine, toStep } from './serving.mapping.js';

const MAX_LINES = 1_000;

@Resolver(() => Revision)
export class RevisionResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly endpoints: EndpointService,
    private readonly versions: ModelVersionService,
  ) {}

  @ResolveField(() => ModelVersion, { nullable: true, description: 'The model version; null when it was deleted.' })
  async version(@Tenant() caller: TenantContext, @Parent() revision: Revision): Promise<ModelVersion | null> {
    const ctx = await this.scope.of(caller, revision.projectName);
    try {
      return toModelVersion(ctx, await this.versions.get(ctx, revision.modelName, Number(revision.modelVersion)));
    } catch (error) {
      if (isDomainError(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }

  @ResolveField(() => [DeploymentStep], { description: 'The steps of its deployment, in order.' })
  async steps(@Tenant() caller: TenantContext, @Parent() revision: Revision): Promise<DeploymentStep[]> {
    return (await this.endpoints.steps(caller, revision.endpoint, revision.number)).map(toStep);
  }

  @ResolveField(() => LogLineConnection, { description: `What it printed, oldest first; \`first\` is at most ${MAX_LINES}.` })
  async logs(@Tenant() caller: TenantContext, @Parent() revision: Revision, @Args('first', { type: () => Int }) first: number, @Args('after', { type: () => String, nullable: true }) after?: string): Promise<Connection<LogLine>> {
    return toConnection(await this.endpoints.logs(caller, revision.endpoint, revision.number, checkFirst(first, MAX_LINES), after ?? undefined), toLogLine);
  }
}
