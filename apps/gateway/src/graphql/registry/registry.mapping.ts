import { encodeGlobalId, type TenantContext } from '@modelyard/kernel';
import type { ModelVersion as DomainVersion, RegisteredModel as DomainModel } from '@modelyard/registry';
import type { ModelVersion } from './model-version.graphql-types.js';
import type { RegisteredModel } from './registered-model.graphql-types.js';

export function toModelVersion(ctx: TenantContext, version: DomainVersion): ModelVersion {
  return {
    id: encodeGlobalId('ModelVersion', ctx.organizationId, `${version.registeredModelId}/${version.version}`),
    name: version.name,
    version: String(version.version),
    description: version.description ?? '',
    createdAt: new Date(version.creationTime),
    updatedAt: new Date(version.lastUpdatedTime),
    status: version.status,
    stage: version.stage,
    source: version.source,
    runId: version.runId,
    loggedModelId: version.modelId,
    userName: version.userName,
    tags: version.tags,
    aliases: version.aliases,
    projectName: ctx.projectName ?? '',
    storageLocation: version.storageLocation,
  };
}

export function toRegisteredModel(ctx: TenantContext, model: DomainModel): RegisteredModel {
  const latest = model.latestVersions.reduce<DomainVersion | null>((best, version) => (best === null || version.version > best.version ? version : best), null);
  return {
    id: encodeGlobalId('RegisteredModel', ctx.organizationId, model.id),
    name: model.name,
    description: model.description ?? '',
    createdAt: new Date(model.creationTime),
    updatedAt: new Date(model.lastUpdatedTime),
    tags: model.tags,
    aliases: model.aliases.map(({ alias, version }) => ({ alias, version: String(version) })),
    latestVersion: latest === null ? null : toModelVersion(ctx, latest),
    projectName: ctx.projectName ?? '',
  };
}
