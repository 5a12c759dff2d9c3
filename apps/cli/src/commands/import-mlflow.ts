import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AuditService } from '@modelyard/audit';
import { parseSettings, type Settings } from '@modelyard/config';
import { openSourceDatabase, type Database, type SourceDatabase } from '@modelyard/db';
import { createTenantContext, type TenantContext } from '@modelyard/kernel';
import { REGISTRY_IMPORT } from '@modelyard/registry';
import { storageFromOptions, storageOptions } from '@modelyard/storage';
import { ImportService, TRACKING_IMPORT } from '@modelyard/tracking';
import { copyArtifacts } from '../import-mlflow/copy-artifacts.js';
import { printReport, type ImportReport } from '../import-mlflow/import-report.js';
import { count, ProgressLines } from '../import-mlflow/progress-lines.js';
import { parseSource, type SourceAddress } from '../import-mlflow/source-address.js';
import { openSqlite } from '../import-mlflow/sqlite-source.js';
import { withDatabase } from './reach-database.js';
import { UsageError } from './usage.js';

const USAGE = '--from URL|FILE [--artifacts FOLDER] [--org NAME] [--project NAME] [--report FILE]';

const OPTIONS = { from: { type: 'string' }, artifacts: { type: 'string' }, org: { type: 'string' }, project: { type: 'string' }, report: { type: 'string' } } as const;

/** Experiments first: their ids are in all artifact URIs. Points last: by far the most. */
const STEPS = [...TRACKING_IMPORT.slice(0, 2), ...REGISTRY_IMPORT, ...TRACKING_IMPORT.slice(2)];

/** Works on the database itself, as the operator who can reach it. Exit code 1 when the check at the end finds a difference. */
export async function importMlflow(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  if (values.from === undefined) throw new UsageError(`Usage: modelyard import mlflow ${USAGE}`);
  const address = parseSource(values.from);
  const artifactRoot = values.artifacts === undefined ? null : folder(values.artifacts);
  const settings = parseSettings(process.env);
  const source = await openSource(address);
  try {
    return await withDatabase(settings, async (db) => {
      const ctx = await operatorIn(db, values.org ?? 'default', values.project);
      return importInto(db, settings, ctx, source, { label: address.label, artifactRoot, reportFile: values.report });
    });
  } finally {
    await source.close();
  }
}

interface Request {
  readonly label: string;
  readonly artifactRoot: string | null;
  readonly reportFile: string | undefined;
}

async function importInto(db: Database, settings: Settings, ctx: TenantContext, source: SourceDatabase, { label, artifactRoot, reportFile }: Request): Promise<number> {
  const service = new ImportService(db, new AuditService(db));
  const opened = await service.open(ctx, source, { label, artifactRoot });
  console.log(`${opened.isResumed ? 'Going on with' : 'Beginning'} the import of ${label} into project '${ctx.projectName ?? ''}' of organization '${ctx.organizationSlug}'.`);
  const lines = new ProgressLines(console.log);
  const scope = await service.run(ctx, opened.scope, source, STEPS, lines.report);
  const files = artifactRoot === null ? null : await copyFiles(settings, artifactRoot, await service.artifactFolders(ctx, scope));
  console.log('Comparing each table with the source ...');
  const checks = await service.verify(ctx, scope, source, STEPS);
  await service.finish(ctx, scope, checks, files?.files ?? 0);
  const report: ImportReport = {
    source: label, organization: ctx.organizationSlug, project: ctx.projectName ?? '',
    checks, files, experiments: await service.experiments(ctx, scope), outside: await service.outside(ctx, scope), leftBehind: opened.leftBehind,
  };
  return printReport(report, path.resolve(reportFile ?? `mlflow-import-${ctx.organizationSlug}-${scope.importId}.json`));
}

async function copyFiles(settings: Settings, root: string, folders: ReadonlyMap<string, string>) {
  const store = storageFromOptions(storageOptions(settings));
  try {
    await store.probe();
    let printedAt = Date.now();
    return await copyArtifacts(root, folders, store, (files, bytes) => {
      if (Date.now() - printedAt < 1_000) return;
      printedAt = Date.now();
      console.log(`  ${'artifacts'.padEnd(22)} ${count(files)} files, ${count(bytes)} bytes`);
    });
  } finally {
    store.close();
  }
}

async function openSource(address: SourceAddress): Promise<SourceDatabase> {
  if (address.kind === 'sqlite') return openSqlite(address.file);
  return openSourceDatabase(address.url, 'modelyard-import').catch((cause: unknown) => {
    throw new UsageError(`The source ${address.label} cannot be reached: ${cause instanceof Error ? cause.message || 'no answer' : String(cause)}.`, { cause });
  });
}

function folder(given: string): string {
  const root = path.resolve(given);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) throw new UsageError(`--artifacts: there is no folder ${root}. Name the one that holds a folder for each experiment id.`);
  return root;
}

/** Whoever can read the database may do it; the audit log says that it was the command line. */
async function operatorIn(db: Database, slug: string, projectName: string | undefined): Promise<TenantContext> {
  const [schema] = await db.system('look whether the database is at this release', (tx) => tx.query<{ known: boolean }>({ text: `SELECT to_regclass('public.mlflow_imports') IS NOT NULL AS known` }));
  if (schema?.known !== true) throw new UsageError('The database is not at this release. Run `modelyard migrate`, or start the product once, and try again.');
  const [found] = await db.system('find the project of an import', (tx) =>
    tx.query<{ organizationId: number; projectId: number | null; projectName: string }>({
      text: `SELECT o.id AS "organizationId", p.id AS "projectId", p.name AS "projectName" FROM organizations o
             LEFT JOIN projects p ON p.organization_id = o.id AND CASE WHEN $2::text IS NULL THEN p.is_default ELSE p.name = $2 END WHERE o.slug = $1`,
      values: [slug, projectName ?? null],
    }),
  );
  if (found === undefined) throw new UsageError(`There is no organization '${slug}'. Make it with \`modelyard org create ${slug}\`, or name another with --org.`);
  if (found.projectId === null) throw new UsageError(`Organization '${slug}' has no project '${projectName ?? ''}'. Make it first, or name another with --project.`);
  return createTenantContext({
    organizationId: found.organizationId,
    organizationSlug: slug,
    projectId: found.projectId,
    projectName: found.projectName,
    actor: { kind: 'system', id: 'cli', name: 'mlflow-import' },
    access: { organization: new Set(['project:read', 'experiment:write', 'run:write', 'model:write', 'artifact:write']), projects: new Map(), denied: new Map() },
    requestId: `cli-${process.pid}`,
  });
}
