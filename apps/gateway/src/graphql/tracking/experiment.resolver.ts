import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import { ExperimentSearchService, ExperimentService, RunSearchService, type Experiment as DomainExperiment } from '@modelyard/tracking';
import { Can } from '../../auth/access.decorators.js';
import { Project } from '../identity/project.graphql-types.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { CreateExperimentInput, CreateExperimentPayload, Experiment, ExperimentConnection, LifecycleStage } from './experiment.graphql-types.js';
import { RunConnection, type Run } from './run.graphql-types.js';
import { toRun } from './run.mapping.js';

@Resolver(() => Experiment)
export class ExperimentResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly experiments: ExperimentService,
    private readonly runs: RunSearchService,
  ) {}

  @Query(() => Experiment, { description: "An experiment by MLflow's id." })
  @Can('experiment:read')
  async experiment(@Tenant() caller: TenantContext, @Args('id') id: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<Experiment> {
    const ctx = await this.scope.of(caller, project);
    return toExperiment(ctx, await this.experiments.get(ctx, id));
  }

  @ResolveField(() => RunConnection, { name: 'runs', description: 'Its runs; `first` is at most 1000.' })
  async runsOfExperiment(
    @Tenant() caller: TenantContext,
    @Parent() experiment: Experiment,
    @Args('first', { type: () => Int }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('filter', { type: () => String, nullable: true }) filter?: string,
    @Args('orderBy', { type: () => [String], nullable: true }) orderBy?: string[],
  ): Promise<Connection<Run>> {
    const ctx = await this.scope.of(caller, experiment.projectName);
    const page = await this.runs.search(ctx, { experimentIds: [experiment.experimentId], filter: filter ?? undefined, orderBy: orderBy ?? undefined, maxResults: checkFirst(first, 1000), pageToken: after ?? undefined });
    return toConnection(page, (run) => toRun(ctx, run.read()));
  }

  @Mutation(() => CreateExperimentPayload, { description: 'Makes an experiment.' })
  @Can('experiment:write')
  async createExperiment(@Tenant() caller: TenantContext, @Args('input') input: CreateExperimentInput): Promise<CreateExperimentPayload> {
    const ctx = await this.scope.of(caller, input.project);
    return { experiment: toExperiment(ctx, await this.experiments.create(ctx, { name: input.name })) };
  }
}

@Resolver(() => Project)
export class ProjectExperimentsResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly search: ExperimentSearchService,
  ) {}

  @ResolveField(() => ExperimentConnection, { description: 'Its experiments, newest first.' })
  async experiments(
    @Tenant() caller: TenantContext,
    @Parent() project: Project,
    @Args('first', { type: () => Int }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('filter', { type: () => String, nullable: true }) filter?: string,
    @Args('orderBy', { type: () => [String], nullable: true }) orderBy?: string[],
  ): Promise<Connection<Experiment>> {
    const ctx = await this.scope.of(caller, project.name);
    const page = await this.search.search(ctx, { filter: filter ?? undefined, orderBy: orderBy ?? undefined, maxResults: checkFirst(first), pageToken: after ?? undefined });
    return toConnection(page, (experiment) => toExperiment(ctx, experiment));
  }
}

function toExperiment(ctx: TenantContext, experiment: DomainExperiment): Experiment {
  return {
    id: encodeGlobalId('Experiment', ctx.organizationId, experiment.id),
    experimentId: experiment.experimentId,
    name: experiment.name,
    artifactLocation: experiment.artifactLocation,
    lifecycleStage: experiment.lifecycleStage === 'active' ? LifecycleStage.ACTIVE : LifecycleStage.DELETED,
    createdAt: new Date(experiment.creationTime),
    updatedAt: new Date(experiment.lastUpdateTime),
    tags: experiment.tags,
    projectName: ctx.projectName ?? '',
  };
}
