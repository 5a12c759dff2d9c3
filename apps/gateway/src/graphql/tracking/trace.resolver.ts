import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { TraceSearchService, TraceService } from '@modelyard/tracking';
import { Can } from '../../auth/access.decorators.js';
import { Project } from '../identity/project.graphql-types.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { Trace, TraceConnection, TraceWithSpans } from './trace.graphql-types.js';
import { toSpan, toTrace } from './trace.mapping.js';

@Resolver(() => Trace)
export class TraceResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly traces: TraceService,
  ) {}

  @Query(() => TraceWithSpans, { description: "A trace by MLflow's id, with its steps." })
  @Can('run:read')
  async trace(@Tenant() caller: TenantContext, @Args('id') id: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<TraceWithSpans> {
    const ctx = await this.scope.of(caller, project);
    const { info, contents } = await this.traces.getContents(ctx, id);
    return { trace: toTrace(ctx, info), spans: (contents ?? []).map(toSpan) };
  }
}

@Resolver(() => Project)
export class ProjectTracesResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly search: TraceSearchService,
  ) {}

  @ResolveField(() => TraceConnection, { description: "Traces of some of its experiments in MLflow's search language, newest first." })
  async traces(
    @Tenant() caller: TenantContext,
    @Parent() project: Project,
    @Args('experimentIds', { type: () => [String] }) experimentIds: string[],
    @Args('first', { type: () => Int }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('filter', { type: () => String, nullable: true }) filter?: string,
    @Args('orderBy', { type: () => [String], nullable: true }) orderBy?: string[],
  ): Promise<Connection<Trace>> {
    const ctx = await this.scope.of(caller, project.name);
    const page = await this.search.search(ctx, { experimentIds, filter: filter ?? undefined, orderBy: orderBy ?? undefined, maxResults: checkFirst(first), pageToken: after ?? undefined });
    return toConnection(page, (info) => toTrace(ctx, info));
  }
}
