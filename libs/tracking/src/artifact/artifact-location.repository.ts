import type { TenantSql } from '@modelyard/db';
import { z } from 'zod';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

export interface RunRoot {
  readonly runId: string;
  readonly artifactUri: string;
}

export interface LoggedModelRoot {
  readonly modelId: string;
  readonly artifactUri: string;
  readonly sourceRunId: string | null;
}

/** The internal id of the project's experiment that a path names: `0` is its Default, other numbers are internal ids. */
export async function findExperimentOfPath(tx: Reader, projectId: number, segment: string): Promise<bigint | null> {
  if (!/^\d{1,18}$/.test(segment)) return null;
  const [row] = await tx.query<{ id: string }>({
    name: 'artifact_experiment',
    text: `SELECT id::text FROM experiments WHERE organization_id = $1 AND project_id = $2 AND CASE WHEN $3::bigint = 0 THEN is_default ELSE id = $3 END`,
    values: [tx.organizationId, projectId, segment],
  });
  return row === undefined ? null : BigInt(row.id);
}

/** Wire ids of the project's active experiments, for a listing of the artifact root. */
export async function listExperimentFolders(tx: Reader, projectId: number, limit: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>({
    name: 'artifact_experiments',
    text: `SELECT (CASE WHEN is_default THEN 0 ELSE id END)::text AS id FROM experiments
           WHERE organization_id = $1 AND project_id = $2 AND lifecycle_stage = 'active' ORDER BY 1 LIMIT $3`,
    values: [tx.organizationId, projectId, limit],
  });
  return rows.map((row) => row.id);
}

export async function findRunRoot(tx: Reader, projectId: number, runId: string): Promise<RunRoot | null> {
  const [row] = await tx.query<RunRoot>({
    name: 'artifact_run_root',
    text: `SELECT run_id AS "runId", artifact_uri AS "artifactUri" FROM runs WHERE organization_id = $1 AND run_id = $2 AND project_id = $3`,
    values: [tx.organizationId, runId, projectId],
  });
  return row ?? null;
}

const LOGGED_MODEL_ROOT = `model_id AS "modelId", artifact_uri AS "artifactUri", source_run_id AS "sourceRunId"`;

/** Deleted logged models are not found. */
export async function findLoggedModelRoot(tx: Reader, projectId: number, modelId: string): Promise<LoggedModelRoot | null> {
  const [row] = await tx.query<LoggedModelRoot>({
    name: 'artifact_logged_model_root',
    text: `SELECT ${LOGGED_MODEL_ROOT} FROM logged_models
           WHERE organization_id = $1 AND model_id = $2 AND project_id = $3 AND lifecycle_stage = 'active'`,
    values: [tx.organizationId, modelId, projectId],
  });
  return row ?? null;
}

/** The newest logged model of this name that a run made: what `runs:/<run>/<name>` means since MLflow 3. */
export async function findLoggedModelOfRun(tx: Reader, projectId: number, runId: string, name: string): Promise<LoggedModelRoot | null> {
  const [row] = await tx.query<LoggedModelRoot>({
    name: 'artifact_logged_model_of_run',
    text: `SELECT ${LOGGED_MODEL_ROOT} FROM logged_models
           WHERE organization_id = $1 AND source_run_id = $2 AND project_id = $3 AND name = $4 AND lifecycle_stage = 'active'
           ORDER BY creation_timestamp DESC, model_id LIMIT 1`,
    values: [tx.organizationId, runId, projectId, name],
  });
  return row ?? null;
}

const REGISTRATIONS_TAG = 'mlflow.modelVersions';
const registrations = z.array(z.record(z.string(), z.unknown()));

/** Notes a registration in the logged model's tag `mlflow.modelVersions`, newest last, as MLflow does. */
export async function tagRegistration(tx: Reader, modelId: string, registration: { name: string; version: number }): Promise<void> {
  const [tag] = await tx.query<{ value: string }>({
    text: 'SELECT value FROM logged_model_tags WHERE organization_id = $1 AND model_id = $2 AND key = $3 FOR UPDATE',
    values: [tx.organizationId, modelId, REGISTRATIONS_TAG],
  });
  const noted = readRegistrations(tag?.value ?? '[]');
  if (noted.some((item) => item['name'] === registration.name && item['version'] === registration.version)) return;
  await tx.query({
    text: `INSERT INTO logged_model_tags (organization_id, model_id, key, value) VALUES ($1, $2, $3, $4)
           ON CONFLICT (organization_id, model_id, key) DO UPDATE SET value = excluded.value`,
    values: [tx.organizationId, modelId, REGISTRATIONS_TAG, JSON.stringify([...noted, registration])],
  });
}

/** Clients write this tag too; what is not a list of registrations counts as none. */
function readRegistrations(value: string): Record<string, unknown>[] {
  try {
    return registrations.parse(JSON.parse(value));
  } catch {
    return [];
  }
}
