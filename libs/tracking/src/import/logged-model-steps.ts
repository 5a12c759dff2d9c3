import { z } from 'zod';
import { floatField, floatSql } from './checksum.js';
import { defineStep, items } from './import-step.js';
import { findItems, idOf, jsonRows } from './rows.js';
import { int64, optionalFloat, optionalText, text } from './source-values.js';

/** mlflow.entities.LoggedModelStatus.from_int. */
const STATUSES: Readonly<Record<number, string>> = { 0: 'LOGGED_MODEL_PENDING', 1: 'LOGGED_MODEL_PENDING', 2: 'LOGGED_MODEL_READY', 3: 'LOGGED_MODEL_UPLOAD_FAILED' };
const OF_MODEL = 'model_id IN (SELECT m.model_id FROM logged_models m WHERE m.experiment_id IN (SELECT experiment_id FROM experiments))';
const MODEL_ITEMS = items('logged_model');

const loggedModels = defineStep({
  name: 'logged_models',
  source: {
    from: 'logged_models', columns: 'model_id, experiment_id, name, artifact_location, creation_timestamp_ms, last_updated_timestamp_ms, status, lifecycle_stage, model_type, source_run_id, status_message',
    key: ['model_id'], batch: 2000, where: 'experiment_id IN (SELECT experiment_id FROM experiments)',
  },
  row: z.object({
    model_id: text,
    experiment_id: int64.transform(String),
    name: text,
    artifact_location: text,
    creation_timestamp_ms: int64,
    last_updated_timestamp_ms: int64,
    status: int64.transform((status) => STATUSES[Number(status)] ?? 'LOGGED_MODEL_PENDING'),
    lifecycle_stage: z.enum(['active', 'deleted']).nullable().transform((stage) => stage ?? 'active'),
    model_type: optionalText,
    source_run_id: optionalText,
    status_message: optionalText,
  }),
  async write(tx, scope, rows) {
    const experiments = await findItems(tx, scope, 'experiment', rows.map((row) => row.experiment_id));
    await tx.query({
      text: `WITH made AS (
               INSERT INTO logged_models (organization_id, project_id, created_by, model_id, experiment_id, name, artifact_uri, creation_timestamp, last_updated_timestamp, status, lifecycle_stage, model_type, source_run_id, status_message)
               SELECT $1, $3, $4, n.* FROM json_to_recordset($5::json) n (model_id text, experiment_id bigint, name text, artifact_location text, creation_timestamp_ms bigint, last_updated_timestamp_ms bigint, status text, lifecycle_stage text, model_type text, source_run_id text, status_message text)
               RETURNING model_id)
             INSERT INTO mlflow_import_items (organization_id, import_id, kind, source_id, row_id) SELECT $1::integer, $2::bigint, 'logged_model', model_id, 0 FROM made`,
      values: [
        tx.organizationId, scope.importId, scope.projectId, scope.actorName,
        jsonRows(rows.map((row) => ({ ...row, experiment_id: idOf(experiments, row.experiment_id), artifact_location: scope.uris.map(row.artifact_location) }))),
      ],
    });
  },
  fields: (row, { uris }) => [
    row.model_id, row.experiment_id, row.name, uris.map(row.artifact_location), row.creation_timestamp_ms, row.last_updated_timestamp_ms, row.status, row.lifecycle_stage, row.model_type, row.source_run_id, row.status_message,
  ],
  ours: {
    from: `${MODEL_ITEMS} JOIN logged_models m ON m.organization_id = $1 AND m.model_id = i.source_id JOIN ${items('experiment', 'e')} ON e.row_id = m.experiment_id`,
    fields: ['m.model_id', 'e.source_id', 'm.name', 'm.artifact_uri', 'm.creation_timestamp', 'm.last_updated_timestamp', 'm.status', 'm.lifecycle_stage', 'm.model_type', 'm.source_run_id', 'm.status_message'],
  },
});

const entries = (table: 'logged_model_params' | 'logged_model_tags', prefix: 'param' | 'tag') =>
  defineStep({
    name: table,
    source: { from: table, columns: `model_id, ${prefix}_key, ${prefix}_value`, key: ['model_id', `${prefix}_key`], batch: 5000, where: OF_MODEL },
    row: z.record(z.string(), text).transform((row) => ({ id: row['model_id'] ?? '', key: row[`${prefix}_key`] ?? '', value: row[`${prefix}_value`] ?? '' })),
    async write(tx, _scope, rows) {
      await tx.query({
        text: `INSERT INTO ${table} (organization_id, model_id, key, value) SELECT $1, n.* FROM unnest($2::text[], $3::text[], $4::text[]) n`,
        values: [tx.organizationId, rows.map((row) => row.id), rows.map((row) => row.key), rows.map((row) => row.value)],
      });
    },
    fields: (row) => [row.id, row.key, row.value],
    ours: { from: `${MODEL_ITEMS} JOIN ${table} t ON t.organization_id = $1 AND t.model_id = i.source_id`, fields: ['t.model_id', 't.key', 't.value'] },
  });

const modelMetrics = defineStep({
  name: 'logged_model_metrics',
  source: {
    from: 'logged_model_metrics', columns: 'model_id, metric_name, metric_timestamp_ms, metric_step, run_id, metric_value, dataset_name, dataset_digest',
    key: ['model_id', 'metric_name', 'metric_timestamp_ms', 'metric_step', 'run_id'], batch: 5000, where: OF_MODEL,
  },
  row: z.object({
    model_id: text, metric_name: text, metric_timestamp_ms: int64, metric_step: int64, run_id: text,
    // SQLite has no NaN and keeps null instead.
    metric_value: optionalFloat.transform((value) => value ?? Number.NaN),
    dataset_name: optionalText, dataset_digest: optionalText,
  }),
  async write(tx, _scope, rows) {
    await tx.query({
      text: `INSERT INTO logged_model_metrics (organization_id, model_id, key, timestamp, step, run_id, value, dataset_name, dataset_digest)
             SELECT $1, n.* FROM json_to_recordset($2::json) n (model_id text, metric_name text, metric_timestamp_ms bigint, metric_step bigint, run_id text, metric_value float8, dataset_name text, dataset_digest text)`,
      values: [tx.organizationId, jsonRows(rows)],
    });
  },
  fields: (row) => [row.model_id, row.metric_name, row.metric_timestamp_ms, row.metric_step, row.run_id, floatField(row.metric_value), row.dataset_name, row.dataset_digest],
  ours: {
    from: `${MODEL_ITEMS} JOIN logged_model_metrics m ON m.organization_id = $1 AND m.model_id = i.source_id`,
    fields: ['m.model_id', 'm.key', 'm.timestamp', 'm.step', 'm.run_id', floatSql('m.value'), 'm.dataset_name', 'm.dataset_digest'],
  },
});

export const LOGGED_MODEL_STEPS = [loggedModels, entries('logged_model_params', 'param'), entries('logged_model_tags', 'tag'), modelMetrics];
