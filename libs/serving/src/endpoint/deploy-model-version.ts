import { Injectable } from '@nestjs/common';
import { AuditService } from '@modelyard/audit';
import { addToOutbox, Database, type TenantHandle } from '@modelyard/db';
import { demand, DomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { ServableModelsService } from '@modelyard/packaging';
import { ChangeGate, type ModelVersion } from '@modelyard/registry';
import { EndpointChanged } from '../serving.jobs.js';
import { ServingOptions } from '../serving-options.js';
import { checkEndpointName, checkReplicas, endpointNameOf, type Endpoint, type Revision } from './endpoint.js';
import * as endpoints from './endpoint.repository.js';
import * as revisions from './revision.repository.js';

export interface DeployRequest {
  readonly name: string;
  readonly version: number;
  /** Default: the model's name made safe for URLs. */
  readonly endpoint?: string;
  readonly replicas?: number;
}

export interface Deployment {
  readonly endpoint: Endpoint;
  readonly revision: Revision;
}

const MEMORY_BYTES = 4 * 1024 ** 3;
const THREADS = 1;

/** Wishes a model version onto an endpoint. What is already wished and not failed is not deployed twice. */
@Injectable()
export class DeployModelVersion {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly models: ServableModelsService,
    private readonly gate: ChangeGate,
    private readonly options: ServingOptions,
  ) {}

  /** Throws NOT_FOUND, INVALID_ARGUMENT, PERMISSION_DENIED, FAILED_PRECONDITION with what keeps the version from being served. */
  async deploy(ctx: TenantContext, request: DeployRequest): Promise<Deployment> {
    demand(ctx, 'endpoint:deploy', projectOf(ctx));
    const name = request.endpoint ?? endpointNameOf(request.name);
    const replicas = request.replicas ?? 1;
    checkEndpointName(name);
    checkReplicas(replicas);
    this.demandTarget();
    const { version, artifactPrefix } = await this.models.get(ctx, request.name, request.version);
    return this.db.tenant(ctx, async (tx) => {
      const endpoint = await this.ensureEndpoint(tx, ctx, name);
      const existing = await findSame(tx, endpoint, version, replicas);
      if (existing !== null) return { endpoint, revision: existing };
      const model = { id: version.registeredModelId, projectId: version.projectId, name: version.name };
      await this.gate.check(tx, ctx, { kind: 'deploy', model, version: version.version, endpoint: name });
      return this.addRevision(tx, ctx, endpoint, { ...of(version), artifactPrefix, replicas, memoryBytes: MEMORY_BYTES, threads: THREADS, createdBy: ctx.actor.name });
    });
  }

  private demandTarget(): void {
    if (this.options.localTarget) return;
    throw new DomainError('FAILED_PRECONDITION', 'There is no target to deploy to: models may not run on this machine. An operator can allow it with MODELYARD_LOCAL_TARGET=true.');
  }

  private async ensureEndpoint(tx: TenantHandle, ctx: TenantContext, name: string): Promise<Endpoint> {
    const projectId = projectOf(ctx);
    if ((await endpoints.findEndpoint(tx, projectId, name)) === null) {
      await endpoints.insertEndpoint(tx, { projectId, name, targetId: await endpoints.ensureLocalTarget(tx), createdBy: ctx.actor.name });
    }
    const endpoint = await endpoints.findEndpoint(tx, projectId, name, { lock: true });
    if (endpoint === null) throw new Error('the endpoint was not inserted');
    if (endpoint.state === 'DELETING') throw new DomainError('CONFLICT', `Endpoint '${name}' is being deleted. Wait until it is gone, or choose another name.`);
    return endpoint;
  }

  private async addRevision(tx: TenantHandle, ctx: TenantContext, endpoint: Endpoint, revision: revisions.NewRevision): Promise<Deployment> {
    const number = await revisions.insertRevision(tx, endpoint.id, revision);
    await endpoints.updateDesired(tx, endpoint.id, { revision: number, deleting: false });
    const details = { revision: number, model: revision.modelName, version: revision.modelVersion, replicas: revision.replicas, previous: endpoint.desiredRevision };
    await this.audit.record(tx, ctx, { action: 'endpoint.deploy', resourceType: 'endpoint', resourceId: endpoint.name, projectId: endpoint.projectId, details });
    await addToOutbox(tx, EndpointChanged, { organizationId: tx.organizationId, endpointId: endpoint.id });
    const [changed, added] = [await endpoints.findEndpointById(tx, endpoint.id), await revisions.findRevision(tx, endpoint.id, number)];
    if (changed === null || added === null) throw new Error('the revision was not inserted');
    return { endpoint: changed, revision: added };
  }
}

function of({ name, version, runId, modelId }: ModelVersion) {
  return { modelName: name, modelVersion: version, runId, loggedModelId: modelId };
}

/** The wished revision, if it is just what is asked for: pressing Deploy twice deploys once. */
async function findSame(tx: TenantHandle, endpoint: Endpoint, version: ModelVersion, replicas: number): Promise<Revision | null> {
  if (endpoint.desiredRevision === null) return null;
  const wished = await revisions.findRevision(tx, endpoint.id, endpoint.desiredRevision);
  const same = wished?.modelName === version.name && wished.modelVersion === version.version && wished.replicas === replicas && wished.state !== 'FAILED';
  return same ? wished : null;
}
