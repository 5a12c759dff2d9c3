import { Args, Float, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { LoggedModelService, MetricSeriesService, RunColumnsService, RunLogService, RunSearchService, RunService } from '@modelyard/tracking';
import { Can } from '../../auth/access.decorators.js';
import { checkFirst, toConnection, type Connection } from '../page-info.graphql-types.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { LongScalar } from '../scalars.js';
import { KeyValue } from './experiment.graphql-types.js';
import { LoggedModel, Metric, MetricSeries, Run, RunColumns, RunConnection, RunInput, RunPayload, RunViewType, SeriesAxis, SetRunTagInput } from './run.graphql-types.js';
import { toLoggedModel, toRun } from './run.mapping.js';

@Resolver(() => Run)
export class RunResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly runsService: RunService,
    private readonly search: RunSearchService,
    private readonly log: RunLogService,
    private readonly columns: RunColumnsService,
    private readonly series: MetricSeriesService,
    private readonly models: LoggedModelService,
  ) {}

  @Query(() => Run, { description: "A run by MLflow's id." })
  @Can('run:read')
  async run(@Tenant() caller: TenantContext, @Args('id') id: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<Run> {
    return this.read(await this.scope.of(caller, project), id);
  }

  @Query(() => RunConnection, { description: "Runs of some experiments, in MLflow's search language; `first` is at most 1000." })
  @Can('run:read')
  async runs(
    @Tenant() caller: TenantContext,
    @Args('experimentIds', { type: () => [String] }) experimentIds: string[],
    @Args('first', { type: () => Int }) first: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
    @Args('filter', { type: () => String, nullable: true }) filter?: string,
    @Args('orderBy', { type: () => [String], nullable: true }) orderBy?: string[],
    @Args('viewType', { type: () => RunViewType, defaultValue: RunViewType.ACTIVE }) viewType: RunViewType = RunViewType.ACTIVE,
    @Args('project', { type: () => String, nullable: true }) project?: string,
  ): Promise<Connection<Run>> {
    const ctx = await this.scope.of(caller, project);
    const page = await this.search.search(ctx, { experimentIds, filter: filter ?? undefined, orderBy: orderBy ?? undefined, viewType, maxResults: checkFirst(first, 1000), pageToken: after ?? undefined });
    return toConnection(page, (run) => toRun(ctx, run.read()));
  }

  @Query(() => RunColumns, { description: 'Keys of metrics, params and tags in some experiments, for a column picker.' })
  @Can('run:read')
  async runColumns(@Tenant() caller: TenantContext, @Args('experimentIds', { type: () => [String] }) experimentIds: string[], @Args('project', { type: () => String, nullable: true }) project?: string): Promise<RunColumns> {
    return this.columns.list(await this.scope.of(caller, project), experimentIds);
  }

  @ResolveField(() => [Metric], { description: 'Latest metrics, by key; all, or those named.' })
  metrics(@Parent() run: Run, @Args('keys', { type: () => [String], nullable: true }) keys?: string[]): readonly Metric[] {
    return named(run.allMetrics, keys);
  }

  @ResolveField(() => [KeyValue], { description: 'Params, by key; all, or those named.' })
  params(@Parent() run: Run, @Args('keys', { type: () => [String], nullable: true }) keys?: string[]): readonly KeyValue[] {
    return named(run.allParams, keys);
  }

  @ResolveField(() => [KeyValue], { description: 'Tags, by key; all, or those named.' })
  tags(@Parent() run: Run, @Args('keys', { type: () => [String], nullable: true }) keys?: string[]): readonly KeyValue[] {
    return named(run.allTags, keys);
  }

  @ResolveField(() => Float, { nullable: true, description: 'Latest value of one metric; null when it has none or it is not a number.' })
  metric(@Parent() run: Run, @Args('key') key: string): number | null {
    return run.allMetrics.find((metric) => metric.key === key)?.value ?? null;
  }

  @ResolveField(() => String, { nullable: true, description: 'Value of one param; null when it has none.' })
  param(@Parent() run: Run, @Args('key') key: string): string | null {
    return run.allParams.find((param) => param.key === key)?.value ?? null;
  }

  @ResolveField(() => [MetricSeries], { description: 'Histories for charts, down-sampled to `maxPoints` with minimum and maximum kept.' })
  async metricSeries(
    @Tenant() caller: TenantContext,
    @Parent() run: Run,
    @Args('keys', { type: () => [String] }) keys: string[],
    @Args('maxPoints', { type: () => Int }) maxPoints: number,
    @Args('xAxis', { type: () => SeriesAxis, defaultValue: SeriesAxis.STEP }) axis: SeriesAxis,
    @Args('from', { type: () => LongScalar, nullable: true, description: 'First step, or first time in milliseconds.' }) from?: bigint,
    @Args('to', { type: () => LongScalar, nullable: true, description: 'Last step, or last time in milliseconds.' }) to?: bigint,
  ): Promise<MetricSeries[]> {
    const ctx = await this.scope.of(caller, run.projectName);
    const series = await this.series.read(ctx, run.runId, { keys, maxPoints, axis, from: from ?? undefined, to: to ?? undefined });
    return series.map(({ key, totalPoints, points }) => ({
      key,
      totalPoints,
      downsampled: totalPoints > BigInt(points.length),
      points: points.map((point) => ({ ...point, timestamp: new Date(Number(point.timestamp)) })),
    }));
  }

  @ResolveField(() => [LoggedModel], { description: 'Models it logged or read.' })
  async loggedModels(@Tenant() caller: TenantContext, @Parent() run: Run): Promise<LoggedModel[]> {
    const ctx = await this.scope.of(caller, run.projectName);
    const models = await Promise.all(run.loggedModelIds.map((id) => this.models.get(ctx, id, true)));
    return models.map((model) => toLoggedModel(ctx, model.read()));
  }

  @ResolveField(() => RunConnection, { description: 'Runs nested in it; `first` is at most 200.' })
  async childRuns(@Tenant() caller: TenantContext, @Parent() run: Run, @Args('first', { type: () => Int }) first: number, @Args('after', { type: () => String, nullable: true }) after?: string): Promise<Connection<Run>> {
    const ctx = await this.scope.of(caller, run.projectName);
    const page = await this.search.search(ctx, { experimentIds: [run.experimentId], filter: `tags.mlflow.parentRunId = '${run.runId}'`, maxResults: checkFirst(first), pageToken: after ?? undefined });
    return toConnection(page, (child) => toRun(ctx, child.read()));
  }

  @Mutation(() => RunPayload, { description: 'Deletes a run; it can be restored.' })
  @Can('run:delete')
  async deleteRun(@Tenant() caller: TenantContext, @Args('input') input: RunInput): Promise<RunPayload> {
    const ctx = await this.scope.of(caller, input.project);
    await this.runsService.delete(ctx, input.runId);
    return { run: await this.read(ctx, input.runId) };
  }

  @Mutation(() => RunPayload, { description: 'Restores a deleted run.' })
  @Can('run:delete')
  async restoreRun(@Tenant() caller: TenantContext, @Args('input') input: RunInput): Promise<RunPayload> {
    const ctx = await this.scope.of(caller, input.project);
    await this.runsService.restore(ctx, input.runId);
    return { run: await this.read(ctx, input.runId) };
  }

  @Mutation(() => RunPayload, { description: 'Sets a tag of a run.' })
  @Can('run:write')
  async setRunTag(@Tenant() caller: TenantContext, @Args('input') input: SetRunTagInput): Promise<RunPayload> {
    const ctx = await this.scope.of(caller, input.project);
    await this.log.setTag(ctx, input.runId, { key: input.key, value: input.value });
    return { run: await this.read(ctx, input.runId) };
  }

  private async read(ctx: TenantContext, runId: string): Promise<Run> {
    return toRun(ctx, (await this.runsService.get(ctx, runId)).read());
  }
}

function named<T extends { readonly key: string }>(items: readonly T[], keys: readonly string[] | null | undefined): readonly T[] {
  if (keys == null) return items;
  const wanted = new Set(keys);
  return items.filter((item) => wanted.has(item.key));
}
