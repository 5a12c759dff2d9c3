import { artifactDirectory, artifactPath } from '@modelyard/storage';
import type { ArtifactEntry, ArtifactListing } from '@modelyard/tracking';
import { DomainError } from '@modelyard/kernel';
import { isInteger, isText, required } from '../proto/checks.js';
import { int64, text } from '../proto/fields.js';
import { request } from '../proto/request.js';

const id = [isText, required];

/** The path of a file. Throws INVALID_ARGUMENT in MLflow's words, which do not say why. */
export function safeFile(path: string): string {
  return inMlflowsWords(() => artifactPath(path));
}

/** As `safeFile`, of a folder; empty is the root. */
export function safeFolder(path: string): string {
  return inMlflowsWords(() => artifactDirectory(path));
}

function inMlflowsWords<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new DomainError('INVALID_ARGUMENT', 'Invalid path', { field: 'path' }, { cause });
  }
}

/** Messages of MLflow's artifact calls (mlflow 3.17, service.proto and mlflow_artifacts.proto). Paths are checked here. */
export const LIST_PROXIED = request({ path: text });
export const LIST_OF_RUN = request({ run_id: text, run_uuid: text, path: text, page_token: text }, { run_id: id, path: [isText], page_token: [isText] });
export const PRESIGNED_UPLOAD = request(
  { run_id: text, model_id: text, path: text, expiration: int64 },
  { run_id: [isText], model_id: [isText], path: [required, isText], expiration: [isInteger] },
);
export const PRESIGNED_DOWNLOAD = request({ run_id: text, path: text, expiration: int64 }, { run_id: [required, isText], path: [required, isText], expiration: [isInteger] });
export const FILE_OF_RUN = request({ run_id: text, run_uuid: text, path: text }, { path: [required] });
export const FILE_OF_VERSION = request({ name: text, version: text, path: text }, { name: [required], version: [required], path: [required] });
export const LIST_OF_LOGGED_MODEL = request({ artifact_directory_path: text }, { artifact_directory_path: [isText] });
export const FILE_OF_LOGGED_MODEL = request({ artifact_file_path: text });

/** Files with paths as they are, or with their last names alone. */
export function filesMessage(entries: readonly ArtifactEntry[], names: 'paths' | 'basenames') {
  if (entries.length === 0) return undefined;
  return entries.map(({ path, isDirectory, sizeBytes }) => ({
    path: names === 'paths' ? path : path.slice(path.lastIndexOf('/') + 1),
    is_dir: isDirectory,
    // MLflow leaves a size of 0 out.
    file_size: isDirectory || sizeBytes === 0 ? undefined : sizeBytes,
  }));
}

export function listingMessage({ rootUri, entries }: ArtifactListing) {
  return { root_uri: rootUri, files: filesMessage(entries, 'paths') };
}
