import type { TenantSql } from '@modelyard/db';
import type { ModelReference } from '../change-gate.js';
import type { AliasEvent } from './model-alias.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

export async function findAlias(tx: Reader, modelId: string, alias: string): Promise<number | null> {
  const [row] = await tx.query<{ version: number }>({
    name: 'model_alias_find',
    text: 'SELECT version FROM model_aliases WHERE organization_id = $1 AND registered_model_id = $2 AND alias = $3',
    values: [tx.organizationId, modelId, alias],
  });
  return row?.version ?? null;
}

export async function listAliasesOf(tx: Reader, modelId: string, version: number | null): Promise<{ alias: string; version: number }[]> {
  return tx.query({
    text: `SELECT alias, version FROM model_aliases
           WHERE organization_id = $1 AND registered_model_id = $2 AND ($3::integer IS NULL OR version = $3) ORDER BY alias`,
    values: [tx.organizationId, modelId, version],
  });
}

/** Points an alias at a version; null removes it. */
export async function writeAlias(tx: Reader, modelId: string, alias: string, version: number | null): Promise<void> {
  if (version === null) {
    await tx.query({ text: 'DELETE FROM model_aliases WHERE organization_id = $1 AND registered_model_id = $2 AND alias = $3', values: [tx.organizationId, modelId, alias] });
    return;
  }
  await tx.query({
    name: 'model_alias_set',
    text: `INSERT INTO model_aliases (organization_id, registered_model_id, alias, version) VALUES ($1, $2, $3, $4)
           ON CONFLICT (organization_id, registered_model_id, alias) DO UPDATE SET version = excluded.version`,
    values: [tx.organizationId, modelId, alias, version],
  });
}

/** Adds a row to the history. Returns its id. */
export async function insertAliasEvent(
  tx: Reader,
  model: ModelReference,
  move: { alias: string; fromVersion: number | null; toVersion: number | null; actorName: string },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>({
    name: 'model_alias_event_insert',
    text: `INSERT INTO model_alias_events (organization_id, project_id, registered_model_id, model_name, alias, from_version, to_version, actor_name)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id::text`,
    values: [tx.organizationId, model.projectId, model.id, model.name, move.alias, move.fromVersion, move.toVersion, move.actorName],
  });
  if (row === undefined) throw new Error('the event was not inserted');
  return row.id;
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
