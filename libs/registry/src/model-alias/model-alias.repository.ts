import type { TenantHandle, TenantSql } from '@modelyard/db';
import type { ModelReference } from '../change-gate.js';
import type { AliasEvent } from './model-alias.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

export async function findAlias(tx: TenantHandle, modelId: string, alias: string): Promise<number | null> {
  const found = await tx.prisma.modelAlias.findUnique({ where: keyOf(tx, modelId, alias), select: { version: true } });
  return found?.version ?? null;
}

/** Of one version, or of all (null). */
export async function listAliasesOf(tx: TenantHandle, modelId: string, version: number | null): Promise<{ alias: string; version: number }[]> {
  const where = { organizationId: tx.organizationId, registeredModelId: BigInt(modelId), version: version ?? undefined };
  return tx.prisma.modelAlias.findMany({ where, select: { alias: true, version: true }, orderBy: { alias: 'asc' } });
}

/** Points an alias at a version; null removes it. */
export async function writeAlias(tx: TenantHandle, modelId: string, alias: string, version: number | null): Promise<void> {
  const where = keyOf(tx, modelId, alias);
  if (version === null) await tx.prisma.modelAlias.delete({ where });
  else await tx.prisma.modelAlias.upsert({ where, create: { organizationId: tx.organizationId, registeredModelId: BigInt(modelId), alias, version }, update: { version } });
}

/** Adds a row to the history. Returns its id. */
export async function insertAliasEvent(
  tx: TenantHandle,
  model: ModelReference,
  move: { alias: string; fromVersion: number | null; toVersion: number | null; actorName: string },
): Promise<string> {
  const data = { ...move, organizationId: tx.organizationId, projectId: model.projectId, registeredModelId: BigInt(model.id), modelName: model.name };
  const { id } = await tx.prisma.modelAliasEvent.create({ data, select: { id: true } });
  return String(id);
}

/** Newest first. */
export async function listAliasEvents(tx: Reader, modelId: string, alias: string | null, limit: number, before: string | null): Promise<AliasEvent[]> {
  return tx.query<AliasEvent>({
    name: 'model_alias_events',
    text: `SELECT id::text, alias, from_version AS "fromVersion", to_version AS "toVersion", actor_name AS "actorName", occurred_at AS "occurredAt"
           FROM model_alias_events e
           WHERE organization_id = $1 AND registered_model_id = $2 AND ($3::text IS NULL OR alias = $3) AND ($4::bigint IS NULL OR e.id < $4)
           ORDER BY e.id DESC LIMIT $5`,
    values: [tx.organizationId, modelId, alias, before, limit],
  });
}

function keyOf(tx: TenantHandle, modelId: string, alias: string) {
  return { organizationId_registeredModelId_alias: { organizationId: tx.organizationId, registeredModelId: BigInt(modelId), alias } };
}
