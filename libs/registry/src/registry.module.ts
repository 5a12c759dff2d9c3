import { Module, type DynamicModule } from '@nestjs/common';
import { ArtifactModule } from '@modelyard/tracking';
import { ChangeGate, OpenGate } from './change-gate.js';
import { AliasService } from './model-alias/model-alias.service.js';
import { ModelContentsService } from './model-contents/model-contents.service.js';
import { ModelVersionSearchService } from './model-version/model-version-search.service.js';
import { ModelVersionService } from './model-version/model-version.service.js';
import { RegisteredModelSearchService } from './registered-model/registered-model-search.service.js';
import { RegisteredModelService } from './registered-model/registered-model.service.js';
import { RegistryOptions } from './registry-options.js';
import { AllowedHostService } from './webhook/allowed-host.service.js';
import { WebhookSecrets } from './webhook/webhook-secrets.js';
import { WebhookSender } from './webhook/webhook-sender.js';
import { WebhookService } from './webhook/webhook.service.js';

export interface RegistryModuleOptions {
  /** Under which people reach this server; artifact URLs of it are accepted as sources of versions. */
  readonly publicUrl?: string;
  /** Master keys of stored secrets, the newest first. */
  readonly masterKeys: readonly string[];
  /** What decides about changes; its own dependencies come from global modules. Default: everything passes. */
  readonly gate?: new (...dependencies: never[]) => ChangeGate;
}

const services = [RegisteredModelService, RegisteredModelSearchService, ModelVersionService, ModelVersionSearchService, AliasService, ModelContentsService, WebhookService, AllowedHostService];

@Module({})
export class RegistryModule {
  static forRoot(options: RegistryModuleOptions): DynamicModule {
    return {
      module: RegistryModule,
      global: true,
      imports: [ArtifactModule],
      providers: [
        ...services,
        { provide: WebhookSender, useValue: new WebhookSender() },
        { provide: WebhookSecrets, useValue: new WebhookSecrets(options.masterKeys) },
        { provide: RegistryOptions, useValue: new RegistryOptions(options) },
        { provide: ChangeGate, useClass: options.gate ?? OpenGate },
      ],
      exports: [...services, ChangeGate],
    };
  }
}
