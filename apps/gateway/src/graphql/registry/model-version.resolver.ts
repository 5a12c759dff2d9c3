import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { DomainError, isDomainError, type TenantContext } from '@modelyard/kernel';
import { ModelContentsService, ModelVersionService, parseVersion, RegisteredModelService } from '@modelyard/registry';
import { artifactDirectory } from '@modelyard/storage';
import { ArtifactService, RunService } from '@modelyard/tracking';
import { Can } from '../../auth/access.decorators.js';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { Artifact } from '../tracking/artifact.graphql-types.js';
import { toArtifact } from '../tracking/artifact.resolver.js';
import { Run } from '../tracking/run.graphql-types.js';
import { toRun } from '../tracking/run.mapping.js';
import { ModelContents, ModelVersion, ModelVersionPayload, RegisterModelVersionInput } from './model-version.graphql-types.js';
import { toModelVersion } from './registry.mapping.js';

@Resolver(() => ModelVersion)
export class ModelVersionResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly versions: ModelVersionService,
    private readonly models: RegisteredModelService,
    private readonly runs: RunService,
    private readonly contents: ModelContentsService,
    private readonly files: ArtifactService,
  ) {}

  @Query(() => ModelVersion, { description: 'A version of a registered model.' })
  @Can('model:read')
  async modelVersion(@Tenant() caller: TenantContext, @Args('name') name: string, @Args('version') version: string, @Args('project', { type: () => String, nullable: true }) project?: string): Promise<ModelVersion> {
    const ctx = await this.scope.of(caller, project);
    return toModelVersion(ctx, await this.versions.get(ctx, name, parseVersion(version)));
  }

  @ResolveField(() => Run, { nullable: true, description: 'Run that made it; null when it names none.' })
  async run(@Tenant() caller: TenantContext, @Parent() version: ModelVersion): Promise<Run | null> {
    if (version.runId === null) return null;
    const ctx = await this.scope.of(caller, version.projectName);
    try {
      return toRun(ctx, (await this.runs.get(ctx, version.runId)).read());
    } catch (error) {
      // A version outlives its run.
      if (isDomainError(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }

  @ResolveField(() => ModelContents, { nullable: true, description: 'What its files say; null when they are no MLflow model, or lie outside this server.' })
  async model(@Tenant() caller: TenantContext, @Parent() version: ModelVersion): Promise<ModelContents | null> {
    const ctx = await this.scope.of(caller, version.projectName);
    try {
      const page = await this.contents.read(ctx, { name: version.name, version: Number(version.version), storageLocation: version.storageLocation });
      return {
        flavors: Object.keys(page.flavors),
        signatureInputs: page.signature?.inputs === undefined ? null : JSON.stringify(page.signature.inputs),
        signatureOutputs: page.signature?.outputs === undefined ? null : JSON.stringify(page.signature.outputs),
        inputExample: page.servingInput ?? page.inputExample,
        requirements: page.requirements,
        sizeBytes: page.modelSizeBytes === null ? null : BigInt(page.modelSizeBytes),
      };
    } catch (error) {
      if (isDomainError(error, 'FAILED_PRECONDITION') || isDomainError(error, 'NOT_FOUND')) return null;
      throw error;
    }
  }

  @ResolveField(() => [Artifact], { description: 'Files and folders of one level: the root, or `path`.' })
  async artifacts(@Tenant() caller: TenantContext, @Parent() version: ModelVersion, @Args('path', { type: () => String, nullable: true }) path?: string): Promise<Artifact[]> {
    const ctx = await this.scope.of(caller, version.projectName);
    const { entries } = await this.files.list(ctx, { kind: 'uri', uri: version.storageLocation, path: artifactDirectory(path ?? '') });
    const url = (file: string) => `/model-versions/get-artifact?name=${encodeURIComponent(version.name)}&version=${version.version}&path=${encodeURIComponent(file)}`;
    return entries.map((entry) => toArtifact(entry, url));
  }

  @Mutation(() => ModelVersionPayload, { description: 'Registers a version, and the model if there is none of that name.' })
  @Can('model:write')
  async registerModelVersion(@Tenant() caller: TenantContext, @Args('input') input: RegisterModelVersionInput): Promise<ModelVersionPayload> {
    const ctx = await this.scope.of(caller, input.project);
    await this.ensureModel(ctx, input.name);
    return { modelVersion: toModelVersion(ctx, await this.versions.create(ctx, { name: input.name, ...sourceOf(input) })) };
  }

  private async ensureModel(ctx: TenantContext, name: string): Promise<void> {
    try {
      await this.models.create(ctx, { name });
    } catch (error) {
      if (!isDomainError(error, 'ALREADY_EXISTS')) throw error;
    }
  }
}

function sourceOf(input: RegisterModelVersionInput): { source: string; runId?: string; modelId?: string } {
  if (input.loggedModelId != null) return { source: `models:/${input.loggedModelId}`, modelId: input.loggedModelId };
  if (input.runId != null && input.path != null) return { source: `runs:/${input.runId}/${input.path}`, runId: input.runId };
  throw new DomainError('INVALID_ARGUMENT', "Give 'loggedModelId', or 'runId' and 'path'.", { field: 'input' });
}
