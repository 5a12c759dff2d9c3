import type { TenantHandle, TenantSql } from '@modelyard/db';
import { sql } from '@modelyard/filter';
import type { ModelReference } from '../change-gate.js';
import { VERSION_DOCUMENT } from '../model-version/model-version.repository.js';
import type { ModelVersion } from '../model-version/model-version.js';
import type { Tag } from '../registry-names.js';
import { IS_PROMPT_TAG, type RegisteredModel } from './registered-model.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

/** The newest version of each stage of `registered_models m`, as a JSON list. Four index probes, however many versions. */
const LATEST_VERSIONS = sql`(
  SELECT coalesce(json_agg(${VERSION_DOCUMENT} ORDER BY v.version), '[]')
  FROM (VALUES ('None'), ('Staging'), ('Production'), ('Archived')) s (stage)
  CROSS JOIN LATERAL (
    SELECT * FROM model_versions n
    WHERE n.organization_id = m.organization_id AND n.registered_model_id = m.id AND n.current_stage = s.stage AND NOT n.is_deleted
    ORDER BY n.version DESC LIMIT 1) v)`;

/** A RegisteredModel as JSON, of `registered_models m`. Everything comes in one statement. */
export const MODEL_DOCUMENT = sql`json_build_object(
  'id', m.id::text, 'projectId', m.project_id, 'name', m.name, 'description', m.description, 'userName', m.user_name,
  'creationTime', m.creation_time, 'lastUpdatedTime', m.last_updated_time, 'latestVersions', ${LATEST_VERSIONS},
  'tags', (SELECT coalesce(json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key), '[]') FROM registered_model_tags t
           WHERE t.organization_id = m.organization_id AND t.registered_model_id = m.id),
  'aliases', (SELECT coalesce(json_agg(json_build_object('alias', a.alias, 'version', a.version) ORDER BY a.alias), '[]') FROM model_aliases a
              WHERE a.organization_id = m.organization_id AND a.registered_model_id = m.id))`;

export async function findModel(tx: Reader, projectId: number, name: string): Promise<RegisteredModel | null> {
  const statement = sql`SELECT ${MODEL_DOCUMENT} AS document FROM registered_models m
    WHERE m.organization_id = ${tx.organizationId} AND m.project_id = ${projectId} AND m.name = ${name}`;
  const [row] = await tx.query<{ document: RegisteredModel }>(statement.render());
  return row?.document ?? null;
}

/** The newest version of each stage; null when there is no such model. */
export async function findLatestVersions(tx: Reader, projectId: number, name: string): Promise<readonly ModelVersion[] | null> {
  const statement = sql`SELECT ${LATEST_VERSIONS} AS versions FROM registered_models m
    WHERE m.organization_id = ${tx.organizationId} AND m.project_id = ${projectId} AND m.name = ${name}`;
  const [row] = await tx.query<{ versions: ModelVersion[] }>(statement.render());
  return row?.versions ?? null;
}

/** Finds a model that is about to change and holds it until the end of the transaction: changes of one model queue up. */
export async function lockModel(tx: Reader, projectId: number, name: string): Promise<(ModelReference & { readonly isPrompt: boolean }) | null> {
  const [row] = await tx.query<ModelReference & { isPrompt: boolean }>({
    name: 'registered_model_lock',
    text: `SELECT m.id::text, m.project_id AS "projectId", m.name, EXISTS (
             SELECT FROM registered_model_tags t WHERE t.organization_id = m.organization_id AND t.registered_model_id = m.id
               AND t.key = '${IS_PROMPT_TAG}' AND lower(t.value) = 'true') AS "isPrompt"
           FROM registered_models m WHERE m.organization_id = $1 AND m.project_id = $2 AND m.name = $3 FOR NO KEY UPDATE`,
    values: [tx.organizationId, projectId, name],
  });
  return row ?? null;
}

/** Inserts a model. False when the name is taken: the transaction stays usable. */
export async function insertModel(
  tx: Reader,
  row: { projectId: number; name: string; description: string | null; userName: string; now: number; tags: readonly Tag[] },
): Promise<string | null> {
  const [inserted] = await tx.query<{ id: string }>({
    name: 'registered_model_insert',
    text: `INSERT INTO registered_models (organization_id, project_id, name, description, user_name, creation_time, last_updated_time)
           VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (organization_id, project_id, name) DO NOTHING RETURNING id::text`,
    values: [tx.organizationId, row.projectId, row.name, row.description, row.userName, row.now],
  });
  if (inserted === undefined) return null;
  await setModelTags(tx, inserted.id, row.tags);
  return inserted.id;
}

export async function setDescription(tx: TenantHandle, id: string, description: string, now: number): Promise<void> {
  await tx.prisma.registeredModel.update({ where: keyOf(tx, id), data: { description, lastUpdatedTime: now }, select: { id: true } });
}

export async function touchModel(tx: TenantHandle, id: string, now: number): Promise<void> {
  await tx.prisma.registeredModel.update({ where: keyOf(tx, id), data: { lastUpdatedTime: now }, select: { id: true } });
}

/** Throws ALREADY_EXISTS. The versions' times change too, as in MLflow. */
export async function renameModel(tx: TenantHandle, id: string, name: string, now: number): Promise<void> {
  const { organizationId } = tx;
  await tx.prisma.registeredModel.update({ where: keyOf(tx, id), data: { name, lastUpdatedTime: now }, select: { id: true } });
  await tx.prisma.modelVersion.updateMany({ where: { organizationId, registeredModelId: BigInt(id), isDeleted: false }, data: { lastUpdatedTime: now } });
}

/** Removes the model with its versions, tags and aliases. */
export async function deleteModel(tx: TenantHandle, id: string): Promise<void> {
  await tx.prisma.registeredModel.delete({ where: keyOf(tx, id), select: { id: true } });
}

export async function setModelTags(tx: Reader, id: string, tags: readonly Tag[]): Promise<void> {
  const last = new Map(tags.map(({ key, value }) => [key, value]));
  if (last.size === 0) return;
  await tx.query({
    name: 'registered_model_tags_set',
    text: `INSERT INTO registered_model_tags (organization_id, registered_model_id, key, value)
           SELECT $1, $2, t.key, t.value FROM unnest($3::text[], $4::text[]) t (key, value)
           ON CONFLICT (organization_id, registered_model_id, key) DO UPDATE SET value = excluded.value`,
    values: [tx.organizationId, id, [...last.keys()], [...last.values()]],
  });
}

export async function deleteModelTag(tx: TenantHandle, id: string, key: string): Promise<void> {
  await tx.prisma.registeredModelTag.deleteMany({ where: { organizationId: tx.organizationId, registeredModelId: BigInt(id), key } });
}

function keyOf(tx: TenantHandle, id: string) {
  return { organizationId_id: { organizationId: tx.organizationId, id: BigInt(id) } };
}
