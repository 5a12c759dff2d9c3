import type { ModelVersion } from '../model-version/model-version.js';
import type { Tag } from '../registry-names.js';

/** A registered model or a prompt. */
export interface RegisteredModel {
  /** A bigint as decimal text. */
  readonly id: string;
  readonly projectId: number;
  readonly name: string;
  readonly description: string | null;
  readonly userName: string;
  /** Milliseconds since the epoch. */
  readonly creationTime: number;
  readonly lastUpdatedTime: number;
  /** The newest version of each stage. */
  readonly latestVersions: readonly ModelVersion[];
  readonly tags: readonly Tag[];
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
}

export const IS_PROMPT_TAG = 'mlflow.prompt.is_prompt';

/** MLflow's rule for what a request makes: of tags with one key the last one counts. */
export function hasPromptTag(tags: readonly Tag[]): boolean {
  return tags.findLast((tag) => tag.key === IS_PROMPT_TAG)?.value.toLowerCase() === 'true';
}
