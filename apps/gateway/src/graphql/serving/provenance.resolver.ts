import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { isDomainError, type TenantContext } from '@modelyard/kernel';
import { ModelVersionService } from '@modelyard/registry';
import { ProvenanceService } from '@modelyard/serving';
import { RunService } from '@modelyard/tracking';
import { Can } from '../../auth/access.decorators.js';
import { PUBLIC_URL } from '../identity/organization.resolver.js';
import { toModelVersion } from '../registry/registry.mapping.js';
import { Tenant } from '../request-context.js';
import { toRun } from '../tracking/run.mapping.js';
import { Provenance } from './provenance.graphql-types.js';
import { toEndpoint, toRevision } from './serving.mapping.js';

@Resolver(() => Provenance)
export class ProvenanceResolver {
  constructor(
    private readonly provenances: ProvenanceService,
    private readonly versions: ModelVersionService,
    private readonly runs: RunService,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @Query(() => Provenance, { description: "What made a prediction, by the id in its answer's header Modelyard-Provenance." })
  @Can('endpoint:read')
  async provenance(@Tenant() caller: TenantContext, @Args('id') id: string): Promise<Provenance> {
    const { ctx, endpoint, revision, predictedAt } = await this.provenances.resolve(caller, id);
    const { runId } = revision;
    const [version, run] = await Promise.all([
      unlessGone(() => this.versions.get(ctx, revision.modelName, revision.modelVersion)),
      runId === null ? null : unlessGone(async () => toRun(ctx, (await this.runs.get(ctx, runId)).read())),
    ]);
    return {
      id,
      predictedAt,
      endpoint: toEndpoint(ctx, endpoint, this.publicUrl),
      revision: toRevision(ctx, endpoint, revision),
      modelVersion: version === null ? null : toModelVersion(ctx, version),
      run,
      datasets: run?.datasets ?? [],
      sourceCommit: run?.sourceCommit ?? null,
    };
  }
}

/** Models and runs may be deleted after they were deployed. */
async function unlessGone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isDomainError(error, 'NOT_FOUND')) return null;
    throw error;
  }
}
