import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { ModelVersionSearchService } from '@modelyard/registry';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { Run } from '../tracking/run.graphql-types.js';
import { ModelVersion } from './model-version.graphql-types.js';
import { toModelVersion } from './registry.mapping.js';

const MAX_VERSIONS = 100;

@Resolver(() => Run)
export class RunVersionsResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly search: ModelVersionSearchService,
  ) {}

  @ResolveField(() => [ModelVersion], { description: `Versions registered from it, at most ${MAX_VERSIONS}.` })
  async modelVersions(@Tenant() caller: TenantContext, @Parent() run: Run): Promise<ModelVersion[]> {
    const ctx = await this.scope.of(caller, run.projectName);
    const { items } = await this.search.search(ctx, { filter: `run_id = '${run.runId}'`, maxResults: MAX_VERSIONS });
    return items.map((version) => toModelVersion(ctx, version));
  }
}
