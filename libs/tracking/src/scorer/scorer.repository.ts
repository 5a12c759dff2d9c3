import type { TenantSql } from '@modelyard/db';
import type { OnlineScoring, ScorerVersion } from './scorer.js';

type Tx = Pick<TenantSql, 'query' | 'organizationId'>;
type Row = Omit<ScorerVersion, 'creationTime'> & { readonly creationTime: string };

const COLUMNS = `s.id AS "scorerId", CASE WHEN e.is_default THEN 0 ELSE e.id END::text AS "experimentId", s.name, v.version, v.serialized_scorer AS "serializedScorer", v.creation_time::text AS "creationTime"`;
const TABLES = `scorers s
  JOIN experiments e ON e.organization_id = s.organization_id AND e.id = s.experiment_id
  JOIN scorer_versions v ON v.organization_id = s.organization_id AND v.scorer_id = s.id`;
const MAX_LISTED = 10_000;

const toVersion = (row: Row): ScorerVersion => ({ ...row, creationTime: Number(row.creationTime) });

/** The id of a scorer, held until the end of the transaction. */
export async function lockScorer(tx: Tx, experimentId: bigint, name: string): Promise<string | null> {
  const [row] = await tx.query<{ id: string }>({ text: 'SELECT id FROM scorers WHERE organization_id = $1 AND experiment_id = $2 AND name = $3 FOR UPDATE', values: [tx.organizationId, experimentId, name] });
  return row?.id ?? null;
}

/** Makes a scorer unless it is there, and holds it. */
export async function ensureScorer(tx: Tx, row: { id: string; projectId: number; experimentId: bigint; name: string }): Promise<string> {
  await tx.query({
    text: 'INSERT INTO scorers (organization_id, id, project_id, experiment_id, name) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization_id, experiment_id, name) DO NOTHING',
    values: [tx.organizationId, row.id, row.projectId, row.experimentId, row.name],
  });
  const id = await lockScorer(tx, row.experimentId, row.name);
  if (id === null) throw new Error('the scorer was not inserted');
  return id;
}

/** Adds the next version and returns its number. */
export async function insertVersion(tx: Tx, scorerId: string, serialized: string, now: number): Promise<number> {
  const [row] = await tx.query<{ version: number }>({
    text: `INSERT INTO scorer_versions (organization_id, scorer_id, version, serialized_scorer, creation_time)
           SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4::bigint FROM scorer_versions WHERE organization_id = $1 AND scorer_id = $2 RETURNING version`,
    values: [tx.organizationId, scorerId, serialized, now],
  });
  if (row === undefined) throw new Error('the version was not inserted');
  return row.version;
}

/** The newest version of each scorer of these experiments, by experiment and name; of all of the project for null. */
export async function listNewest(tx: Tx, projectId: number, experimentIds: readonly bigint[] | null): Promise<ScorerVersion[]> {
  const rows = await tx.query<Row>({
    text: `SELECT ${COLUMNS} FROM ${TABLES}
           WHERE s.organization_id = $1 AND s.project_id = $2 AND e.lifecycle_stage = 'active' AND ($3::bigint[] IS NULL OR s.experiment_id = ANY ($3))
             AND v.version = (SELECT max(n.version) FROM scorer_versions n WHERE n.organization_id = s.organization_id AND n.scorer_id = s.id)
           ORDER BY NOT e.is_default, s.experiment_id, s.name LIMIT ${MAX_LISTED}`,
    values: [tx.organizationId, projectId, experimentIds?.map(String) ?? null],
  });
  return rows.map(toVersion);
}

/** Oldest first. */
export async function listVersions(tx: Tx, scorerId: string): Promise<ScorerVersion[]> {
  const rows = await tx.query<Row>({ text: `SELECT ${COLUMNS} FROM ${TABLES} WHERE s.organization_id = $1 AND s.id = $2 ORDER BY v.version LIMIT ${MAX_LISTED}`, values: [tx.organizationId, scorerId] });
  return rows.map(toVersion);
}

/** A version; the newest one for null. */
export async function findVersion(tx: Tx, scorerId: string, version: number | null): Promise<ScorerVersion | null> {
  const [row] = await tx.query<Row>({
    text: `SELECT ${COLUMNS} FROM ${TABLES} WHERE s.organization_id = $1 AND s.id = $2 AND ($3::integer IS NULL OR v.version = $3) ORDER BY v.version DESC LIMIT 1`,
    values: [tx.organizationId, scorerId, version],
  });
  return row === undefined ? null : toVersion(row);
}

/** Deletes one version, or for null all of them and the scorer. Returns how many versions there were. */
export async function deleteVersions(tx: Tx, scorerId: string, version: number | null): Promise<number> {
  const gone = await tx.query({ text: 'DELETE FROM scorer_versions WHERE organization_id = $1 AND scorer_id = $2 AND ($3::integer IS NULL OR version = $3) RETURNING 1', values: [tx.organizationId, scorerId, version] });
  if (version === null && gone.length > 0) await tx.query({ text: 'DELETE FROM scorers WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, scorerId] });
  return gone.length;
}

const ONLINE = `s.online_config_id AS "configId", s.id AS "scorerId", CASE WHEN e.is_default THEN 0 ELSE e.id END::text AS "experimentId", s.online_sample_rate AS "sampleRate", s.online_filter AS filter`;

export async function listOnlineScoring(tx: Tx, projectId: number, scorerIds: readonly string[]): Promise<OnlineScoring[]> {
  return tx.query<OnlineScoring>({
    text: `SELECT ${ONLINE} FROM scorers s JOIN experiments e ON e.organization_id = s.organization_id AND e.id = s.experiment_id
           WHERE s.organization_id = $1 AND s.project_id = $2 AND s.id = ANY ($3::text[]) AND s.online_config_id IS NOT NULL ORDER BY s.id`,
    values: [tx.organizationId, projectId, scorerIds],
  });
}

export async function setOnlineScoring(tx: Tx, scorerId: string, config: { configId: string; sampleRate: number; filter: string | null }): Promise<OnlineScoring> {
  const [row] = await tx.query<OnlineScoring>({
    text: `UPDATE scorers s SET online_config_id = coalesce(s.online_config_id, $3), online_sample_rate = $4, online_filter = $5
           FROM experiments e WHERE s.organization_id = $1 AND s.id = $2 AND e.organization_id = s.organization_id AND e.id = s.experiment_id RETURNING ${ONLINE}`,
    values: [tx.organizationId, scorerId, config.configId, config.sampleRate, config.filter],
  });
  if (row === undefined) throw new Error('the scorer was not updated');
  return row;
}
