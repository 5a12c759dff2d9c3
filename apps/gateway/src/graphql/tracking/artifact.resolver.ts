import { Args, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { TenantContext } from '@modelyard/kernel';
import { artifactDirectory } from '@modelyard/storage';
import { ArtifactService, type ArtifactEntry } from '@modelyard/tracking';
import { ProjectScope } from '../project-scope.js';
import { Tenant } from '../request-context.js';
import { Artifact } from './artifact.graphql-types.js';
import { Run } from './run.graphql-types.js';

@Resolver(() => Run)
export class RunArtifactsResolver {
  constructor(
    private readonly scope: ProjectScope,
    private readonly files: ArtifactService,
  ) {}

  @ResolveField(() => [Artifact], { description: 'Files and folders of one level: the root, or `path`.' })
  async artifacts(@Tenant() caller: TenantContext, @Parent() run: Run, @Args('path', { type: () => String, nullable: true }) path?: string): Promise<Artifact[]> {
    const ctx = await this.scope.of(caller, run.projectName);
    const { entries } = await this.files.list(ctx, { kind: 'run', runId: run.runId, path: artifactDirectory(path ?? '') });
    return entries.map((entry) => toArtifact(entry, (file) => `/get-artifact?run_id=${run.runId}&path=${encodeURIComponent(file)}`));
  }
}

/** An artifact with its download link, made by `urlOf` from its path. */
export function toArtifact(entry: ArtifactEntry, urlOf: (path: string) => string): Artifact {
  return {
    path: entry.path,
    name: entry.path.slice(entry.path.lastIndexOf('/') + 1),
    isDirectory: entry.isDirectory,
    sizeBytes: entry.isDirectory ? null : BigInt(entry.sizeBytes),
    url: urlOf(entry.path),
  };
}
