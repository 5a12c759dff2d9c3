import type { TenantSql } from '@modelyard/db';
import { findExperimentOfPath, findLoggedModelOfRun, findLoggedModelRoot, findRunRoot, joinPath, proxiedPath, type LoggedModelRoot, type RunRoot } from '@modelyard/tracking';
import { findModel } from '../registered-model/registered-model.repository.js';
import { hasPromptTag } from '../registered-model/registered-model.js';
import { aliasNotFound, modelNotFound, versionNotFound } from '../registry-errors.js';
import { findNewestVersion, findVersion, findVersionByAlias } from './model-version.repository.js';
import type { ModelVersion } from './model-version.js';
import { foreignSource, invalidSource, parseVersionSource, unidentifiedSource, type ResolvedSource, type VersionSelector, type VersionSource } from './version-source.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

/** What a request says about where a version comes from; empty texts count as not said. */
export interface SourceClaim {
  readonly source: string;
  readonly runId?: string;
  readonly modelId?: string;
}

/**
 * Finds the artifacts that a new version stands for. They must lie in the caller's project, and in the run or logged
 * model that the request names. Throws INVALID_ARGUMENT in MLflow's words, NOT_FOUND for a `models:/` source.
 */
export async function resolveVersionSource(tx: Reader, projectId: number, claim: SourceClaim, ownOrigin: string | null): Promise<ResolvedSource> {
  const parsed = parseVersionSource(claim.source, ownOrigin);
  if (parsed.kind === 'version') return resolveVersion(tx, projectId, claim, parsed);
  const owner = await findOwner(tx, projectId, claim, parsed);
  const location = await locate(tx, projectId, claim.source, parsed, owner);
  return { source: claim.source, storageLocation: location, runId: owner.run?.runId ?? owner.model?.sourceRunId ?? null, modelId: owner.model?.modelId ?? null };
}

type FileSource = Exclude<VersionSource, { kind: 'version' }>;

interface Owner {
  readonly run: RunRoot | null;
  readonly model: LoggedModelRoot | null;
}

/** The run and the logged model that the request names, or else those that the source itself names. */
async function findOwner(tx: Reader, projectId: number, claim: SourceClaim, parsed: FileSource): Promise<Owner> {
  const named = await namesIn(tx, projectId, parsed);
  const modelId = claim.modelId || (claim.runId ? undefined : named.modelId);
  const runId = claim.runId || (modelId === undefined ? named.runId : undefined);
  const model = modelId === undefined ? null : await findLoggedModelRoot(tx, projectId, modelId);
  if (modelId !== undefined && model === null) throw unidentifiedSource(claim.source, 'model_id');
  const run = runId === undefined ? null : await findRunRoot(tx, projectId, runId);
  if (runId !== undefined && run === null) throw unidentifiedSource(claim.source, 'run_id');
  return { run, model };
}

async function namesIn(tx: Reader, projectId: number, parsed: FileSource): Promise<{ runId?: string; modelId?: string }> {
  switch (parsed.kind) {
    case 'run':
      return { runId: parsed.runId };
    case 'logged-model':
      return { modelId: parsed.modelId };
    case 'artifacts': {
      const [, first, second] = parsed.path.split('/');
      if (first === 'models' && second !== undefined) return { modelId: second };
      return first !== undefined && (await findRunRoot(tx, projectId, first)) !== null ? { runId: first } : {};
    }
    case 'external':
      return {};
  }
}

async function locate(tx: Reader, projectId: number, source: string, parsed: FileSource, { run, model }: Owner): Promise<string> {
  switch (parsed.kind) {
    case 'run':
      return locateInRun(tx, projectId, source, parsed, { run, model });
    case 'logged-model':
      if (model?.modelId !== parsed.modelId) throw unidentifiedSource(source, 'model_id');
      return model.artifactUri;
    case 'artifacts':
      await checkWithin(tx, projectId, source, parsed.path, { run, model });
      return `mlflow-artifacts:/${parsed.path}`;
    case 'external': {
      const root = (model ?? run)?.artifactUri.replace(/\/+$/, '');
      if (root === undefined || (source !== root && !source.startsWith(`${root}/`))) throw foreignSource(source);
      return source;
    }
  }
}

/** Since MLflow 3 `runs:/<run>/<name>` means a logged model of the run, if it has one of that name. */
async function locateInRun(tx: Reader, projectId: number, source: string, parsed: Extract<FileSource, { kind: 'run' }>, { run, model }: Owner): Promise<string> {
  if (model !== null) throw unidentifiedSource(source, 'model_id');
  if (run?.runId !== parsed.runId) throw unidentifiedSource(source, 'run_id');
  const logged = await findLoggedModelOfRun(tx, projectId, run.runId, parsed.path);
  return logged?.artifactUri ?? `${run.artifactUri.replace(/\/+$/, '')}/${parsed.path}`;
}

async function checkWithin(tx: Reader, projectId: number, source: string, path: string, { run, model }: Owner): Promise<void> {
  const place = await internalPath(tx, projectId, path);
  if (place === null) throw foreignSource(source);
  const owner = model ?? run;
  if (owner === null) return;
  const rootPath = proxiedPath(owner.artifactUri);
  const root = rootPath === null ? null : await internalPath(tx, projectId, rootPath);
  if (root === null || (place !== root && !place.startsWith(`${root}/`))) throw unidentifiedSource(source, model === null ? 'run_id' : 'model_id');
}

/** The path with the experiment's internal id in front, whichever of its ids was written. */
async function internalPath(tx: Reader, projectId: number, path: string): Promise<string | null> {
  const [experiment = '', ...rest] = path.split('/');
  const id = await findExperimentOfPath(tx, projectId, experiment);
  return id === null ? null : joinPath(String(id), ...rest);
}

async function resolveVersion(tx: Reader, projectId: number, claim: SourceClaim, { name, which }: Extract<VersionSource, { kind: 'version' }>): Promise<ResolvedSource> {
  const model = await findModel(tx, projectId, name);
  if (model === null) throw modelNotFound(name);
  if (hasPromptTag(model.tags)) throw invalidSource(claim.source, 'Prompt versions cannot be used as model version sources.');
  const version = await selectVersion(tx, projectId, name, which);
  if (version === null) throw 'alias' in which ? aliasNotFound(which.alias) : versionNotFound(name, Object.values(which).join());
  if ((claim.runId !== undefined && claim.runId !== (version.runId ?? '')) || (claim.modelId !== undefined && claim.modelId !== (version.modelId ?? ''))) {
    throw invalidSource(claim.source, 'The run_id and model_id request parameters must match the referenced model version.');
  }
  return { source: `models:/${name}/${version.version}`, storageLocation: version.storageLocation, runId: version.runId, modelId: version.modelId };
}

function selectVersion(tx: Reader, projectId: number, name: string, which: VersionSelector): Promise<ModelVersion | null> {
  if ('version' in which) return findVersion(tx, projectId, name, which.version);
  if ('alias' in which) return findVersionByAlias(tx, projectId, name, which.alias);
  return findNewestVersion(tx, projectId, name, 'stage' in which ? which.stage : null);
}
