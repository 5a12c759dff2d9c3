import type { TenantSql } from '@modelyard/db';
import { STEPS, type DeploymentStep, type LogLine, type Revision } from './endpoint.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

const COLUMNS = `r.endpoint_id AS "endpointId", r.number, r.model_name AS "modelName", r.model_version AS "modelVersion", r.run_id AS "runId", r.logged_model_id AS "loggedModelId",
  r.replicas, r.created_by AS "createdBy", r.created_at AS "createdAt", coalesce(s.state, 'PENDING') AS state, s.reason AS "stateReason",
  coalesce(s.ready_replicas, 0) AS "readyReplicas", coalesce(s.restarts, 0) AS restarts, coalesce(t.percent, 0) AS "trafficPercent"`;
const FROM = `revisions r
  LEFT JOIN revision_status s ON s.organization_id = r.organization_id AND s.endpoint_id = r.endpoint_id AND s.revision = r.number
  LEFT JOIN endpoint_traffic t ON t.organization_id = r.organization_id AND t.endpoint_id = r.endpoint_id AND t.revision = r.number`;

export interface NewRevision {
  readonly modelName: string;
  readonly modelVersion: number;
  readonly artifactPrefix: string;
  readonly runId: string | null;
  readonly loggedModelId: string | null;
  readonly replicas: number;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly createdBy: string;
}

/** Adds the next revision with its steps, and returns its number. The endpoint's row is locked by the caller. */
export async function insertRevision(tx: Reader, endpointId: number, revision: NewRevision): Promise<number> {
  const [row] = await tx.query<{ number: number }>({
    name: 'revision_insert',
    text: `INSERT INTO revisions (organization_id, endpoint_id, number, model_name, model_version, artifact_prefix, run_id, logged_model_id, replicas, memory_bytes, threads, created_by)
           SELECT $1, $2, 1 + coalesce(max(number), 0), $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM revisions WHERE organization_id = $1 AND endpoint_id = $2 RETURNING number`,
    values: [
      tx.organizationId, endpointId, revision.modelName, revision.modelVersion, revision.artifactPrefix, revision.runId, revision.loggedModelId, revision.replicas, revision.memoryBytes,
      revision.threads, revision.createdBy,
    ],
  });
  if (row === undefined) throw new Error('the revision was not inserted');
  await tx.query({ name: 'revision_status_insert', text: 'INSERT INTO revision_status (organization_id, endpoint_id, revision) VALUES ($1, $2, $3)', values: [tx.organizationId, endpointId, row.number] });
  await tx.query({
    name: 'steps_insert',
    text: `INSERT INTO deployment_steps (organization_id, endpoint_id, revision, position, name) SELECT $1, $2, $3, s.position, s.name FROM unnest($4::text[]) WITH ORDINALITY s (name, position)`,
    values: [tx.organizationId, endpointId, row.number, [...STEPS]],
  });
  return row.number;
}

export async function findRevision(tx: Reader, endpointId: number, number: number): Promise<Revision | null> {
  const [row] = await tx.query<Revision>({
    name: 'revision_get',
    text: `SELECT ${COLUMNS} FROM ${FROM} WHERE r.organization_id = $1 AND r.endpoint_id = $2 AND r.number = $3`,
    values: [tx.organizationId, endpointId, number],
  });
  return row ?? null;
}

/** Newest first. */
export async function listRevisions(tx: Reader, endpointId: number, before: number | null, limit: number): Promise<Revision[]> {
  return tx.query<Revision>({
    name: 'revision_list',
    text: `SELECT ${COLUMNS} FROM ${FROM} WHERE r.organization_id = $1 AND r.endpoint_id = $2 AND ($3::int IS NULL OR r.number < $3) ORDER BY r.number DESC LIMIT $4`,
    values: [tx.organizationId, endpointId, before, limit],
  });
}

export async function listSteps(tx: Reader, endpointId: number, revision: number): Promise<DeploymentStep[]> {
  return tx.query<DeploymentStep>({
    name: 'step_list',
    text: `SELECT name, state, message, started_at AS "startedAt", finished_at AS "finishedAt" FROM deployment_steps
           WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3 ORDER BY position`,
    values: [tx.organizationId, endpointId, revision],
  });
}

/** In order of writing. */
export async function listLogLines(tx: Reader, endpointId: number, revision: number, after: bigint | null, limit: number): Promise<LogLine[]> {
  const rows = await tx.query<Omit<LogLine, 'sequence'> & { sequence: string }>({
    name: 'log_list',
    text: `SELECT sequence::text, revision, time, stream, step, text FROM deployment_logs
           WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3 AND sequence > coalesce($4::bigint, 0) ORDER BY sequence LIMIT $5`,
    values: [tx.organizationId, endpointId, revision, after, limit],
  });
  return rows.map((row) => ({ ...row, sequence: BigInt(row.sequence) }));
}
