import { Global, Module } from '@nestjs/common';
import { ArtifactLocationService } from './artifact-location.service.js';
import { ArtifactService } from './artifact.service.js';

/** Apart from the tracking module because it needs a StorageModule, which not every process has. */
@Global()
@Module({ providers: [ArtifactLocationService, ArtifactService], exports: [ArtifactLocationService, ArtifactService] })
export class ArtifactModule {}
