import type { TenantHandle, TenantSql } from '@modelyard/db';
import { sql, type Sql } from '@modelyard/filter';
import type { LifecycleStage, Tag } from '../experiment/experiment.js';
import { RenderedJson } from '../rendered-json.js';
import type { LoggedModelDocument } from './logged-model.js';

/** A row of `logged_models l` with `experiments e`, as MLflow shows it. */
export const LOGGED_MODEL_DOCUMENT: Sql = sql`json_strip_nulls(json_build_object(
  'info', json_build_object(
    'model_id', l.model_id, 'experiment_id', CASE WHEN e.is_default THEN '0' ELSE e.id::text END, 'name', l.name,
    'creation_timestamp_ms', l.creation_timestamp, 'last_updated_timestamp_ms', l.last_updated_timestamp,
    'artifact_uri', l.artifact_uri, 'status', l.status, 'status_message', l.status_message, 'created_by', l.created_by,
    'model_type', coalesce(l.model_type, ''), 'source_run_id', coalesce(l.source_run_id, ''),
    'tags', (SELECT json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key)
             FROM logged_model_tags t WHERE t.organization_id = l.organization_id AND t.model_id = l.model_id)),
  'data', json_build_object(
    'params', (SELECT json_agg(json_build_object('key', p.key, 'value', p.value) ORDER BY p.key)
               FROM logged_model_params p WHERE p.organization_id = l.organization_id AND p.model_id = l.model_id),
    'metrics', (SELECT json_agg(json_build_object('key', m.key, 'value', m.value, 'timestamp', m.timestamp, 'step', m.step,
                  'dataset_name', m.dataset_name, 'dataset_digest', m.dataset_digest, 'model_id', m.model_id, 'run_id', m.run_id)
                  ORDER BY m.key, m.timestamp, m.step)
                FROM logged_model_metrics m WHERE m.organization_id = l.organization_id AND m.model_id = l.model_id))))::text`;

export const LOGGED_MODELS_FROM: Sql = sql`logged_models l JOIN experiments e ON e.organization_id = l.organization_id AND e.id = l.experiment_id`;

export async function findDocument(tx: TenantSql, projectId: number, modelId: string, withDeleted: boolean): Promise<RenderedJson<LoggedModelDocument> | null> {
  const statement = sql`SELECT ${LOGGED_MODEL_DOCUMENT} AS document FROM ${LOGGED_MODELS_FROM}
    WHERE l.organization_id = ${tx.organizationId} AND l.project_id = ${projectId} AND l.model_id = ${modelId}
      AND (${withDeleted} OR l.lifecycle_stage = 'active')`;
  const [row] = await tx.query<{ document: string }>({ name: 'logged_model_get', ...statement.render() });
  return row === undefined ? null : new RenderedJson(row.document);
}

/** Whether the project has this model, undeleted, and in which experiment. Locks it until the end of the transaction. */
export async function findActive(tx: TenantHandle, projectId: number, modelId: string): Promise<{ name: string; lifecycleStage: LifecycleStage } | null> {
  const [row] = await tx.query<{ name: string; lifecycle_stage: LifecycleStage }>({
    name: 'logged_model_lock',
    text: `SELECT name, lifecycle_stage FROM logged_models
           WHERE organization_id = $1 AND project_id = $2 AND model_id = $3 AND lifecycle_stage = 'active' FOR UPDATE`,
    values: [tx.organizationId, projectId, modelId],
  });
  return row === undefined ? null : { name: row.name, lifecycleStage: row.lifecycle_stage };
}

/** The stage of a model, also of a deleted one; null when the project has none of that id. */
export async function findStage(tx: TenantSql, projectId: number, modelId: string): Promise<LifecycleStage | null> {
  const [row] = await tx.query<{ lifecycle_stage: LifecycleStage }>({
    name: 'logged_model_stage',
    text: 'SELECT lifecycle_stage FROM logged_models WHERE organization_id = $1 AND project_id = $2 AND model_id = $3',
    values: [tx.organizationId, projectId, modelId],
  });
  return row?.lifecycle_stage ?? null;
}

/** Adds params; a key that is there already keeps its value, so that a retried call changes nothing. */
export async function insertParams(tx: TenantHandle, modelId: string, params: readonly Tag[]): Promise<void> {
  if (params.length === 0) return;
  const { organizationId } = tx;
  await tx.prisma.loggedModelParam.createMany({ data: params.map(({ key, value }) => ({ organizationId, modelId, key, value })), skipDuplicates: true });
}

/** Sets tags: the last one of a key wins. */
export async function upsertTags(tx: TenantHandle, modelId: string, tags: readonly Tag[]): Promise<void> {
  if (tags.length === 0) return;
  const last = new Map(tags.map(({ key, value }) => [key, value]));
  await tx.query({
    name: 'logged_model_tags_upsert',
    text: `INSERT INTO logged_model_tags (organization_id, model_id, key, value)
           SELECT $1, $2, n.key, n.value FROM unnest($3::text[], $4::text[]) n (key, value) ORDER BY n.key
           ON CONFLICT (organization_id, model_id, key) DO UPDATE SET value = excluded.value`,
    values: [tx.organizationId, modelId, [...last.keys()], [...last.values()]],
  });
}
