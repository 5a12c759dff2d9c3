import type { TenantSql } from '@modelyard/db';
import type { Endpoint, EndpointCondition, Target } from './endpoint.js';

type Reader = Pick<TenantSql, 'query' | 'organizationId'>;

const COLUMNS = `e.id, e.project_id AS "projectId", e.name, e.target_id AS "targetId", e.generation, e.observed_generation AS "observedGeneration",
  e.desired_revision AS "desiredRevision", e.active_revision AS "activeRevision", e.previous_revision AS "previousRevision",
  CASE WHEN e.deleting THEN 'DELETING' ELSE e.state END AS state, e.state_reason AS "stateReason", e.change_number::text AS "changeNumber",
  e.created_at AS "createdAt", e.deleted_at AS "deletedAt"`;

type Row = Omit<Endpoint, 'changeNumber'> & { readonly changeNumber: string };

const toEndpoint = (row: Row): Endpoint => ({ ...row, changeNumber: BigInt(row.changeNumber) });

export async function findEndpoint(tx: Reader, projectId: number, name: string, options: { lock: boolean } = { lock: false }): Promise<Endpoint | null> {
  const [row] = await tx.query<Row>({
    name: options.lock ? 'endpoint_lock' : 'endpoint_by_name',
    text: `SELECT ${COLUMNS} FROM endpoints e WHERE e.organization_id = $1 AND e.project_id = $2 AND e.name = $3 AND e.deleted_at IS NULL${options.lock ? ' FOR UPDATE' : ''}`,
    values: [tx.organizationId, projectId, name],
  });
  return row === undefined ? null : toEndpoint(row);
}

/** Also finds endpoints that were deleted: predictions of the past name them. */
export async function findEndpointById(tx: Reader, id: number): Promise<Endpoint | null> {
  const [row] = await tx.query<Row>({ name: 'endpoint_by_id', text: `SELECT ${COLUMNS} FROM endpoints e WHERE e.organization_id = $1 AND e.id = $2`, values: [tx.organizationId, id] });
  return row === undefined ? null : toEndpoint(row);
}

/** By name. */
export async function listEndpoints(tx: Reader, projectId: number, after: string | null, limit: number): Promise<Endpoint[]> {
  const rows = await tx.query<Row>({
    name: 'endpoint_list',
    text: `SELECT ${COLUMNS} FROM endpoints e WHERE e.organization_id = $1 AND e.project_id = $2 AND e.deleted_at IS NULL AND ($3::text IS NULL OR e.name > $3) ORDER BY e.name LIMIT $4`,
    values: [tx.organizationId, projectId, after, limit],
  });
  return rows.map(toEndpoint);
}

/** Endpoints of the project that take or took traffic with this model and still exist. */
export async function listEndpointsOfModel(tx: Reader, projectId: number, modelName: string, limit: number): Promise<Endpoint[]> {
  const rows = await tx.query<Row>({
    name: 'endpoint_of_model',
    text: `SELECT ${COLUMNS} FROM endpoints e WHERE e.organization_id = $1 AND e.project_id = $2 AND e.deleted_at IS NULL
             AND EXISTS (SELECT FROM revisions r WHERE r.organization_id = e.organization_id AND r.endpoint_id = e.id AND r.model_name = $3)
           ORDER BY e.name LIMIT $4`,
    values: [tx.organizationId, projectId, modelName, limit],
  });
  return rows.map(toEndpoint);
}

export async function insertEndpoint(tx: Reader, row: { projectId: number; name: string; targetId: number; createdBy: string }): Promise<void> {
  await tx.query({
    name: 'endpoint_insert',
    text: `INSERT INTO endpoints (organization_id, project_id, target_id, name, created_by) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (organization_id, project_id, name) WHERE deleted_at IS NULL DO NOTHING`,
    values: [tx.organizationId, row.projectId, row.targetId, row.name, row.createdBy],
  });
}

/** Writes a new wish; the generation grows. */
export async function updateDesired(tx: Reader, id: number, desired: { revision: number | null; deleting: boolean }): Promise<void> {
  await tx.query({
    name: 'endpoint_desire',
    text: `UPDATE endpoints SET desired_revision = $3, deleting = $4, generation = generation + 1, change_number = change_number + 1 WHERE organization_id = $1 AND id = $2`,
    values: [tx.organizationId, id, desired.revision, desired.deleting],
  });
}

/** The organization's local target, made on first use. */
export async function ensureLocalTarget(tx: Reader): Promise<number> {
  const [row] = await tx.query<{ id: number }>({
    name: 'target_ensure',
    text: `INSERT INTO targets (organization_id, name, kind) VALUES ($1, 'local', 'local') ON CONFLICT (organization_id, name) DO UPDATE SET name = excluded.name RETURNING id`,
    values: [tx.organizationId],
  });
  if (row === undefined) throw new Error('the target was not inserted');
  return row.id;
}

export async function findTarget(tx: Reader, id: number): Promise<Target | null> {
  const [row] = await tx.query<Target>({
    name: 'target_by_id',
    text: `SELECT id, name, kind, isolation, isolation_note AS "isolationNote" FROM targets WHERE organization_id = $1 AND id = $2`,
    values: [tx.organizationId, id],
  });
  return row ?? null;
}

export async function listConditions(tx: Reader, endpointId: number): Promise<EndpointCondition[]> {
  return tx.query<EndpointCondition>({
    name: 'condition_list',
    text: `SELECT type, status, reason, message, changed_at AS "changedAt" FROM endpoint_conditions WHERE organization_id = $1 AND endpoint_id = $2 ORDER BY type DESC`,
    values: [tx.organizationId, endpointId],
  });
}
