import { AuditService } from '@modelyard/audit';
import { Database } from '@modelyard/db';
import { DomainError, isDomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { ObjectStorage, type ByteRange, type ObjectBody, type ObjectEntry, type ObjectRead, type PutOptions } from '@modelyard/storage';
import { Injectable } from '@nestjs/common';
import { joinPath, proxiedPath, type ArtifactAddress, type ArtifactLocation } from './artifact-location.js';
import { ArtifactLocationService, type ArtifactPermission, type LocatedArtifact } from './artifact-location.service.js';

export interface ArtifactEntry {
  /** Relative to the root of the address. */
  readonly path: string;
  readonly isDirectory: boolean;
  /** 0 for a directory. */
  readonly sizeBytes: number;
}

export interface ArtifactListing {
  readonly rootUri: string;
  readonly entries: readonly ArtifactEntry[];
}

// MLflow's protocol has no pages: a client takes the whole folder or nothing.
const MAX_LISTED = 100_000;

/** The bytes of runs and logged models. Nothing passes through memory or a temporary file on its way. */
@Injectable()
export class ArtifactService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
    private readonly locations: ArtifactLocationService,
    private readonly storage: ObjectStorage,
  ) {}

  /** Throws as `open` and `write` do for an address that is not there or not the caller's, and does nothing else. */
  async check(ctx: TenantContext, address: ArtifactAddress, permission: ArtifactPermission): Promise<void> {
    await this.locations.locate(ctx, address, permission);
  }

  /** Opens a file; its stream must be consumed or destroyed. Throws NOT_FOUND, INVALID_ARGUMENT for a folder. */
  async open(ctx: TenantContext, address: ArtifactAddress, options: { range?: ByteRange; signal?: AbortSignal } = {}): Promise<ObjectRead> {
    const { location, rootUri } = await this.located(ctx, address);
    try {
      return await this.storage.objects.get(location.key, options);
    } catch (error) {
      throw isDomainError(error, 'NOT_FOUND') ? await this.absent(location, joinPath(proxiedPath(rootUri) ?? '', address.path), error) : error;
    }
  }

  /** Of a path alone MLflow says the same whether the experiment or the file is missing. */
  private async located(ctx: TenantContext, address: ArtifactAddress): Promise<LocatedArtifact> {
    try {
      return await this.locations.locate(ctx, address, 'artifact:read');
    } catch (error) {
      throw address.kind === 'path' && isDomainError(error, 'NOT_FOUND') ? noSuchArtifact(address.path, error) : error;
    }
  }

  /** Stores a file, replacing what is there. An upload that breaks off leaves nothing. */
  async write(ctx: TenantContext, address: ArtifactAddress, body: ObjectBody, options: Pick<PutOptions, 'contentLength' | 'contentType' | 'signal'>): Promise<void> {
    const { location } = await this.locations.locate(ctx, address, 'artifact:write');
    if (location.path === '') throw new DomainError('INVALID_ARGUMENT', 'Invalid path: it names no file below the experiment.', { field: 'path' });
    await this.storage.objects.put(location.key, body, options);
  }

  /** Files and folders of one level. A file, and a folder that does not exist, have none. */
  async list(ctx: TenantContext, address: ArtifactAddress): Promise<ArtifactListing> {
    if (address.kind === 'path' && address.path === '') return this.listRoot(ctx);
    const { location, rootUri } = await this.locations.locate(ctx, address, 'artifact:read');
    const entries: ArtifactEntry[] = [];
    for await (const entry of this.level(`${location.key}/`)) {
      if (entries.length === MAX_LISTED) {
        throw new DomainError('FAILED_PRECONDITION', `This folder has more than ${MAX_LISTED} entries. List or download its subfolders one by one.`);
      }
      const name = entry.key.slice(location.key.length + 1).replace(/\/$/, '');
      entries.push({ path: joinPath(address.path, name), isDirectory: entry.isDirectory, sizeBytes: entry.sizeBytes });
    }
    return { rootUri, entries };
  }

  /** Deletes a file, or a folder with everything in it. What does not exist is no error. */
  async remove(ctx: TenantContext, address: ArtifactAddress): Promise<void> {
    const { location } = await this.locations.locate(ctx, address, 'artifact:delete');
    const resourceId = joinPath(String(location.experimentId), location.path);
    // Before the deletion: what cannot be recorded does not happen.
    await this.db.tenantSql(ctx, (tx) => this.audit.record(tx, ctx, { action: 'artifact.delete', resourceType: 'artifact', resourceId, projectId: projectOf(ctx) }));
    if (location.path !== '') await this.storage.objects.delete(location.key);
    await this.storage.objects.deletePrefix(`${location.key}/`);
  }

  private async listRoot(ctx: TenantContext): Promise<ArtifactListing> {
    const folders = await this.locations.listRoot(ctx);
    return { rootUri: 'mlflow-artifacts:/', entries: folders.map((path) => ({ path, isDirectory: true, sizeBytes: 0 })) };
  }

  private async *level(prefix: string): AsyncGenerator<ObjectEntry> {
    let cursor: string | undefined;
    do {
      const page = await this.storage.objects.list(prefix, { delimiter: '/', cursor });
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** MLflow's words for what is not a file. */
  private async absent(location: ArtifactLocation, path: string, cause: unknown): Promise<DomainError> {
    const { items } = await this.storage.objects.list(`${location.key}/`, { delimiter: '/', limit: 1 });
    return items.length > 0
      ? new DomainError('INVALID_ARGUMENT', `Artifact path refers to a directory, not a file: '${path}'`, { field: 'path' }, { cause })
      : noSuchArtifact(path, cause);
  }
}

function noSuchArtifact(path: string, cause: unknown): DomainError {
  return new DomainError('NOT_FOUND', `No such artifact: '${path}'`, { field: 'path' }, { cause });
}
