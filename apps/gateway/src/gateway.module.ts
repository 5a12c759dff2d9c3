import { Module, type DynamicModule } from '@nestjs/common';
import { AuditModule } from '@modelyard/audit';
import type { Logger, Settings } from '@modelyard/config';
import { databaseOptions, DbModule } from '@modelyard/db';
import { IdentityModule } from '@modelyard/identity';
import { TrackingModule } from '@modelyard/tracking';
import { SECURE_COOKIES, SessionController } from './auth/session.controller.js';
import { GraphqlSurfaceModule } from './graphql/graphql.module.js';
import { HealthController } from './http/health.controller.js';
import { MlflowModule } from './mlflow/mlflow.module.js';

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
        TrackingModule,
        MlflowModule,
        GraphqlSurfaceModule.forRoot(settings, logger),
      ],
    };
  }
}
