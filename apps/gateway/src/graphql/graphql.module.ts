import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { GraphQLModule, type BuildSchemaOptions } from '@nestjs/graphql';
import { publicUrl, type Logger, type Settings } from '@modelyard/config';
import { AuthenticationService } from '@modelyard/identity';
import { GraphqlAccessGuard } from '../auth/graphql-access.guard.js';
import { contextOf } from '../auth/request-access.js';
import { socketAuthenticator } from '../auth/socket-access.js';
import { tenantUrlRewriter } from '../auth/tenant-prefix.js';
import { AuditResolver } from './audit/audit.resolver.js';
import { graphqlErrorFormatter } from './graphql-errors.js';
import { limitRules, MAX_TOKENS } from './graphql-limits.js';
import { AuthMode } from './identity/organization.graphql-types.js';
import { AUTH_MODE, OrganizationResolver, PUBLIC_URL } from './identity/organization.resolver.js';
import { ProjectResolver } from './identity/project.resolver.js';
import { TokenResolver } from './identity/token.resolver.js';
import { JitApolloDriver, type JitApolloOptions } from './jit-apollo.driver.js';
import { ModelVersionResolver } from './registry/model-version.resolver.js';
import { ProjectModelsResolver, RegisteredModelResolver } from './registry/registered-model.resolver.js';
import { RunVersionsResolver } from './registry/run-versions.resolver.js';
import { WebhookHostResolver } from './registry/webhook-host.resolver.js';
import { ProjectScope } from './project-scope.js';
import { GraphqlRequestContext } from './request-context.js';
import { LongScalar } from './scalars.js';
import { DeploymentProgressResolver } from './serving/deployment-progress.resolver.js';
import { ModelEndpointsResolver, ProjectEndpointsResolver } from './serving/endpoint-lists.resolver.js';
import { EndpointResolver } from './serving/endpoint.resolver.js';
import { ProvenanceResolver } from './serving/provenance.resolver.js';
import { RevisionResolver } from './serving/revision.resolver.js';
import { LoggedModelResolver } from './tracking/logged-model.resolver.js';
import { RunArtifactsResolver } from './tracking/artifact.resolver.js';
import { ExperimentResolver, ProjectExperimentsResolver } from './tracking/experiment.resolver.js';
import { RunResolver } from './tracking/run.resolver.js';
import { ProjectTracesResolver, TraceResolver } from './tracking/trace.resolver.js';

export const RESOLVERS = [
  OrganizationResolver, ProjectResolver, TokenResolver, AuditResolver, ExperimentResolver, ProjectExperimentsResolver, RunResolver, RunArtifactsResolver, LoggedModelResolver, TraceResolver, ProjectTracesResolver,
  RegisteredModelResolver, ProjectModelsResolver, ModelVersionResolver, RunVersionsResolver, WebhookHostResolver,
  EndpointResolver, ProjectEndpointsResolver, ModelEndpointsResolver, RevisionResolver, DeploymentProgressResolver, ProvenanceResolver,
];

export const BUILD_OPTIONS: BuildSchemaOptions = { dateScalarMode: 'isoDate', scalarsMap: [{ type: BigInt, scalar: LongScalar }] };

/** The GraphQL API: one schema, code first. */
@Module({})
export class GraphqlSurfaceModule {
  static forRoot(settings: Settings, logger: Logger): DynamicModule {
    const basePath = settings.MODELYARD_PUBLIC_URL === undefined ? '' : new URL(settings.MODELYARD_PUBLIC_URL).pathname.replace(/\/+$/, '');
    return {
      module: GraphqlSurfaceModule,
      imports: [
        DiscoveryModule,
        GraphQLModule.forRootAsync<JitApolloOptions>({
          driver: JitApolloDriver,
          inject: [AuthenticationService],
          useFactory: (authentication: AuthenticationService) => ({
            autoSchemaFile: true,
            sortSchema: true,
            buildSchemaOptions: BUILD_OPTIONS,
            requestContext: (request) => new GraphqlRequestContext(contextOf(request)),
            socketContext: socketAuthenticator(authentication, settings, basePath, (ctx) => new GraphqlRequestContext(ctx)),
            rewriteUrl: tenantUrlRewriter(basePath),
            formatError: graphqlErrorFormatter(logger),
            validationRules: limitRules(),
            maxTokens: MAX_TOKENS,
            introspection: true,
          }),
        }),
      ],
      providers: [
        ProjectScope,
        { provide: APP_GUARD, useClass: GraphqlAccessGuard },
        { provide: PUBLIC_URL, useValue: publicUrl(settings) },
        { provide: AUTH_MODE, useValue: settings.MODELYARD_AUTH === 'local' ? AuthMode.LOCAL : AuthMode.REQUIRED },
        ...RESOLVERS,
      ],
    };
  }
}
