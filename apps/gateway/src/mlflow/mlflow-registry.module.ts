import { Module } from '@nestjs/common';
import { ModelArtifactsController } from './artifacts/model-artifacts.controller.js';
import { ProxiedArtifactsController } from './artifacts/proxied-artifacts.controller.js';
import { RunArtifactsController } from './artifacts/run-artifacts.controller.js';
import { UnsupportedTransfersController } from './artifacts/unsupported-transfers.controller.js';
import { ModelVersionsController } from './registry/model-versions.controller.js';
import { RegisteredModelsController } from './registry/registered-models.controller.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

/** MLflow's model registry and its artifacts. */
@Module({
  controllers: [
    RegisteredModelsController, ModelVersionsController, WebhooksController,
    ProxiedArtifactsController, RunArtifactsController, ModelArtifactsController, UnsupportedTransfersController,
  ],
})
export class MlflowRegistryModule {}
