import { z } from 'zod';
import { defineStep, items } from './import-step.js';
import { findItems, idOf, jsonRows } from './rows.js';
import { int64, int64OrZero, optionalText, text } from './source-values.js';

const CONTEXT_TAG = 'mlflow.data.context';
const RUN_OF = (column: string) => `EXISTS (SELECT 1 FROM runs r WHERE r.run_uuid = ${column} AND r.experiment_id IS NOT NULL)`;
const OF_DATASET = `i.source_type = 'DATASET' AND i.destination_type = 'RUN' AND EXISTS (SELECT 1 FROM datasets d WHERE d.dataset_uuid = i.source_id) AND ${RUN_OF('i.destination_id')}`;

const datasets = defineStep({
  name: 'datasets',
  source: {
    from: 'datasets', columns: 'dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile',
    key: ['experiment_id', 'name', 'digest'], batch: 500, where: 'experiment_id IN (SELECT experiment_id FROM experiments)',
  },
  row: z.object({ dataset_uuid: text, experiment_id: int64.transform(String), name: text, digest: text, dataset_source_type: text, dataset_source: text, dataset_schema: optionalText, dataset_profile: optionalText }),
  async write(tx, scope, rows) {
    const experiments = await findItems(tx, scope, 'experiment', rows.map((row) => row.experiment_id));
    await tx.query({
      text: `WITH n AS (
               SELECT * FROM json_to_recordset($3::json) n (dataset_uuid text, experiment_id bigint, name text, digest text, dataset_source_type text, dataset_source text, dataset_schema text, dataset_profile text)),
             made AS (
               INSERT INTO datasets (organization_id, experiment_id, name, digest, source_type, source, schema, profile)
               SELECT $1, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile FROM n
               RETURNING id, experiment_id, name, digest)
             INSERT INTO mlflow_import_items (organization_id, import_id, kind, source_id, row_id)
             SELECT $1::integer, $2::bigint, 'dataset', n.dataset_uuid, made.id FROM made JOIN n USING (experiment_id, name, digest)`,
      values: [tx.organizationId, scope.importId, jsonRows(rows.map((row) => ({ ...row, experiment_id: idOf(experiments, row.experiment_id) })))],
    });
  },
  fields: (row) => [row.dataset_uuid, row.experiment_id, row.name, row.digest, row.dataset_source_type, row.dataset_source, row.dataset_schema, row.dataset_profile],
  ours: {
    from: `${items('dataset')} JOIN datasets d ON d.organization_id = $1 AND d.id = i.row_id JOIN ${items('experiment', 'e')} ON e.row_id = d.experiment_id`,
    fields: ['i.source_id', 'e.source_id', 'd.name', 'd.digest', 'd.source_type', 'd.source', 'd.schema', 'd.profile'],
  },
});

const INPUTS = `${items('dataset')} JOIN run_inputs n ON n.organization_id = $1 AND n.dataset_id = i.row_id JOIN ${items('run', 'r')} ON r.row_id = n.rid`;

const runInputs = defineStep({
  name: 'inputs',
  source: { from: 'inputs i', columns: 'i.source_id, i.destination_id', key: ['i.source_id', 'i.destination_id'], batch: 5000, where: OF_DATASET },
  row: z.object({ source_id: text, destination_id: text }),
  async write(tx, scope, rows) {
    const [sets, runs] = [await findItems(tx, scope, 'dataset', rows.map((row) => row.source_id)), await findItems(tx, scope, 'run', rows.map((row) => row.destination_id))];
    await tx.query({
      text: 'INSERT INTO run_inputs (organization_id, dataset_id, rid) SELECT $1, n.* FROM unnest($2::bigint[], $3::bigint[]) n',
      values: [tx.organizationId, rows.map((row) => idOf(sets, row.source_id)), rows.map((row) => idOf(runs, row.destination_id))],
    });
  },
  fields: (row) => [row.source_id, row.destination_id],
  ours: { from: INPUTS, fields: ['i.source_id', 'r.source_id'] },
});

const inputTags = defineStep({
  name: 'input_tags',
  source: {
    from: 'input_tags t JOIN inputs i ON i.input_uuid = t.input_uuid', columns: 't.input_uuid, t.name, t.value, i.source_id, i.destination_id',
    key: ['t.input_uuid', 't.name'], batch: 5000, where: OF_DATASET,
  },
  row: z.object({ name: text, value: text, source_id: text, destination_id: text }),
  async write(tx, scope, rows) {
    const [sets, runs] = [await findItems(tx, scope, 'dataset', rows.map((row) => row.source_id)), await findItems(tx, scope, 'run', rows.map((row) => row.destination_id))];
    await tx.query({
      // An input's tags may come in two batches.
      text: `UPDATE run_inputs i SET tags = (i.tags::jsonb || n.tags)::json, context = coalesce(n.context, i.context)
             FROM (SELECT dataset, rid, jsonb_agg(jsonb_build_object('key', name, 'value', value)) AS tags, max(value) FILTER (WHERE name = '${CONTEXT_TAG}') AS context
                   FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[]) n (dataset, rid, name, value) GROUP BY dataset, rid) n
             WHERE i.organization_id = $1 AND i.dataset_id = n.dataset AND i.rid = n.rid`,
      values: [tx.organizationId, rows.map((row) => idOf(sets, row.source_id)), rows.map((row) => idOf(runs, row.destination_id)), rows.map((row) => row.name), rows.map((row) => row.value)],
    });
  },
  fields: (row) => [row.source_id, row.destination_id, row.name, row.value, row.name === CONTEXT_TAG ? row.value : null],
  ours: {
    from: `${INPUTS} CROSS JOIN json_to_recordset(n.tags) t (key text, value text)`,
    fields: ['i.source_id', 'r.source_id', 't.key', 't.value', `CASE WHEN t.key = '${CONTEXT_TAG}' THEN n.context END`],
  },
});

/** Models that a run used or made. */
const runModels = defineStep({
  name: 'model_inputs_outputs',
  source: { from: 'inputs i', columns: 'i.source_type, i.source_id, i.destination_id, i.step', key: ['i.source_type', 'i.source_id', 'i.destination_id'], batch: 5000, where: `(i.source_type = 'RUN_INPUT' AND i.destination_type = 'MODEL_INPUT' OR i.source_type = 'RUN_OUTPUT' AND i.destination_type = 'MODEL_OUTPUT') AND ${RUN_OF('i.source_id')}` },
  row: z.object({ source_type: z.enum(['RUN_INPUT', 'RUN_OUTPUT']), source_id: text, destination_id: text, step: int64OrZero }),
  async write(tx, scope, rows) {
    const runs = await findItems(tx, scope, 'run', rows.map((row) => row.source_id));
    await tx.query({
      text: 'INSERT INTO run_models (organization_id, rid, is_output, model_id, step) SELECT $1, n.* FROM unnest($2::bigint[], $3::boolean[], $4::text[], $5::bigint[]) n',
      values: [tx.organizationId, rows.map((row) => idOf(runs, row.source_id)), rows.map((row) => row.source_type === 'RUN_OUTPUT'), rows.map((row) => row.destination_id), rows.map((row) => row.step)],
    });
  },
  fields: (row) => [row.source_id, row.source_type === 'RUN_OUTPUT', row.destination_id, row.step],
  ours: { from: `${items('run')} JOIN run_models m ON m.organization_id = $1 AND m.rid = i.row_id`, fields: ['i.source_id', 'm.is_output', 'm.model_id', 'm.step'] },
});

export const INPUT_STEPS = [datasets, runInputs, inputTags, runModels];
