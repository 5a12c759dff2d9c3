import { artifactDirectory, artifactPath } from '@modelyard/storage';
import type { ArtifactEntry, ArtifactListing } from '@modelyard/tracking';
import { z } from 'zod';
import { optionalText, requiredText } from '../message-fields.js';

const filePath = requiredText.transform(artifactPath);
const folderPath = optionalText.transform((path) => artifactDirectory(path ?? ''));

/** Messages of MLflow's artifact calls (mlflow 3.17, service.proto and mlflow_artifacts.proto). Paths are checked here. */
export const LIST_PROXIED = z.object({ path: folderPath });
export const LIST_OF_RUN = z.object({ run_id: optionalText, run_uuid: optionalText, path: folderPath });
export const FILE_OF_RUN = z.object({ run_id: optionalText, run_uuid: optionalText, path: filePath });
export const FILE_OF_VERSION = z.object({ name: requiredText, version: requiredText, path: filePath });
export const LIST_OF_LOGGED_MODEL = z.object({ model_id: requiredText, artifact_directory_path: folderPath });
export const FILE_OF_LOGGED_MODEL = z.object({ model_id: requiredText, artifact_file_path: filePath });

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
