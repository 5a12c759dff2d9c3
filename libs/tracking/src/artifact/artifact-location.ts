import { DomainError } from '@modelyard/kernel';

/**
 * What a caller may name. `path` is MLflow's proxy path `<experiment>/...`; the others give a root and a path below it.
 * Paths are decoded and checked already (`artifactPath`, `artifactDirectory`); `''` is the root itself.
 */
export type ArtifactAddress =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'run'; readonly runId: string; readonly path: string }
  | { readonly kind: 'logged-model'; readonly modelId: string; readonly path: string }
  | { readonly kind: 'uri'; readonly uri: string; readonly path: string };

/** A place in the artifact store: below an experiment of the caller's project. */
export interface ArtifactLocation {
  /** The internal id, never the wire's `0`. */
  readonly experimentId: bigint;
  /** Below the experiment; `''` is all of it. */
  readonly path: string;
  /** The object key of `path`, or the prefix of its folder without the `/` behind it. */
  readonly key: string;
}

const PROXY_URI = /^mlflow-artifacts:\/(?:\/[^/]*\/)?(.*)$/i;

export function artifactLocation(organizationId: number, experimentId: bigint, path: string): ArtifactLocation {
  const root = `org/${organizationId}/artifacts/${experimentId}`;
  return { experimentId, path, key: path === '' ? root : `${root}/${path}` };
}

/** The path in an `mlflow-artifacts:` URI, as written; null for any other URI. */
export function proxiedPath(uri: string): string | null {
  const match = PROXY_URI.exec(uri);
  return match === null ? null : (match[1] ?? '').replace(/^\/+|\/+$/g, '');
}

/** Joins names with `/`, leaving out empty ones. */
export function joinPath(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** FAILED_PRECONDITION: the artifacts lie in a store that this server has no part in. */
export function outsideThisServer(uri: string): DomainError {
  return new DomainError('FAILED_PRECONDITION', `These artifacts lie outside this server, at '${uri.slice(0, 500)}'. Read them with a client of that store.`);
}
