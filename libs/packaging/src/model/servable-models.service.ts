import { runtimeFor, type ServingRuntime } from '@modelyard/cluster';
import type { TenantContext } from '@modelyard/kernel';
import { ModelContentsService, ModelVersionService, type ModelVersion } from '@modelyard/registry';
import { ArtifactLocationService } from '@modelyard/tracking';
import { Injectable } from '@nestjs/common';

/** A model version that can be served: what serves it, and the prefix of its files in the object store. */
export interface ServableModel {
  readonly version: ModelVersion;
  readonly runtime: ServingRuntime;
  readonly artifactPrefix: string;
}

@Injectable()
export class ServableModelsService {
  constructor(
    private readonly versions: ModelVersionService,
    private readonly contents: ModelContentsService,
    private readonly locations: ArtifactLocationService,
  ) {}

  /** Throws NOT_FOUND, and FAILED_PRECONDITION with what keeps the version from being served. */
  async get(ctx: TenantContext, name: string, number: number): Promise<ServableModel> {
    const version = await this.versions.get(ctx, name, number);
    const { location } = await this.locations.locate(ctx, { kind: 'uri', uri: version.storageLocation, path: '' }, 'artifact:read');
    const { flavors } = await this.contents.read(ctx, version);
    return { version, runtime: runtimeFor(Object.keys(flavors)), artifactPrefix: location.key };
  }
}
