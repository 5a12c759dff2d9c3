import { defineStep, findItems, idOf, importValues, items, jsonRows, type ImportScope, type ImportStep } from '@modelyard/tracking';
import { z } from 'zod';
import { STAGES } from '../model-version/model-version.js';

const { int64, int64OrZero, optionalText, text, textOrEmpty } = importValues;

const MODELS = items('registered_model');
const DELETED = 'Deleted_Internal';
const MAX_VERSION = 2n ** 31n - 1n;
const OF_MODEL = (table: string) => `EXISTS (SELECT 1 FROM registered_models m WHERE m.workspace = ${table}.workspace AND m.name = ${table}.name)`;
const OF_VERSION = (table: string) => `EXISTS (SELECT 1 FROM model_versions v WHERE v.workspace = ${table}.workspace AND v.name = ${table}.name AND v.version = ${table}.version)`;

const version = int64.refine((value) => value > 0n && value <= MAX_VERSION, 'no number of a version');

const models = defineStep({
  name: 'registered_models',
  source: {
    from: 'registered_models m',
    columns: 'm.name, m.description, m.creation_time, m.last_updated_time, coalesce((SELECT max(v.version) FROM model_versions v WHERE v.workspace = m.workspace AND v.name = m.name), 0) AS last_version',
    key: ['m.name'], batch: 2000,
  },
  row: z.object({ name: text, description: optionalText, creation_time: int64OrZero, last_updated_time: int64OrZero, last_version: int64.refine((value) => value <= MAX_VERSION) }),
  async write(tx, scope, rows) {
    await tx.query({
      text: `WITH made AS (
               INSERT INTO registered_models (organization_id, project_id, user_name, name, description, creation_time, last_updated_time, last_version)
               SELECT $1, $3, $4, n.* FROM json_to_recordset($5::json) n (name text, description text, creation_time bigint, last_updated_time bigint, last_version integer)
               RETURNING id, name)
             INSERT INTO mlflow_import_items (organization_id, import_id, kind, source_id, row_id) SELECT $1::integer, $2::bigint, 'registered_model', name, id FROM made`,
      values: [tx.organizationId, scope.importId, scope.projectId, scope.actorName, jsonRows(rows)],
    });
  },
  fields: (row) => [row.name, row.description, row.creation_time, row.last_updated_time, row.last_version],
  ours: { from: `${MODELS} JOIN registered_models m ON m.organization_id = $1 AND m.id = i.row_id`, fields: ['m.name', 'm.description', 'm.creation_time', 'm.last_updated_time', 'm.last_version'] },
});

/** mlflow.prompt.constants.PROMPT_EXPERIMENT_IDS_TAG_KEY: `,<id>,<id>,`. */
const PROMPT_EXPERIMENTS = '_mlflow_experiment_ids';

function tagValue(row: { key: string; value: string }, { experimentIds }: ImportScope): string {
  return row.key === PROMPT_EXPERIMENTS ? row.value.replace(/\d+/g, (id) => experimentIds.get(id) ?? id) : row.value;
}

const modelTags = defineStep({
  name: 'registered_model_tags',
  source: { from: 'registered_model_tags', columns: 'name, key, value', key: ['name', 'key'], batch: 5000, where: OF_MODEL('registered_model_tags') },
  row: z.object({ name: text, key: text, value: textOrEmpty }),
  async write(tx, scope, rows) {
    const ids = await findItems(tx, scope, 'registered_model', rows.map((row) => row.name));
    await tx.query({
      text: 'INSERT INTO registered_model_tags (organization_id, registered_model_id, key, value) SELECT $1, n.* FROM unnest($2::bigint[], $3::text[], $4::text[]) n',
      values: [tx.organizationId, rows.map((row) => idOf(ids, row.name)), rows.map((row) => row.key), rows.map((row) => tagValue(row, scope))],
    });
  },
  fields: (row, scope) => [row.name, row.key, tagValue(row, scope)],
  ours: { from: `${MODELS} JOIN registered_model_tags t ON t.organization_id = $1 AND t.registered_model_id = i.row_id`, fields: ['i.source_id', 't.key', 't.value'] },
});

const versions = defineStep({
  name: 'model_versions',
  source: {
    from: 'model_versions', columns: 'name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status, status_message, run_link, storage_location',
    key: ['name', 'version'], batch: 2000, where: OF_MODEL('model_versions'),
  },
  row: z.object({
    name: text, version, creation_time: int64OrZero, last_updated_time: int64OrZero, description: optionalText, user_id: optionalText,
    current_stage: z.enum([...STAGES, DELETED]).nullable().transform((stage) => stage ?? 'None'),
    source: textOrEmpty, run_id: optionalText, status: z.enum(['PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY']).nullable().transform((status) => status ?? 'READY'),
    status_message: optionalText, run_link: optionalText, storage_location: optionalText,
  }),
  async write(tx, scope, rows) {
    const ids = await findItems(tx, scope, 'registered_model', rows.map((row) => row.name));
    await tx.query({
      text: `INSERT INTO model_versions (organization_id, project_id, registered_model_id, version, creation_time, last_updated_time, description, user_name, current_stage, source, run_id, status, status_message, run_link, storage_location, model_id, is_deleted)
             SELECT $1, $2, n.* FROM json_to_recordset($3::json) n (model bigint, version integer, creation_time bigint, last_updated_time bigint, description text, user_id text, current_stage text, source text, run_id text,
               status text, status_message text, run_link text, storage_location text, model_id text, is_deleted boolean)`,
      values: [
        tx.organizationId, scope.projectId,
        jsonRows(rows.map((row) => ({
          ...row, model: idOf(ids, row.name), source: scope.uris.map(row.source), storage_location: scope.uris.map(row.storage_location ?? row.source),
          model_id: loggedModelOf(row.source), is_deleted: row.current_stage === DELETED,
        }))),
      ],
    });
  },
  fields: (row, { uris }) => [
    row.name, row.version, row.creation_time, row.last_updated_time, row.description, row.user_id, row.current_stage, uris.map(row.source), row.run_id, row.status, row.status_message, row.run_link,
    uris.map(row.storage_location ?? row.source),
  ],
  ours: {
    from: `${MODELS} JOIN model_versions v ON v.organization_id = $1 AND v.registered_model_id = i.row_id`,
    fields: ['i.source_id', ...['version', 'creation_time', 'last_updated_time', 'description', 'user_name', 'current_stage', 'source', 'run_id', 'status', 'status_message', 'run_link', 'storage_location'].map((name) => `v.${name}`)],
  },
});

/** `models:/m-<id>` names a logged model; MLflow keeps no other trace of it. */
function loggedModelOf(source: string): string | null {
  return /^models:\/(m-[0-9a-f]{1,64})$/.exec(source)?.[1] ?? null;
}

const versionTags = defineStep({
  name: 'model_version_tags',
  source: { from: 'model_version_tags', columns: 'name, version, key, value', key: ['name', 'version', 'key'], batch: 5000, where: OF_VERSION('model_version_tags') },
  row: z.object({ name: text, version, key: text, value: textOrEmpty }),
  async write(tx, scope, rows) {
    const ids = await findItems(tx, scope, 'registered_model', rows.map((row) => row.name));
    await tx.query({
      text: 'INSERT INTO model_version_tags (organization_id, registered_model_id, version, key, value) SELECT $1, n.* FROM unnest($2::bigint[], $3::integer[], $4::text[], $5::text[]) n',
      values: [tx.organizationId, rows.map((row) => idOf(ids, row.name)), rows.map((row) => row.version), rows.map((row) => row.key), rows.map((row) => tagValue(row, scope))],
    });
  },
  fields: (row, scope) => [row.name, row.version, row.key, tagValue(row, scope)],
  ours: { from: `${MODELS} JOIN model_version_tags t ON t.organization_id = $1 AND t.registered_model_id = i.row_id`, fields: ['i.source_id', 't.version', 't.key', 't.value'] },
});

const aliases = defineStep({
  name: 'model_aliases',
  source: { from: 'registered_model_aliases', columns: 'name, alias, version', key: ['name', 'alias'], batch: 5000, where: OF_VERSION('registered_model_aliases') },
  row: z.object({ name: text, alias: text, version }),
  async write(tx, scope, rows) {
    const ids = await findItems(tx, scope, 'registered_model', rows.map((row) => row.name));
    await tx.query({
      text: 'INSERT INTO model_aliases (organization_id, registered_model_id, alias, version) SELECT $1, n.* FROM unnest($2::bigint[], $3::text[], $4::integer[]) n',
      values: [tx.organizationId, rows.map((row) => idOf(ids, row.name)), rows.map((row) => row.alias), rows.map((row) => row.version)],
    });
  },
  fields: (row) => [row.name, row.alias, row.version],
  ours: { from: `${MODELS} JOIN model_aliases a ON a.organization_id = $1 AND a.registered_model_id = i.row_id`, fields: ['i.source_id', 'a.alias', 'a.version'] },
});

/** Registered models, prompts among them. After the experiments, whose ids are in artifact URIs. */
export const REGISTRY_IMPORT: readonly ImportStep[] = [models, modelTags, versions, versionTags, aliases];
