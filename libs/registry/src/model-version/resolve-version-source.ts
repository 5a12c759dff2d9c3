import type { TenantSql } from '@modelyard/db';
import { notFound } from '@modelyard/kernel';
import { findExperimentOfPath, findLoggedModelOfRun, findLoggedModelRoot, findRunRoot, joinPath, proxiedPath, type LoggedModelRoot, type RunRoot } from '@modelyard/tracking';
import { findModel } from '../registered-model/registered-model.repository.js';
import { hasPromptTag } from '../registered-model/registered-model.js';
import { aliasNotFound, modelNotFound, versionNotFound } from '../registry-errors.js';
import { findNewestVersion, findVersion, findVersionByAlias } from './model-version.repository.js';
import type { ModelVersion } from './model-version.js';
import { invalidSource, parseVersionSource, unidentifiedSource, type ResolvedSource, type VersionSelector, type VersionSource } from './version-source.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

/** What a request says about where a version comes from; empty texts count as not said. */
export interface SourceClaim {
  readonly source: string;
  readonly runId?: string;
  readonly modelId?: string;
  /** MLflow's REST: a source in our own store counts only with the run or logged model that holds it. Else the source may name it. */
  readonly ownerNamed?: boolean;
}

/**
 * Finds the artifacts that a new version stands for. What lies in our own store must be of the run or logged model that
 * the request names (or it names itself), in the caller's project; a place outside this server is taken as it is, and never read by it. Throws
 * INVALID_ARGUMENT in MLflow's words, NOT_FOUND for a `models:/` source (mlflow 3.17, _validate_source_run, _validate_source_model).
 */
export async function resolveVersionSource(tx: Reader, projectId: number, claim: SourceClaim, ownOrigin: string | null): Promise<ResolvedSource> {
  const parsed = parseVersionSource(claim.source, ownOrigin, claim.modelId ? 'model_id' : 'run_id');
  if (parsed.kind === 'version') return resolveVersion(tx, projectId, claim, parsed);
  const { runId, modelId } = await findOwner(tx, projectId, claim, parsed);
  const model = modelId === undefined ? null : await findLoggedModelRoot(tx, projectId, modelId);
  if (modelId !== undefined && model === null) throw parsed.kind === 'external' ? notFound(`The logged model '${modelId.slice(0, 100)}'`) : unidentifiedSource(claim.source, 'model_id');
  const location = await locate(tx, projectId, { ...claim, runId }, parsed, model);
  return { source: claim.source, storageLocation: location, runId: runId ?? model?.sourceRunId ?? null, modelId: model?.modelId ?? null };
}

/** The run or logged model that the request names, or else those that the source itself names. */
async function findOwner(tx: Reader, projectId: number, claim: SourceClaim, parsed: FileSource): Promise<{ runId?: string; modelId?: string }> {
  const said = { runId: claim.runId || undefined, modelId: claim.modelId || undefined };
  if (claim.ownerNamed === true || said.runId !== undefined || said.modelId !== undefined) return said;
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

type FileSource = Exclude<VersionSource, { kind: 'version' }>;

async function locate(tx: Reader, projectId: number, { source, runId, ownerNamed }: SourceClaim, parsed: FileSource, model: LoggedModelRoot | null): Promise<string> {
  switch (parsed.kind) {
    case 'external':
      return source;
    case 'logged-model':
      if (model?.modelId !== parsed.modelId) throw unidentifiedSource(source, 'model_id');
      return model.artifactUri;
    case 'run': {
      if (model !== null) throw unidentifiedSource(source, 'model_id');
      const run = runId === parsed.runId ? await findRunRoot(tx, projectId, runId) : null;
      if (run === null) throw unidentifiedSource(source, 'run_id');
      return locateInRun(tx, projectId, parsed, run);
    }
    case 'artifacts': {
      const owner = model ?? (runId ? await findRunRoot(tx, projectId, runId) : null);
      const isOurs = owner === null ? ownerNamed !== true && (await internalPath(tx, projectId, parsed.path)) !== null : await isWithin(tx, projectId, parsed.path, owner.artifactUri);
      if (!isOurs) throw unidentifiedSource(source, model === null ? 'run_id' : 'model_id');
      return `mlflow-artifacts:/${parsed.path}`;
    }
  }
}

/** Since MLflow 3 `runs:/<run>/<name>` means a logged model of the run, if it has one of that name. */
async function locateInRun(tx: Reader, projectId: number, { path }: Extract<FileSource, { kind: 'run' }>, run: RunRoot): Promise<string> {
  const logged = await findLoggedModelOfRun(tx, projectId, run.runId, path);
  return logged?.artifactUri ?? `${run.artifactUri.replace(/\/+$/, '')}/${path}`;
}

async function isWithin(tx: Reader, projectId: number, path: string, rootUri: string): Promise<boolean> {
  const rootPath = proxiedPath(rootUri);
  if (rootPath === null) return false;
  const [place, root] = [await internalPath(tx, projectId, path), await internalPath(tx, projectId, rootPath)];
  return place !== null && root !== null && (place === root || place.startsWith(`${root}/`));
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
