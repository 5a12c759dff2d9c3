import { Module, type DynamicModule } from '@nestjs/common';
import { Database } from '@modelyard/db';
import { AuthenticationService, type AuthenticationOptions } from './authentication/authentication.service.js';
import { OrganizationService } from './organization/organization.service.js';
import { DeleteProject } from './project/delete-project.js';
import { ProjectService } from './project/project.service.js';
import { TokenDigestService } from './token/token-digest.service.js';
import { TokenService } from './token/token.service.js';

@Module({})
export class IdentityModule {
  static forRoot(options: AuthenticationOptions): DynamicModule {
    return {
      module: IdentityModule,
      global: true,
      providers: [
        OrganizationService,
        ProjectService,
        DeleteProject,
        TokenService,
        TokenDigestService,
        {
          provide: AuthenticationService,
          useFactory: (db: Database, organizations: OrganizationService) => new AuthenticationService(db, organizations, options),
          inject: [Database, OrganizationService],
        },
      ],
      exports: [OrganizationService, ProjectService, DeleteProject, TokenService, TokenDigestService, AuthenticationService],
    };
  }
}
