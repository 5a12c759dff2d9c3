import type { TenantHandle, TenantSql } from '@modelyard/db';
import type { Experiment, LifecycleStage, Tag } from './experiment.js';

export interface ExperimentRow {
  readonly id: string;
  readonly project_id: number;
  readonly name: string;
  readonly artifact_location: string;
  readonly lifecycle_stage: LifecycleStage;
  readonly is_default: boolean;
  readonly creation_time: string;
  readonly last_update_time: string;
  readonly tags: Tag[];
}

/** Columns of `experiments e` as an ExperimentRow. */
export const EXPERIMENT_COLUMNS = `e.id::text, e.project_id, e.name, e.artifact_location, e.lifecycle_stage, e.is_default,
  e.creation_time::text, e.last_update_time::text,
  (SELECT coalesce(json_agg(json_build_object('key', t.key, 'value', t.value) ORDER BY t.key), '[]')
   FROM experiment_tags t WHERE t.organization_id = e.organization_id AND t.experiment_id = e.id) AS tags`;

/** Finds by the id of the wire: 0 is the Default, which its own internal id finds too. */
export async function findExperiment(tx: TenantSql, projectId: number, id: bigint): Promise<Experiment | null> {
  const [row] = await tx.query<ExperimentRow>({
    name: 'experiment_find',
    text: `SELECT ${EXPERIMENT_COLUMNS} FROM experiments e
           WHERE e.organization_id = $1 AND e.project_id = $2 AND CASE WHEN $3::bigint = 0 THEN e.is_default ELSE e.id = $3 END`,
    values: [tx.organizationId, projectId, id],
  });
  return row === undefined ? null : toExperiment(row);
}

export async function findExperimentByName(tx: TenantSql, projectId: number, name: string): Promise<Experiment | null> {
  const [row] = await tx.query<ExperimentRow>({
    name: 'experiment_find_by_name',
    text: `SELECT ${EXPERIMENT_COLUMNS} FROM experiments e WHERE e.organization_id = $1 AND e.project_id = $2 AND e.name = $3`,
    values: [tx.organizationId, projectId, name],
  });
  return row === undefined ? null : toExperiment(row);
}

/** Ids of those of the given experiments that the project has; an unknown one is left out, as in MLflow. */
export async function resolveExperimentIds(tx: TenantSql, projectId: number, ids: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.query<{ id: string }>({
    name: 'experiments_resolve',
    text: `SELECT id::text FROM experiments
           WHERE organization_id = $1 AND project_id = $2 AND (id = ANY ($3::bigint[]) OR (is_default AND 0 = ANY ($3::bigint[])))`,
    values: [tx.organizationId, projectId, ids.map(String)],
  });
  return rows.map((row) => BigInt(row.id));
}

/** Throws ALREADY_EXISTS. A location of null is a folder under the project's artifact root, or in the server's own store. */
export async function insertExperiment(
  tx: TenantHandle,
  projectId: number,
  input: { name: string; artifactLocation: string | null; tags: readonly Tag[]; now: number },
): Promise<bigint> {
  const { organizationId } = tx;
  const { id } = await tx.prisma.experiment.create({
    data: { organizationId, projectId, name: input.name, artifactLocation: input.artifactLocation ?? '', creationTime: input.now, lastUpdateTime: input.now },
    select: { id: true },
  });
  if (input.artifactLocation === null) {
    const { defaultArtifactRoot } = await tx.prisma.project.findUniqueOrThrow({ where: { organizationId_id: { organizationId, id: projectId } } });
    const artifactLocation = defaultArtifactRoot === null ? `mlflow-artifacts:/${id}` : underRoot(defaultArtifactRoot, id);
    await tx.prisma.experiment.update({ where: { organizationId_id: { organizationId, id } }, data: { artifactLocation } });
  }
  const tags = new Map(input.tags.map(({ key, value }) => [key, value]));
  if (tags.size > 0) {
    await tx.prisma.experimentTag.createMany({ data: [...tags].map(([key, value]) => ({ organizationId, experimentId: id, key, value })) });
  }
  return id;
}

/** The folder of an experiment under an artifact root, which may end with a query. */
function underRoot(root: string, id: bigint): string {
  const [path = '', ...query] = root.split('?');
  return [`${path.replace(/\/+$/, '')}/${id}`, ...query].join('?');
}

/** Sets the stage of an experiment and of all its runs. */
export async function setStage(tx: TenantSql, id: bigint, stage: LifecycleStage, now: number): Promise<void> {
  await tx.query({
    text: `WITH experiment AS (
             UPDATE experiments SET lifecycle_stage = $3, last_update_time = $4 WHERE organization_id = $1 AND id = $2)
           UPDATE runs SET lifecycle_stage = $3, deleted_time = CASE WHEN $3 = 'deleted' THEN $4::bigint END
           WHERE organization_id = $1 AND experiment_id = $2 AND lifecycle_stage <> $3`,
    values: [tx.organizationId, id, stage, now],
  });
}

export function toExperiment(row: ExperimentRow): Experiment {
  return {
    id: BigInt(row.id),
    experimentId: row.is_default ? '0' : row.id,
    projectId: row.project_id,
    name: row.name,
    artifactLocation: row.artifact_location,
    lifecycleStage: row.lifecycle_stage,
    isDefault: row.is_default,
    creationTime: Number(row.creation_time),
    lastUpdateTime: Number(row.last_update_time),
    tags: row.tags,
  };
}
