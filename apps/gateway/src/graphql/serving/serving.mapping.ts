import { encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import type { DeploymentStep as DomainStep, Endpoint as DomainEndpoint, LogLine as DomainLine, Revision as DomainRevision } from '@modelyard/serving';
import { EndpointState, type Endpoint } from './endpoint.graphql-types.js';
import { RevisionState, StepState, type DeploymentStep, type LogLine, type Revision } from './revision.graphql-types.js';

/** `ctx` looks at the endpoint's project. */
export function toEndpoint(ctx: TenantContext, endpoint: DomainEndpoint, publicUrl: string): Endpoint {
  return {
    id: encodeGlobalId('Endpoint', ctx.organizationId, endpoint.id),
    name: endpoint.name,
    url: `${publicUrl}/orgs/${ctx.organizationSlug}/projects/${ctx.projectName ?? ''}/endpoints/${endpoint.name}/invocations`,
    createdAt: endpoint.createdAt,
    state: EndpointState[endpoint.state],
    stateReason: endpoint.stateReason,
    generation: endpoint.generation,
    observedGeneration: endpoint.observedGeneration,
    projectName: ctx.projectName ?? '',
    endpoint,
  };
}

export function toRevision(ctx: TenantContext, endpoint: DomainEndpoint, revision: DomainRevision): Revision {
  return {
    id: encodeGlobalId('Revision', ctx.organizationId, `${revision.endpointId}/${revision.number}`),
    number: revision.number,
    modelName: revision.modelName,
    modelVersion: String(revision.modelVersion),
    createdAt: revision.createdAt,
    createdBy: revision.createdBy,
    state: RevisionState[revision.state],
    stateReason: revision.stateReason,
    trafficPercent: revision.trafficPercent,
    replicas: revision.replicas,
    readyReplicas: revision.readyReplicas,
    restarts: revision.restarts,
    projectName: ctx.projectName ?? '',
    endpoint,
  };
}

export function toStep({ name, state, message, startedAt, finishedAt }: DomainStep): DeploymentStep {
  const durationMs = startedAt === null || finishedAt === null ? null : BigInt(Math.max(0, finishedAt.getTime() - startedAt.getTime()));
  return { name, state: StepState[state], message, startedAt, finishedAt, durationMs };
}

export function toLogLine({ sequence, time, stream, text, step }: DomainLine): LogLine {
  return { sequence, time, stream, text, step };
}
