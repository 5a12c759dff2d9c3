import { DomainError } from '@modelyard/kernel';
import { artifactPath } from '@modelyard/storage';
import { parseStage, STAGES, type Stage } from './model-version.js';

/** What the `source` of a new version names. Artifact paths are decoded and checked. */
export type VersionSource =
  | { readonly kind: 'run'; readonly runId: string; readonly path: string }
  | { readonly kind: 'logged-model'; readonly modelId: string }
  | { readonly kind: 'version'; readonly name: string; readonly which: VersionSelector }
  | { readonly kind: 'artifacts'; readonly path: string }
  /** A store outside this server, such as s3://. */
  | { readonly kind: 'external'; readonly uri: string };

export type VersionSelector = { readonly version: number } | { readonly alias: string } | { readonly stage: Stage } | { readonly latest: true };

/** A source, and what it means at this moment. */
export interface ResolvedSource {
  readonly source: string;
  readonly storageLocation: string;
  readonly runId: string | null;
  readonly modelId: string | null;
}

/** What MLflow's clients and its server put where a prompt has no files (mlflow 3.17, _PROMPT_SOURCE_PLACEHOLDERS). */
const PROMPT_SOURCES: ReadonlySet<string> = new Set(['dummy-source', 'prompt-template']);
const MAX_SOURCE_LENGTH = 2000;
/** Schemes that name a host (mlflow 3.17, host_policy.py). */
const HOST_SCHEMES: ReadonlySet<string> = new Set(['ftp', 'sftp', 'hdfs', 'viewfs', 'r2', 'b2', 'abfss']);
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]+):/;
const PROXY_ROUTE = /^(?:\/[^/]+)*?\/(?:api|ajax-api)\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/;
const NAME = /^[^/:@]+$/;

/** Checks the placeholder of a prompt version. Throws INVALID_ARGUMENT in MLflow's words. */
export function checkPromptSource(source: string): void {
  if (PROMPT_SOURCES.has(source)) return;
  throw new DomainError('INVALID_ARGUMENT', `Invalid prompt source: '${shown(source)}'. Prompt sources must use an MLflow placeholder.`, { field: 'source' });
}

/**
 * Reads a source. `ownOrigin` is the scheme and host of this server, whose artifact URLs mean our own store; `blamed` is
 * the parameter that MLflow would blame. Throws INVALID_ARGUMENT in MLflow's words for local paths, for traversal in any
 * encoding, and for what cannot be read.
 */
export function parseVersionSource(source: string, ownOrigin: string | null, blamed: 'run_id' | 'model_id' = 'run_id'): VersionSource {
  if (source.length > MAX_SOURCE_LENGTH) throw new DomainError('INVALID_ARGUMENT', `'source' exceeds the maximum length of ${MAX_SOURCE_LENGTH} characters`, { field: 'source' });
  const scheme = SCHEME.exec(source)?.[1]?.toLowerCase();
  switch (scheme) {
    case undefined:
    case 'file':
      throw localSource(source, blamed);
    case 'runs':
      return parseRunSource(source);
    case 'models':
      return parseModelSource(source);
    case 'mlflow-artifacts':
      return { kind: 'artifacts', path: checkedPath(source, source.replace(/^[^:]+:\/(?:\/[^/]*\/)?\/*/, '')) };
    case 'http':
    case 'https':
      return parseUrl(source, ownOrigin, blamed);
    default:
      if (HOST_SCHEMES.has(scheme)) throw hostScheme(scheme);
      checkedPath(source, source.replace(/^[^:]+:\/*/, '').replace(/[?#].*$/s, ''));
      return { kind: 'external', uri: source };
  }
}

function parseRunSource(source: string): VersionSource {
  const [, runId, path] = /^runs:\/([\w-]{1,256})\/(.+)$/i.exec(source) ?? [];
  if (runId === undefined || path === undefined) throw unidentifiedSource(source, 'run_id');
  return { kind: 'run', runId, path: checkedPath(source, path) };
}

/** `models:/m-<id>`, `models:/<name>/<version, stage or latest>`, `models:/<name>@<alias>` (mlflow 3.17, _parse_model_uri). */
function parseModelSource(source: string): VersionSource {
  if (/^models:\/\//i.test(source)) throw invalidSource(source, 'Registered model sources must use the active model registry.');
  const [, body] = /^models:\/([^/].*)$/i.exec(source) ?? [];
  if (body === undefined) throw unidentifiedSource(source, 'model_id');
  const plain = checkedPath(source, body);
  const [name = '', suffix, ...rest] = plain.split('/');
  if (rest.length > 0) throw unidentifiedSource(source, 'model_id');
  if (suffix !== undefined) {
    if (!NAME.test(name)) throw unidentifiedSource(source, 'model_id');
    return { kind: 'version', name, which: parseSelector(source, suffix) };
  }
  const [, aliased, alias] = /^([^@]+)@([^@]+)$/.exec(name) ?? [];
  if (aliased !== undefined && alias !== undefined) return { kind: 'version', name: aliased, which: { alias } };
  return { kind: 'logged-model', modelId: name };
}

function parseSelector(source: string, suffix: string): VersionSelector {
  if (/^\d{1,9}$/.test(suffix)) return { version: Number(suffix) };
  if (suffix.toLowerCase() === 'latest') return { latest: true };
  if (STAGES.some((stage) => stage.toLowerCase() === suffix.toLowerCase())) return { stage: parseStage(suffix) };
  throw unidentifiedSource(source, 'model_id');
}

function parseUrl(source: string, ownOrigin: string | null, blamed: 'run_id' | 'model_id'): VersionSource {
  checkedPath(source, source.replace(/^[^:]+:\/*/, '').replace(/[?#].*$/s, ''));
  const url = URL.canParse(source) ? new URL(source) : null;
  const path = url === null ? undefined : PROXY_ROUTE.exec(url.pathname)?.[1];
  if (url?.origin !== ownOrigin) throw hostScheme(source.slice(0, source.indexOf(':')).toLowerCase());
  if (path === undefined) return { kind: 'external', uri: source };
  if (url?.search !== '') throw unidentifiedSource(source, blamed);
  return { kind: 'artifacts', path: checkedPath(source, path) };
}

function checkedPath(source: string, path: string): string {
  try {
    return artifactPath(path.replace(/\/+$/, '').replace(/\/{2,}/g, '/'));
  } catch (cause) {
    throw new DomainError(
      'INVALID_ARGUMENT',
      `Invalid model version source: '${shown(source)}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`,
      { field: 'source' },
      { cause },
    );
  }
}

/** INVALID_ARGUMENT in MLflow's words: the source is not of the run or logged model that the request names. */
export function unidentifiedSource(source: string, parameter: 'run_id' | 'model_id'): DomainError {
  return new DomainError('INVALID_ARGUMENT', `Invalid model version source: '${shown(source)}'. The ${parameter} request parameter must identify the resource that contains the source.`, { field: 'source' });
}

export function invalidSource(source: string, why: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `Invalid model version source: '${shown(source)}'. ${why}`, { field: 'source' });
}

/** INVALID_ARGUMENT in MLflow's words: the scheme names a host of its own. */
function hostScheme(scheme: string): DomainError {
  return new DomainError(
    'INVALID_ARGUMENT',
    `'source' cannot use the '${scheme}' scheme: the '${scheme}' scheme addresses a host other than the tracking server's configured artifact storage, so the server would connect to the host named in the URI. Set the MLFLOW_ALLOWED_HOST_ADDRESSED_ARTIFACT_SCHEMES environment variable on the server to allow it.`,
    { field: 'source' },
  );
}

function localSource(source: string, blamed: 'run_id' | 'model_id'): DomainError {
  return invalidSource(
    source,
    `To use a local path as a model version source, the ${blamed} request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the ${blamed}.`,
  );
}

function shown(source: string): string {
  return source.length > 500 ? `${source.slice(0, 500)}...` : source;
}
