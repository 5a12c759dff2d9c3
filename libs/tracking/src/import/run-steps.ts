import type { TenantSql } from '@modelyard/db';
import { z } from 'zod';
import { RUN_STATUSES } from '../run/run.js';
import { floatField, floatSql } from './checksum.js';
import { defineStep, items, type ImportScope } from './import-step.js';
import { findItems, idOf, jsonRows, numberArray } from './rows.js';
import { flag, float, int64, int64OrZero, metricValue, optionalInt64, text, textOrEmpty } from './source-values.js';

const OF_EXPERIMENT = 'experiment_id IN (SELECT experiment_id FROM experiments)';
/** Rows of a run that a store lost count for nothing in MLflow either. */
const ofRun = (table: string) => `EXISTS (SELECT 1 FROM runs r WHERE r.run_uuid = ${table}.run_uuid AND r.experiment_id IS NOT NULL)`;

const runs = defineStep({
  name: 'runs',
  source: { from: 'runs', columns: 'run_uuid, experiment_id, name, user_id, status, start_time, end_time, deleted_time, lifecycle_stage, artifact_uri', key: ['run_uuid'], batch: 2000, where: OF_EXPERIMENT },
  row: z.object({
    run_uuid: text,
    experiment_id: int64.transform(String),
    name: textOrEmpty,
    user_id: textOrEmpty,
    status: z.enum(RUN_STATUSES).nullable().transform((status) => status ?? 'RUNNING'),
    start_time: int64OrZero,
    end_time: optionalInt64,
    deleted_time: optionalInt64,
    lifecycle_stage: z.enum(['active', 'deleted']).nullable().transform((stage) => stage ?? 'active'),
    artifact_uri: textOrEmpty,
  }),
  async write(tx, scope, rows) {
    const experiments = await findItems(tx, scope, 'experiment', rows.map((row) => row.experiment_id));
    await tx.query({
      name: 'import_runs',
      text: `WITH made AS (
               INSERT INTO runs (organization_id, project_id, created_by, run_id, experiment_id, name, user_id, status, start_time, end_time, deleted_time, lifecycle_stage, artifact_uri)
               SELECT $1, $3, $4, n.* FROM json_to_recordset($5::json) n (run_uuid text, experiment_id bigint, name text, user_id text, status text, start_time bigint, end_time bigint, deleted_time bigint, lifecycle_stage text, artifact_uri text)
               RETURNING rid, run_id)
             INSERT INTO mlflow_import_items (organization_id, import_id, kind, source_id, row_id) SELECT $1::integer, $2::bigint, 'run', run_id, rid FROM made`,
      values: [
        tx.organizationId, scope.importId, scope.projectId, scope.actorName,
        jsonRows(rows.map((row) => ({ ...row, experiment_id: idOf(experiments, row.experiment_id), artifact_uri: scope.uris.map(row.artifact_uri) }))),
      ],
    });
  },
  fields: (row, { uris }) => [row.run_uuid, row.experiment_id, row.name, row.user_id, row.status, row.start_time, row.end_time, row.deleted_time, row.lifecycle_stage, uris.map(row.artifact_uri)],
  ours: {
    from: `${items('run')} JOIN runs r ON r.organization_id = $1 AND r.rid = i.row_id JOIN ${items('experiment', 'e')} ON e.row_id = r.experiment_id`,
    fields: ['r.run_id', 'e.source_id', 'r.name', 'r.user_id', 'r.status', 'r.start_time', 'r.end_time', 'r.deleted_time', 'r.lifecycle_stage', 'r.artifact_uri'],
  },
});

interface KeyedRow {
  readonly run_uuid: string;
  readonly key: string;
}

/** Of each row its run's row id and experiment and the id of its key, as array parameters. */
async function resolve(tx: TenantSql, scope: ImportScope, rows: readonly KeyedRow[]): Promise<{ rids: string; experiments: string; keyIds: string }> {
  const runIds = await findItems(tx, scope, 'run', rows.map((row) => row.run_uuid));
  const names = [...new Set(rows.map((row) => row.key))];
  const [keys] = await tx.query<{ ids: number[] }>({ name: 'import_keys', text: 'SELECT tracking_key_ids($1, $2) AS ids', values: [tx.organizationId, names] });
  const keyIds = new Map(names.map((name, index) => [name, keys?.ids[index] ?? 0]));
  const experiments = new Map(
    (await tx.query<{ rid: string; experiment: string }>({
      name: 'import_run_experiments',
      text: 'SELECT rid::text, experiment_id::text AS experiment FROM runs WHERE organization_id = $1 AND rid = ANY ($2::bigint[])',
      values: [tx.organizationId, numberArray([...runIds.values()])],
    })).map((row) => [row.rid, row.experiment]),
  );
  const rids = rows.map((row) => idOf(runIds, row.run_uuid));
  return { rids: numberArray(rids), experiments: numberArray(rids.map((rid) => idOf(experiments, rid))), keyIds: numberArray(rows.map((row) => keyIds.get(row.key) ?? 0)) };
}

const texts = (name: string, source: string, ours: string) =>
  defineStep({
    name,
    source: { from: source, columns: 'run_uuid, key, value', key: ['key', 'run_uuid'], batch: 5000, where: ofRun(source) },
    row: z.object({ run_uuid: text, key: text, value: textOrEmpty }),
    async write(tx, scope, rows) {
      const { rids, experiments, keyIds } = await resolve(tx, scope, rows);
      await tx.query({
        name: `import_${ours}`,
        text: `INSERT INTO ${ours} (organization_id, rid, experiment_id, key_id, key, value, rest)
               SELECT $1, n.rid, n.experiment, n.key_id, n.key, left(n.value, 255), nullif(substr(n.value, 256), '')
               FROM unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[], $6::text[]) n (rid, experiment, key_id, key, value) ORDER BY n.rid, n.key_id`,
        values: [tx.organizationId, rids, experiments, keyIds, rows.map((row) => row.key), rows.map((row) => row.value)],
      });
    },
    fields: (row) => [row.run_uuid, row.key, row.value],
    ours: { from: `${items('run')} JOIN ${ours} t ON t.organization_id = $1 AND t.rid = i.row_id`, fields: ['i.source_id', 't.key', `t.value || coalesce(t.rest, '')`] },
  });

const point = z.object({ run_uuid: text, key: text, value: float, timestamp: int64OrZero, step: int64, is_nan: flag });
type Point = z.infer<typeof point>;

const pointColumns = (rows: readonly Point[]) => [
  numberArray(rows.map((row) => row.step)),
  numberArray(rows.map((row) => row.timestamp)),
  numberArray(rows.map((row) => metricValue(row.value, row.is_nan))),
];
const pointFields = (row: Point) => [row.run_uuid, row.key, row.step, row.timestamp, floatField(metricValue(row.value, row.is_nan))];
const POINT_COLUMNS = 'run_uuid, key, value, timestamp, step, is_nan';

/** All points: the bulk of most stores. */
const metrics = defineStep({
  name: 'metrics',
  source: { from: 'metrics', columns: POINT_COLUMNS, key: ['key', 'timestamp', 'step', 'run_uuid', 'value', 'is_nan'], batch: 20_000, where: ofRun('metrics') },
  row: point,
  async write(tx, scope, rows) {
    const { rids, keyIds } = await resolve(tx, scope, rows);
    await tx.query({
      name: 'import_points',
      // In the order of the key: pages are then filled one after the other.
      text: `INSERT INTO metric_points (organization_id, rid, key_id, step, timestamp, value)
             SELECT $1, n.* FROM unnest($2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::float8[]) n (rid, key_id, step, timestamp, value)
             ORDER BY n.rid, n.key_id, n.step`,
      values: [tx.organizationId, rids, keyIds, ...pointColumns(rows)],
    });
  },
  fields: pointFields,
  ours: {
    from: `${items('run')} JOIN metric_points p ON p.organization_id = $1 AND p.rid = i.row_id JOIN keys k ON k.organization_id = $1 AND k.id = p.key_id`,
    fields: ['i.source_id', 'k.name', 'p.step', 'p.timestamp', floatSql('p.value')],
  },
});

const latestMetrics = defineStep({
  name: 'latest_metrics',
  source: { from: 'latest_metrics', columns: POINT_COLUMNS, key: ['key', 'run_uuid'], batch: 5000, where: ofRun('latest_metrics') },
  row: point,
  async write(tx, scope, rows) {
    const { rids, experiments, keyIds } = await resolve(tx, scope, rows);
    await tx.query({
      name: 'import_latest',
      text: `INSERT INTO latest_metrics (organization_id, rid, experiment_id, key_id, key, step, timestamp, value)
             SELECT $1, n.* FROM unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::float8[]) n (rid, experiment, key_id, key, step, timestamp, value)
             ORDER BY n.rid, n.key_id`,
      values: [tx.organizationId, rids, experiments, keyIds, rows.map((row) => row.key), ...pointColumns(rows)],
    });
  },
  fields: pointFields,
  ours: { from: `${items('run')} JOIN latest_metrics p ON p.organization_id = $1 AND p.rid = i.row_id`, fields: ['i.source_id', 'p.key', 'p.step', 'p.timestamp', floatSql('p.value')] },
});

export const RUN_STEPS = [runs, texts('params', 'params', 'params'), texts('tags', 'tags', 'run_tags'), latestMetrics, metrics];
