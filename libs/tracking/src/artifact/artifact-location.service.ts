import { Database } from '@modelyard/db';
import { demand, DomainError, notFound, projectOf, type Permission, type TenantContext } from '@modelyard/kernel';
import { artifactPath } from '@modelyard/storage';
import { Injectable } from '@nestjs/common';
import { artifactLocation, joinPath, outsideThisServer, proxiedPath, type ArtifactAddress, type ArtifactLocation } from './artifact-location.js';
import { findExperimentOfPath, findLoggedModelRoot, findRunRoot, listExperimentFolders } from './artifact-location.repository.js';
import { runNotFound } from '../tracking-errors.js';

export type ArtifactPermission = Extract<Permission, `artifact:${string}`>;

export interface LocatedArtifact {
  readonly location: ArtifactLocation;
  /** The root that the address's path is relative to, as clients know it. */
  readonly rootUri: string;
}

const MAX_FOLDERS = 10_000;

/** Finds where artifacts lie, and whether the caller may go there. The one place that makes artifact object keys. */
@Injectable()
export class ArtifactLocationService {
  constructor(private readonly db: Database) {}

  /** Throws NOT_FOUND, also for what lies in another project; PERMISSION_DENIED; FAILED_PRECONDITION for a foreign store. */
  async locate(ctx: TenantContext, address: ArtifactAddress, permission: ArtifactPermission): Promise<LocatedArtifact> {
    demand(ctx, permission);
    const rootUri = await this.rootUri(ctx, address);
    const root = proxiedPath(rootUri);
    if (root === null) throw outsideThisServer(rootUri);
    const [experiment = '', ...rest] = joinPath(root, address.path).split('/');
    const experimentId = await this.db.tenantSql(ctx, (tx) => findExperimentOfPath(tx, projectOf(ctx), experiment));
    if (experimentId === null) throw notFound(`The artifact folder '${experiment.slice(0, 100)}'`);
    return { location: artifactLocation(ctx.organizationId, experimentId, rest.join('/')), rootUri };
  }

  /** The folders of the artifact root: one for each active experiment of the project, by its id. */
  async listRoot(ctx: TenantContext): Promise<string[]> {
    demand(ctx, 'artifact:read');
    return this.db.tenantSql(ctx, (tx) => listExperimentFolders(tx, projectOf(ctx), MAX_FOLDERS));
  }

  private async rootUri(ctx: TenantContext, address: ArtifactAddress): Promise<string> {
    switch (address.kind) {
      case 'path':
        return 'mlflow-artifacts:/';
      case 'run': {
        const run = await this.db.tenantSql(ctx, (tx) => findRunRoot(tx, projectOf(ctx), address.runId));
        if (run === null) throw runNotFound(address.runId);
        return run.artifactUri;
      }
      case 'logged-model': {
        const model = await this.db.tenantSql(ctx, (tx) => findLoggedModelRoot(tx, projectOf(ctx), address.modelId));
        if (model === null) throw new DomainError('NOT_FOUND', `Logged model with ID '${address.modelId.slice(0, 100)}' not found.`);
        return model.artifactUri;
      }
      case 'uri': {
        const path = proxiedPath(address.uri);
        if (path !== null) artifactPath(path);
        return address.uri;
      }
    }
  }
}
