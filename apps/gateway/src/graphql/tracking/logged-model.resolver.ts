import { Args, Query, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { LoggedModelService } from '@modelyard/tracking';
import { Can } from '../../auth/access.decorators.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { LoggedModel } from './run.graphql-types.js';
import { toLoggedModel } from './run.mapping.js';

@Resolver(() => LoggedModel)
export class LoggedModelResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly models: LoggedModelService,
  ) {}

  @Query(() => LoggedModel, { description: "A logged model by MLflow's id." })
  @Can('run:read')
  async loggedModel(@Tenant() caller: TenantContext, @Args('id') id: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<LoggedModel> {
    const ctx = await this.scope.of(caller, project);
    return toLoggedModel(ctx, (await this.models.get(ctx, id)).read());
  }
}
