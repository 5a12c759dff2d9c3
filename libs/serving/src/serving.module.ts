import { PackagingModule } from '@modelyard/packaging';
import { Module, type DynamicModule } from '@nestjs/common';
import { ChangeEndpoint } from './endpoint/change-endpoint.js';
import { DeployModelVersion } from './endpoint/deploy-model-version.js';
import { EndpointStatsService } from './endpoint/endpoint-stats.service.js';
import { EndpointService } from './endpoint/endpoint.service.js';
import { ProvenanceService } from './provenance/provenance.service.js';
import { RouteTableService } from './route/route-table.service.js';
import { ServingOptions } from './serving-options.js';

const services = [EndpointService, EndpointStatsService, DeployModelVersion, ChangeEndpoint, ProvenanceService, RouteTableService];

@Module({})
export class ServingModule {
  static forRoot(options: { localTarget: boolean; provenanceKey: Buffer }): DynamicModule {
    return {
      module: ServingModule,
      global: true,
      imports: [PackagingModule],
      providers: [...services, { provide: ServingOptions, useValue: new ServingOptions(options) }],
      exports: services,
    };
  }
}
