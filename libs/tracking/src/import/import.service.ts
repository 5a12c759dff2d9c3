import { AuditService } from '@modelyard/audit';
import { Database } from '@modelyard/db';
import { demand, DomainError, isDomainError, projectOf, type TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { artifactLocation } from '../artifact/artifact-location.js';
import { ArtifactUris } from './artifact-uris.js';
import { addRow, EMPTY_SUM, type TableSum } from './checksum.js';
import type { ImportScope, ImportStep, SourceReader } from './import-step.js';
import { advanceStep, finishImport, listExperimentRows, listExperiments, listOutside, listProgress, openImport, sumOurs, type MappedExperiment, type StepProgress } from './import.repository.js';
import { inspectStore } from './mlflow-store.js';
import { countRows, nextBatch, readTable } from './source-batches.js';

export interface ImportRequest {
  /** Where the source lies, without credentials. */
  readonly label: string;
  /** Absolute; URIs of files below it become the server's own. Null: files are not taken over. */
  readonly artifactRoot: string | null;
}

/** Rows of one table that are here, of so many in the source. */
export type Progress = (step: string, rows: number, total: number) => void;

export interface TableCheck {
  readonly table: string;
  readonly source: TableSum;
  readonly ours: TableSum;
  readonly isEqual: boolean;
}

export interface OpenedImport {
  readonly scope: ImportScope;
  readonly isResumed: boolean;
  readonly leftBehind: readonly { readonly table: string; readonly rows: number }[];
}

/** The step that decides where artifacts lie. */
const EXPERIMENTS = 'experiments';

/** Takes an MLflow store over into the context's project. */
@Injectable()
export class ImportService {
  constructor(
    private readonly db: Database,
    private readonly audit: AuditService,
  ) {}

  /** Begins an import, or finds the one that was begun before. Throws FAILED_PRECONDITION when the store cannot be taken over. */
  async open(ctx: TenantContext, source: SourceReader, request: ImportRequest): Promise<OpenedImport> {
    for (const permission of ['experiment:write', 'run:write', 'model:write', 'artifact:write'] as const) demand(ctx, permission);
    const projectId = projectOf(ctx);
    const { fingerprint, leftBehind } = await inspectStore(source);
    return this.db.tenantSql(ctx, async (tx) => {
      const record = await openImport(tx, projectId, fingerprint, request.label, request.artifactRoot);
      await this.audit.record(tx, ctx, { action: 'mlflow-import.start', resourceType: 'mlflow-import', resourceId: record.id, details: { source: request.label, fingerprint, resumed: !record.isNew } });
      const places = placesOf(await listExperiments(tx, record.id), record.artifactRoot);
      return { scope: { importId: record.id, projectId, actorName: ctx.actor.name, ...places }, isResumed: !record.isNew, leftBehind };
    });
  }

  /**
   * Takes over what is not here yet, step by step. Each batch is one transaction with its place in the source, so that a
   * kill at any moment loses nothing, and nothing comes twice. Returns the scope with the places of all artifacts.
   */
  async run(ctx: TenantContext, opened: ImportScope, source: SourceReader, steps: readonly ImportStep[], onProgress: Progress): Promise<ImportScope> {
    let scope = opened;
    const done = await this.db.tenantSql(ctx, (tx) => listProgress(tx, scope.importId));
    for (const step of steps) {
      await this.runStep(ctx, scope, source, step, done.get(step.name), onProgress);
      if (step.name === EXPERIMENTS) scope = { ...scope, ...placesOf(await this.experiments(ctx, scope), scope.uris.root) };
    }
    return scope;
  }

  private async runStep(ctx: TenantContext, scope: ImportScope, source: SourceReader, step: ImportStep, from: StepProgress | undefined, onProgress: Progress): Promise<void> {
    const total = await countRows(source, step.source);
    let progress = from;
    // A complete step is looked at again: a source that was written to meanwhile has more.
    for (;;) {
      const batch = await nextBatch(source, step.source, progress?.cursor ?? null);
      const before: StepProgress = progress ?? { cursor: null, rows: 0, isComplete: false };
      const after: StepProgress = batch === null ? { ...before, isComplete: true } : { cursor: batch.cursor, rows: before.rows + batch.rows.length, isComplete: false };
      await this.db.tenantSql(ctx, async (tx) => {
        await advanceStep(tx, scope.importId, step.name, progress, after);
        if (batch !== null) await step.write(tx, scope, batch.rows);
      }).catch((error: unknown) => { throw explain(error, step.name); });
      progress = after;
      onProgress(step.name, after.rows, total);
      if (batch === null) return;
    }
  }

  /** Compares all rows of the source with what became of them. */
  async verify(ctx: TenantContext, scope: ImportScope, source: SourceReader, steps: readonly ImportStep[]): Promise<TableCheck[]> {
    const checks: TableCheck[] = [];
    for (const step of steps) {
      let sum = EMPTY_SUM;
      for await (const batch of readTable(source, step.source)) for (const row of batch.rows) sum = addRow(sum, step.fields(row, scope));
      const ours = await this.db.tenantSql(ctx, (tx) => sumOurs(tx, scope.importId, step.ours));
      checks.push({ table: step.name, source: sum, ours, isEqual: sum.rows === ours.rows && sum.sum === ours.sum });
    }
    return checks;
  }

  /** Notes the end of an import. */
  async finish(ctx: TenantContext, scope: ImportScope, checks: readonly TableCheck[], files: number): Promise<void> {
    const isVerified = checks.every(({ isEqual }) => isEqual);
    await this.db.tenantSql(ctx, async (tx) => {
      if (isVerified) await finishImport(tx, scope.importId);
      const rows = Object.fromEntries(checks.map(({ table, ours }) => [table, Number(ours.rows)]));
      await this.audit.record(tx, ctx, { action: 'mlflow-import.finish', resourceType: 'mlflow-import', resourceId: scope.importId, details: { verified: isVerified, files, rows } });
    });
  }

  /** Ids on the wire: `0` is Default. */
  async experiments(ctx: TenantContext, scope: ImportScope): Promise<MappedExperiment[]> {
    return this.db.tenantSql(ctx, (tx) => listExperiments(tx, scope.importId));
  }

  /** Artifacts that clients must read elsewhere, by place. */
  async outside(ctx: TenantContext, scope: ImportScope): Promise<{ kind: string; place: string; count: number; example: string }[]> {
    return this.db.tenantSql(ctx, (tx) => listOutside(tx, scope.importId));
  }

  /** Object keys of the imported experiments' artifacts, by their ids in the source. */
  async artifactFolders(ctx: TenantContext, scope: ImportScope): Promise<ReadonlyMap<string, string>> {
    const rows = await this.db.tenantSql(ctx, (tx) => listExperimentRows(tx, scope.importId));
    return new Map([...rows].map(([sourceId, id]) => [sourceId, artifactLocation(ctx.organizationId, id, '').key]));
  }
}

function placesOf(experiments: readonly MappedExperiment[], root: string | null): Pick<ImportScope, 'uris' | 'experimentIds'> {
  return { uris: new ArtifactUris(new Map(experiments.map(({ from, folder }) => [from, folder])), root), experimentIds: new Map(experiments.map(({ from, to }) => [from, to])) };
}

function explain(error: unknown, step: string): unknown {
  if (isDomainError(error, 'ALREADY_EXISTS')) {
    return new DomainError('ALREADY_EXISTS', `In ${step}, something of this store exists here already and did not come from it: names are unique in a project, run and logged-model ids in an organization. Import into an empty project, or of an organization that does not have this store yet.`, { step }, { cause: error });
  }
  if (error instanceof z.ZodError) {
    const issue = error.issues[0];
    return new DomainError('INVALID_ARGUMENT', `In ${step}, a row of the source is not as MLflow writes it: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}. Correct it in the source, or in a copy, and run the import again.`, { step }, { cause: error });
  }
  return error;
}
