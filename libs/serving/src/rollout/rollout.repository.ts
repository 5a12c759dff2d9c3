import type { Database, SystemHandle, TenantSql } from '@modelyard/db';
import { DomainError } from '@modelyard/kernel';
import { ROUTES_CHANNEL } from '../route/route-table.service.js';
import type { EndpointStatus } from './status.js';

export interface EndpointRef {
  readonly organizationId: number;
  readonly endpointId: number;
}

export interface RolloutRevision {
  readonly number: number;
  readonly modelName: string;
  readonly modelVersion: number;
  readonly artifactPrefix: string;
  readonly replicas: number;
  readonly memoryBytes: number;
  readonly threads: number;
  readonly failedGeneration: number | null;
  readonly reason: string | null;
  readonly idleSince: Date | null;
}

/** Wish and last status of an endpoint, with the revisions that matter now. */
export interface RolloutState {
  readonly name: string;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly desiredRevision: number | null;
  readonly activeRevision: number | null;
  readonly previousRevision: number | null;
  readonly deleting: boolean;
  readonly deleted: boolean;
  readonly revisions: readonly RolloutRevision[];
}

/** A higher fence is on the target: another worker has taken over, and this one must stop. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** Takes a new fence, and the local targets that are this worker's, nobody's, or of a worker that is gone. */
export async function claimTargets(tx: SystemHandle, worker: { id: string; fence: string; isolation: string; isolationNote: string }): Promise<void> {
  await tx.query({
    name: 'targets_claim',
    text: `UPDATE targets t SET worker_id = $1, worker_fence = $2, isolation = $3, isolation_note = $4
           WHERE kind = 'local' AND worker_fence <= $2
             AND (worker_id IS DISTINCT FROM $1 OR worker_fence <> $2)
             AND (worker_id IS NULL OR worker_id = $1 OR NOT EXISTS (SELECT FROM leases l WHERE l.name = 'worker:' || t.worker_id AND l.expires_at > clock_timestamp()))`,
    values: [worker.id, worker.fence, worker.isolation, worker.isolationNote],
  });
}

export async function takeFence(tx: SystemHandle): Promise<string> {
  const [row] = await tx.query<{ fence: string }>({ text: `SELECT nextval('worker_fence_seq')::text AS fence` });
  return row?.fence ?? '0';
}

/** Renews this worker's lease by the database's clock. Throws FencedError when a later life of the same worker has it. */
export async function renewLease(tx: SystemHandle, worker: { id: string; fence: string; holder: string }, seconds: number): Promise<void> {
  const rows = await tx.query({
    name: 'lease_renew',
    text: `INSERT INTO leases AS l (name, holder, fence, expires_at) VALUES ('worker:' || $1, $2, $3, clock_timestamp() + make_interval(secs => $4))
           ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence, expires_at = excluded.expires_at WHERE l.fence <= excluded.fence RETURNING 1`,
    values: [worker.id, worker.holder, worker.fence, seconds],
  });
  if (rows.length === 0) throw new FencedError(`Another worker '${worker.id}' has taken over.`);
}

/** Living endpoints on this worker's targets. */
export async function listOwnEndpoints(tx: SystemHandle, worker: { id: string; fence: string }): Promise<(EndpointRef & { readonly unsettled: boolean })[]> {
  return tx.query({
    name: 'endpoints_own',
    text: `SELECT e.organization_id AS "organizationId", e.id AS "endpointId", e.generation <> e.observed_generation AS unsettled
           FROM endpoints e JOIN targets t ON t.organization_id = e.organization_id AND t.id = e.target_id
           WHERE e.deleted_at IS NULL AND t.worker_id = $1 AND t.worker_fence = $2`,
    values: [worker.id, worker.fence],
  });
}

export async function readRollout(db: Database, ref: EndpointRef): Promise<RolloutState | null> {
  return db.tenantSql(ref, async (tx) => {
    const [row] = await tx.query<Omit<RolloutState, 'revisions'>>({
      name: 'rollout_read',
      text: `SELECT name, generation, observed_generation AS "observedGeneration", desired_revision AS "desiredRevision", active_revision AS "activeRevision", previous_revision AS "previousRevision",
               deleting, deleted_at IS NOT NULL AS deleted FROM endpoints WHERE organization_id = $1 AND id = $2`,
      values: [ref.organizationId, ref.endpointId],
    });
    if (row === undefined) return null;
    const revisions = await tx.query<Omit<RolloutRevision, 'memoryBytes'> & { memoryBytes: string }>({
      name: 'rollout_revisions',
      text: `SELECT r.number, r.model_name AS "modelName", r.model_version AS "modelVersion", r.artifact_prefix AS "artifactPrefix", r.replicas, r.memory_bytes::text AS "memoryBytes", r.threads,
               s.failed_generation AS "failedGeneration", s.reason, s.idle_since AS "idleSince"
             FROM revisions r LEFT JOIN revision_status s ON s.organization_id = r.organization_id AND s.endpoint_id = r.endpoint_id AND s.revision = r.number
             WHERE r.organization_id = $1 AND r.endpoint_id = $2 AND (r.number = ANY ($3) OR s.state NOT IN ('FAILED', 'STOPPED')) ORDER BY r.number`,
      values: [ref.organizationId, ref.endpointId, [row.desiredRevision, row.activeRevision, row.previousRevision].filter((number) => number !== null)],
    });
    return { ...row, revisions: revisions.map((revision) => ({ ...revision, memoryBytes: Number(revision.memoryBytes) })) };
  });
}

/** Runs a status write of a worker that still owns the endpoint's target. Throws FencedError when a later one does. */
export async function fenced<T>(db: Database, ref: EndpointRef, fence: string, work: (tx: TenantSql) => Promise<T>): Promise<T> {
  return db.tenantSql(ref, async (tx) => {
    const [row] = await tx.query<{ fence: string }>({
      name: 'fence_read',
      text: `SELECT t.worker_fence::text AS fence FROM targets t JOIN endpoints e ON e.organization_id = t.organization_id AND e.target_id = t.id
             WHERE e.organization_id = $1 AND e.id = $2 FOR SHARE OF t`,
      values: [ref.organizationId, ref.endpointId],
    });
    const holder = BigInt(row?.fence ?? 0);
    if (holder > BigInt(fence)) throw new FencedError(`The target of endpoint ${ref.endpointId} belongs to another worker now.`);
    if (holder < BigInt(fence)) throw new DomainError('CONFLICT', `The target of endpoint ${ref.endpointId} is not this worker's.`);
    return work(tx);
  });
}

/** Makes all traffic of an endpoint go to one revision, or (null) to none. */
export async function writeTraffic(tx: TenantSql, endpointId: number, revision: number | null): Promise<void> {
  const values = [tx.organizationId, endpointId];
  await tx.query({
    name: 'traffic_idle',
    text: `UPDATE revision_status SET idle_since = clock_timestamp() WHERE organization_id = $1 AND endpoint_id = $2 AND revision <> coalesce($3, 0)
           AND revision IN (SELECT revision FROM endpoint_traffic WHERE organization_id = $1 AND endpoint_id = $2)`,
    values: [...values, revision],
  });
  await tx.query({ name: 'traffic_clear', text: 'DELETE FROM endpoint_traffic WHERE organization_id = $1 AND endpoint_id = $2', values });
  if (revision !== null) {
    await tx.query({ name: 'traffic_set', text: 'INSERT INTO endpoint_traffic (organization_id, endpoint_id, revision, percent) VALUES ($1, $2, $3, 100)', values: [...values, revision] });
    await tx.query({ name: 'traffic_busy', text: 'UPDATE revision_status SET idle_since = NULL WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3', values: [...values, revision] });
  }
  await tx.query({
    name: 'traffic_pointers',
    text: `UPDATE endpoints SET previous_revision = CASE WHEN $3::int IS NULL THEN previous_revision ELSE active_revision END, active_revision = $3, change_number = change_number + 1
           WHERE organization_id = $1 AND id = $2 AND active_revision IS DISTINCT FROM $3`,
    values: [...values, revision],
  });
  await routesChanged(tx);
}

/** Replaces the addresses that answer. */
export async function writeReplicas(tx: TenantSql, endpointId: number, replicas: readonly { revision: number; ordinal: number; address: string }[]): Promise<void> {
  await tx.query({ name: 'replicas_clear', text: 'DELETE FROM replicas WHERE organization_id = $1 AND endpoint_id = $2', values: [tx.organizationId, endpointId] });
  for (const { revision, ordinal, address } of replicas) {
    await tx.query({ name: 'replicas_add', text: 'INSERT INTO replicas (organization_id, endpoint_id, revision, ordinal, address) VALUES ($1, $2, $3, $4, $5)', values: [tx.organizationId, endpointId, revision, ordinal, address] });
  }
  await routesChanged(tx);
}

export async function writeStatus(tx: TenantSql, endpointId: number, generation: number, status: EndpointStatus, restarts: ReadonlyMap<number, number>): Promise<void> {
  for (const revision of status.revisions) {
    await tx.query({
      name: 'status_revision',
      text: `UPDATE revision_status SET state = $4, reason = $5, ready_replicas = $6, restarts = restarts + $7 WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3`,
      values: [tx.organizationId, endpointId, revision.revision, revision.state, revision.reason, revision.readyReplicas, restarts.get(revision.revision) ?? 0],
    });
  }
  for (const condition of status.conditions) {
    await tx.query({
      name: 'status_condition',
      text: `INSERT INTO endpoint_conditions AS c (organization_id, endpoint_id, type, status, reason, message) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (organization_id, endpoint_id, type) DO UPDATE SET status = excluded.status, reason = excluded.reason, message = excluded.message,
               changed_at = CASE WHEN c.status = excluded.status THEN c.changed_at ELSE clock_timestamp() END`,
      values: [tx.organizationId, endpointId, condition.type, condition.status, condition.reason, condition.message],
    });
  }
  await tx.query({
    name: 'status_endpoint',
    text: `UPDATE endpoints SET state = $3, state_reason = $4, observed_generation = $5, change_number = change_number + 1 WHERE organization_id = $1 AND id = $2`,
    values: [tx.organizationId, endpointId, status.state, status.reason, generation],
  });
}

export async function writeFailure(tx: TenantSql, endpointId: number, revision: number, generation: number, reason: string): Promise<void> {
  await tx.query({
    name: 'revision_fail',
    text: `UPDATE revision_status SET state = 'FAILED', failed_generation = $4, reason = $5 WHERE organization_id = $1 AND endpoint_id = $2 AND revision = $3`,
    values: [tx.organizationId, endpointId, revision, generation, reason],
  });
}

export async function writeDeleted(tx: TenantSql, endpointId: number): Promise<void> {
  await tx.query({ name: 'endpoint_bury', text: 'UPDATE endpoints SET deleted_at = clock_timestamp(), change_number = change_number + 1 WHERE organization_id = $1 AND id = $2', values: [tx.organizationId, endpointId] });
  await tx.query({ name: 'revisions_bury', text: `UPDATE revision_status SET state = 'STOPPED', ready_replicas = 0 WHERE organization_id = $1 AND endpoint_id = $2 AND state <> 'FAILED'`, values: [tx.organizationId, endpointId] });
}

/** Has every router that was heard of lately taken over the routes as they are now? */
export async function routersCaughtUp(tx: SystemHandle, lostAfterSeconds: number): Promise<boolean> {
  const [row] = await tx.query<{ behind: boolean }>({
    name: 'routers_behind',
    text: `SELECT EXISTS (SELECT FROM routers r, route_table t WHERE r.routes_version < t.version AND r.seen_at > clock_timestamp() - make_interval(secs => $1)) AS behind`,
    values: [lostAfterSeconds],
  });
  if (row === undefined) throw new DomainError('UNAVAILABLE', 'The routers could not be read.');
  return !row.behind;
}

async function routesChanged(tx: TenantSql): Promise<void> {
  await tx.query({ name: 'routes_changed', text: `WITH changed AS (UPDATE route_table SET version = version + 1 RETURNING 1) SELECT pg_notify('${ROUTES_CHANNEL}', '') FROM changed` });
}
