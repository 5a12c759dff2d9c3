import { z } from 'zod';
import { ArtifactUris } from './artifact-uris.js';
import { defineStep, items } from './import-step.js';
import { findItems, idOf, jsonRows } from './rows.js';
import { int64, int64OrZero, text, textOrEmpty } from './source-values.js';

const DEFAULT_ID = '0';

/** `0` becomes the project's own Default experiment; the others get ids of the installation's one sequence. */
const experiments = defineStep({
  name: 'experiments',
  source: { from: 'experiments', columns: 'experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time', key: ['experiment_id'], batch: 1000 },
  row: z.object({
    experiment_id: int64.transform(String),
    name: text,
    artifact_location: textOrEmpty,
    lifecycle_stage: z.enum(['active', 'deleted']).nullable().transform((stage) => stage ?? 'active'),
    creation_time: int64OrZero,
    last_update_time: int64OrZero,
  }),
  async write(tx, scope, rows) {
    const added = rows.filter((row) => row.experiment_id !== DEFAULT_ID);
    const ids = (await tx.query<{ id: string }>({ text: `SELECT nextval('experiment_id_seq')::text AS id FROM generate_series(1, $1)`, values: [added.length] })).map(({ id }) => id);
    const uris = new ArtifactUris(new Map(added.map((row, index) => [row.experiment_id, ids[index] ?? ''])), scope.uris.root);
    await tx.query({
      text: `WITH made AS (
               INSERT INTO experiments (organization_id, id, project_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
               SELECT $1, n.id, $3, n.name, n.location, n.stage, n.created, n.updated
               FROM json_to_recordset($4::json) n (id bigint, name text, location text, stage text, created bigint, updated bigint)),
             standing AS (SELECT id FROM experiments WHERE organization_id = $1 AND project_id = $3 AND is_default)
             INSERT INTO mlflow_import_items (organization_id, import_id, kind, source_id, row_id)
             SELECT $1::integer, $2::bigint, 'experiment', n.source, n.id FROM json_to_recordset($4::json) n (id bigint, source text)
             UNION ALL SELECT $1::integer, $2::bigint, 'experiment', '${DEFAULT_ID}', standing.id FROM standing WHERE $5`,
      values: [
        tx.organizationId, scope.importId, scope.projectId,
        jsonRows(added.map((row, index) => ({ id: ids[index], source: row.experiment_id, name: row.name, location: uris.map(row.artifact_location), stage: row.lifecycle_stage, created: row.creation_time, updated: row.last_update_time }))),
        added.length < rows.length,
      ],
    });
  },
  // Of the Default experiment only that it is there: its name, place and times are the project's.
  fields: (row, { uris }) => (row.experiment_id === DEFAULT_ID ? [DEFAULT_ID, null, null, null, null, null] : [row.experiment_id, row.name, uris.map(row.artifact_location), row.lifecycle_stage, row.creation_time, row.last_update_time]),
  ours: {
    from: `${items('experiment')} JOIN experiments e ON e.organization_id = $1 AND e.id = i.row_id`,
    fields: ['i.source_id', ...['name', 'artifact_location', 'lifecycle_stage', 'creation_time', 'last_update_time'].map((column) => `CASE WHEN i.source_id <> '${DEFAULT_ID}' THEN e.${column} END`)],
  },
});

const experimentTags = defineStep({
  name: 'experiment_tags',
  source: { from: 'experiment_tags', columns: 'experiment_id, key, value', key: ['key', 'experiment_id'], batch: 5000, where: 'experiment_id IN (SELECT experiment_id FROM experiments)' },
  row: z.object({ experiment_id: int64.transform(String), key: text, value: textOrEmpty }),
  async write(tx, scope, rows) {
    const ids = await findItems(tx, scope, 'experiment', rows.map((row) => row.experiment_id));
    await tx.query({
      // The Default experiment may have tags of its own.
      text: `INSERT INTO experiment_tags (organization_id, experiment_id, key, value) SELECT $1, n.* FROM unnest($2::bigint[], $3::text[], $4::text[]) n
             ON CONFLICT (organization_id, experiment_id, key) DO UPDATE SET value = excluded.value`,
      values: [tx.organizationId, rows.map((row) => idOf(ids, row.experiment_id)), rows.map((row) => row.key), rows.map((row) => row.value)],
    });
  },
  fields: (row) => [row.experiment_id, row.key, row.value],
  ours: { from: `${items('experiment')} JOIN experiment_tags t ON t.organization_id = $1 AND t.experiment_id = i.row_id`, fields: ['i.source_id', 't.key', 't.value'] },
});

export const EXPERIMENT_STEPS = [experiments, experimentTags];
