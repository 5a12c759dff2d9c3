import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@modelyard/audit';
import { masterKeys, provenanceKey, publicUrl, type Logger, type Settings } from '@modelyard/config';
import { databaseOptions, DbModule } from '@modelyard/db';
import { IdentityModule } from '@modelyard/identity';
import { RegistryModule } from '@modelyard/registry';
import { ServingModule } from '@modelyard/serving';
import { StorageModule, storageOptions } from '@modelyard/storage';
import { TrackingModule } from '@modelyard/tracking';
import { SECURE_COOKIES, SessionController } from './auth/session.controller.js';
import { GraphqlSurfaceModule } from './graphql/graphql.module.js';
import { HealthController } from './http/health.controller.js';
import { MlflowGenaiModule } from './mlflow/mlflow-genai.module.js';
import { MlflowModule } from './mlflow/mlflow.module.js';
import { MlflowRegistryModule } from './mlflow/mlflow-registry.module.js';

@Module({ controllers: [HealthController, SessionController] })
export class GatewayModule {
  static forRoot(settings: Settings, logger: Logger): DynamicModule {
    return {
      module: GatewayModule,
      providers: [{ provide: SECURE_COOKIES, useValue: settings.MODELYARD_PUBLIC_URL?.startsWith('https:') ?? false }],
      imports: [
        DbModule.forRoot(databaseOptions(settings, 'modelyard-gateway', logger)),
        AuditModule,
        IdentityModule.forRoot({ local: settings.MODELYARD_AUTH === 'local' }),
        StorageModule.forRoot(storageOptions(settings)),
        TrackingModule,
        RegistryModule.forRoot({ publicUrl: publicUrl(settings), masterKeys: masterKeys(settings) }),
        ServingModule.forRoot({ localTarget: settings.MODELYARD_LOCAL_TARGET, provenanceKey: provenanceKey(settings) }),
        MlflowModule,
        MlflowRegistryModule,
        MlflowGenaiModule,
        GraphqlSurfaceModule.forRoot(settings, logger),
      ],
    };
  }
}
