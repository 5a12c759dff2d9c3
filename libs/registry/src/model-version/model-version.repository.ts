import type { TenantHandle, TenantSql } from '@modelyard/db';
import { sql, type Sql } from '@modelyard/filter';
import type { ModelReference } from '../change-gate.js';
import type { Tag } from '../registry-names.js';
import { REDACTED, type ModelVersion, type Stage } from './model-version.js';
import type { ResolvedSource } from './version-source.js';

/** Of its column. */
const MAX_VERSION = 2 ** 31 - 1;

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

/** A ModelVersion as JSON, of `model_versions v` and `registered_models m`. Tags and aliases come in the same statement. */
export const VERSION_DOCUMENT = sql`json_build_object(
  'registeredModelId', m.id::text, 'projectId', m.project_id, 'name', m.name, 'version', v.version,
  'source', v.source, 'storageLocation', v.storage_location, 'runId', v.run_id, 'runLink', v.run_link, 'modelId', v.model_id,
  'description', v.description, 'stage', v.current_stage, 'status', v.status, 'statusMessage', v.status_message, 'userName', v.user_name,
  'creationTime', v.creation_time, 'lastUpdatedTime', v.last_updated_time,
  'tags', (SELECT coalesce(json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key), '[]') FROM model_version_tags t
           WHERE t.organization_id = v.organization_id AND t.registered_model_id = v.registered_model_id AND t.version = v.version),
  'aliases', (SELECT coalesce(json_agg(a.alias ORDER BY a.alias), '[]') FROM model_aliases a
              WHERE a.organization_id = v.organization_id AND a.registered_model_id = v.registered_model_id AND a.version = v.version))`;

const FROM_VERSIONS = sql`FROM model_versions v
  JOIN registered_models m ON m.organization_id = v.organization_id AND m.id = v.registered_model_id`;

interface DocumentRow {
  readonly document: ModelVersion;
}

export async function findVersion(tx: Reader, projectId: number, name: string, version: number): Promise<ModelVersion | null> {
  if (Math.abs(version) > MAX_VERSION) return null;
  return findOne(tx, sql`m.project_id = ${projectId} AND m.name = ${name} AND v.version = ${version}`);
}

export async function findVersionByAlias(tx: Reader, projectId: number, name: string, alias: string): Promise<ModelVersion | null> {
  return findOne(
    tx,
    sql`m.project_id = ${projectId} AND m.name = ${name} AND v.version = (
      SELECT a.version FROM model_aliases a WHERE a.organization_id = m.organization_id AND a.registered_model_id = m.id AND a.alias = ${alias})`,
  );
}

/** The newest version, of one stage or of any. */
export async function findNewestVersion(tx: Reader, projectId: number, name: string, stage: Stage | null): Promise<ModelVersion | null> {
  const inStage = stage === null ? sql`TRUE` : sql`v.current_stage = ${stage}`;
  return findOne(tx, sql`m.project_id = ${projectId} AND m.name = ${name} AND ${inStage}`);
}

async function findOne(tx: Reader, condition: Sql): Promise<ModelVersion | null> {
  const statement = sql`SELECT ${VERSION_DOCUMENT} AS document ${FROM_VERSIONS}
    WHERE m.organization_id = ${tx.organizationId} AND NOT v.is_deleted AND ${condition} ORDER BY v.version DESC LIMIT 1`;
  const [row] = await tx.query<DocumentRow>(statement.render());
  return row?.document ?? null;
}

export interface NewVersionRow extends ResolvedSource {
  readonly description: string;
  readonly runLink: string | null;
  readonly userName: string;
  readonly tags: readonly Tag[];
  readonly now: number;
}

/** Takes the model's next number and inserts the version. */
export async function insertVersion(tx: Reader, model: ModelReference, row: NewVersionRow): Promise<number> {
  const [inserted] = await tx.query<{ version: number }>({
    name: 'model_version_insert',
    text: `WITH model AS (
             UPDATE registered_models SET last_version = last_version + 1, last_updated_time = $3 WHERE organization_id = $1 AND id = $2
             RETURNING last_version)
           INSERT INTO model_versions (organization_id, registered_model_id, version, project_id, source, storage_location, run_id, run_link, model_id, description, user_name, creation_time, last_updated_time)
           SELECT $1, $2, last_version, $4, $5, $6, $7, $8, $9, $10, $11, $3, $3 FROM model RETURNING version`,
    values: [tx.organizationId, model.id, row.now, model.projectId, row.source, row.storageLocation, row.runId, row.runLink, row.modelId, row.description, row.userName],
  });
  if (inserted === undefined) throw new Error('the version was not inserted');
  await setVersionTags(tx, model.id, inserted.version, row.tags);
  return inserted.version;
}

export async function updateVersion(tx: TenantHandle, of: ModelVersion, change: { description?: string | null; stage?: Stage; now: number }): Promise<void> {
  const { description, stage: currentStage, now: lastUpdatedTime } = change;
  await tx.prisma.modelVersion.update({ where: keyOf(tx, of), data: { description, currentStage, lastUpdatedTime }, select: { version: true } });
}

/** Moves all other versions out of a stage. Returns their numbers. */
export async function archiveOthers(tx: Reader, of: ModelVersion, stage: Stage, now: number): Promise<number[]> {
  const rows = await tx.query<{ version: number }>({
    text: `UPDATE model_versions SET current_stage = 'Archived', last_updated_time = $5
           WHERE organization_id = $1 AND registered_model_id = $2 AND version <> $3 AND current_stage = $4 AND NOT is_deleted RETURNING version`,
    values: [tx.organizationId, of.registeredModelId, of.version, stage, now],
  });
  return rows.map((row) => row.version).sort((a, b) => a - b);
}

/** Leaves a tombstone, so that the number is never used again. */
export async function buryVersion(tx: TenantHandle, of: ModelVersion, now: number): Promise<void> {
  const gone = { description: null, userName: null, statusMessage: null, modelId: null };
  const redacted = { ...REDACTED, storageLocation: REDACTED.source };
  const data = { ...gone, ...redacted, isDeleted: true, currentStage: 'Deleted_Internal', lastUpdatedTime: now };
  await tx.prisma.modelVersion.update({ where: keyOf(tx, of), data, select: { version: true } });
}

export async function setVersionTags(tx: Reader, modelId: string, version: number, tags: readonly Tag[]): Promise<void> {
  const last = new Map(tags.map(({ key, value }) => [key, value]));
  if (last.size === 0) return;
  await tx.query({
    name: 'model_version_tags_set',
    text: `INSERT INTO model_version_tags (organization_id, registered_model_id, version, key, value)
           SELECT $1, $2, $3, t.key, t.value FROM unnest($4::text[], $5::text[]) t (key, value)
           ON CONFLICT (organization_id, registered_model_id, version, key) DO UPDATE SET value = excluded.value`,
    values: [tx.organizationId, modelId, version, [...last.keys()], [...last.values()]],
  });
}

export async function deleteVersionTag(tx: TenantHandle, modelId: string, version: number, key: string): Promise<void> {
  await tx.prisma.modelVersionTag.deleteMany({ where: { organizationId: tx.organizationId, registeredModelId: BigInt(modelId), version, key } });
}

function keyOf(tx: TenantHandle, { registeredModelId, version }: ModelVersion) {
  return { organizationId_registeredModelId_version: { organizationId: tx.organizationId, registeredModelId: BigInt(registeredModelId), version } };
}
