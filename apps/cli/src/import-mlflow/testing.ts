/**
 * The tables of MLflow 3.17 that are read, with their columns and keys, for SQLite and PostgreSQL alike
 * (mlflow.store.tracking.dbmodels.models, mlflow.store.model_registry.dbmodels.models).
 */
export const MLFLOW_TABLES: readonly string[] = [
  'alembic_version (version_num VARCHAR(32) PRIMARY KEY)',
  `experiments (experiment_id INTEGER PRIMARY KEY, name VARCHAR(256) NOT NULL, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT, workspace VARCHAR(63) DEFAULT 'default' NOT NULL)`,
  'experiment_tags (key VARCHAR(250), value TEXT, experiment_id INTEGER, PRIMARY KEY (key, experiment_id))',
  'runs (run_uuid VARCHAR(32) PRIMARY KEY, name VARCHAR(250), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER, deleted_time BIGINT)',
  'metrics (key VARCHAR(250), value FLOAT NOT NULL, timestamp BIGINT, run_uuid VARCHAR(32), step BIGINT, is_nan BOOLEAN, PRIMARY KEY (key, timestamp, step, run_uuid, value, is_nan))',
  'latest_metrics (key VARCHAR(250), value FLOAT NOT NULL, timestamp BIGINT, step BIGINT NOT NULL, is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32), PRIMARY KEY (key, run_uuid))',
  'params (key VARCHAR(250), value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32), PRIMARY KEY (key, run_uuid))',
  'tags (key VARCHAR(250), value VARCHAR(8000), run_uuid VARCHAR(32), PRIMARY KEY (key, run_uuid))',
  'datasets (dataset_uuid VARCHAR(36) NOT NULL, experiment_id INTEGER, name VARCHAR(500), digest VARCHAR(36), dataset_source_type VARCHAR(36) NOT NULL, dataset_source TEXT NOT NULL, dataset_schema TEXT, dataset_profile TEXT, PRIMARY KEY (experiment_id, name, digest))',
  'inputs (input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36), source_id VARCHAR(36), destination_type VARCHAR(36), destination_id VARCHAR(36), step BIGINT DEFAULT 0 NOT NULL, PRIMARY KEY (source_type, source_id, destination_type, destination_id))',
  'input_tags (input_uuid VARCHAR(36), name VARCHAR(255), value VARCHAR(500) NOT NULL, PRIMARY KEY (input_uuid, name))',
  'logged_models (model_id VARCHAR(36) PRIMARY KEY, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL, artifact_location VARCHAR(1000) NOT NULL, creation_timestamp_ms BIGINT NOT NULL, last_updated_timestamp_ms BIGINT NOT NULL, status INTEGER NOT NULL, lifecycle_stage VARCHAR(32), model_type VARCHAR(500), source_run_id VARCHAR(32), status_message VARCHAR(1000))',
  'logged_model_params (model_id VARCHAR(36), experiment_id INTEGER, param_key VARCHAR(255), param_value TEXT NOT NULL, PRIMARY KEY (model_id, param_key))',
  'logged_model_tags (model_id VARCHAR(36), experiment_id INTEGER, tag_key VARCHAR(255), tag_value TEXT NOT NULL, PRIMARY KEY (model_id, tag_key))',
  'logged_model_metrics (model_id VARCHAR(36), metric_name VARCHAR(500), metric_timestamp_ms BIGINT, metric_step BIGINT, metric_value FLOAT, experiment_id INTEGER, run_id VARCHAR(32), dataset_uuid VARCHAR(36), dataset_name VARCHAR(500), dataset_digest VARCHAR(36), PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id))',
  `registered_models (name VARCHAR(256), creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), workspace VARCHAR(63) DEFAULT 'default', PRIMARY KEY (workspace, name))`,
  `registered_model_tags (key VARCHAR(250), value VARCHAR(5000), name VARCHAR(256), workspace VARCHAR(63) DEFAULT 'default', PRIMARY KEY (workspace, key, name))`,
  `registered_model_aliases (alias VARCHAR(256), version INTEGER NOT NULL, name VARCHAR(256), workspace VARCHAR(63) DEFAULT 'default', PRIMARY KEY (workspace, name, alias))`,
  `model_versions (name VARCHAR(256), version INTEGER, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500), workspace VARCHAR(63) DEFAULT 'default', PRIMARY KEY (workspace, name, version))`,
  `model_version_tags (key VARCHAR(250), value TEXT, name VARCHAR(256), version INTEGER, workspace VARCHAR(63) DEFAULT 'default', PRIMARY KEY (workspace, key, name, version))`,
  'trace_info (request_id VARCHAR(50) PRIMARY KEY, experiment_id INTEGER NOT NULL, timestamp_ms BIGINT NOT NULL, execution_time_ms BIGINT, status VARCHAR(50) NOT NULL, client_request_id VARCHAR(50), request_preview VARCHAR(1000), response_preview VARCHAR(1000), trace_name VARCHAR(4096), session_id VARCHAR(250), input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_input_tokens BIGINT, cache_creation_input_tokens BIGINT, cache_creation_input_tokens_above_1hr BIGINT, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT)',
  'trace_tags (key VARCHAR(250), value VARCHAR(8000), request_id VARCHAR(50), PRIMARY KEY (key, request_id))',
  'trace_request_metadata (key VARCHAR(250), value VARCHAR(8000), request_id VARCHAR(50), PRIMARY KEY (key, request_id))',
  'spans (trace_id VARCHAR(50), experiment_id INTEGER, span_id VARCHAR(50), parent_span_id VARCHAR(50), name TEXT, type VARCHAR(500), status VARCHAR(50) NOT NULL, start_time_unix_nano BIGINT NOT NULL, end_time_unix_nano BIGINT, content TEXT NOT NULL, input_cost FLOAT, output_cost FLOAT, total_cost FLOAT, model_name VARCHAR(500), model_provider VARCHAR(500), PRIMARY KEY (trace_id, span_id))',
  'assessments (assessment_id VARCHAR(50) PRIMARY KEY, trace_id VARCHAR(50) NOT NULL, name VARCHAR(250) NOT NULL, assessment_type VARCHAR(20) NOT NULL, value TEXT NOT NULL, error TEXT, created_timestamp BIGINT NOT NULL, last_updated_timestamp BIGINT NOT NULL, source_type VARCHAR(50) NOT NULL, source_id VARCHAR(250), run_id VARCHAR(32), span_id VARCHAR(50), rationale TEXT, overrides VARCHAR(50), valid BOOLEAN NOT NULL, assessment_metadata TEXT, aggregate_value FLOAT, is_numeric_value BOOLEAN NOT NULL)',
  'entity_associations (association_id VARCHAR(36) NOT NULL, source_type VARCHAR(36), source_id VARCHAR(36), destination_type VARCHAR(36), destination_id VARCHAR(36), PRIMARY KEY (source_type, source_id, destination_type, destination_id))',
  ...['evaluation_datasets', 'scorers', 'issues', 'label_schemas', 'review_queues', 'webhooks', 'secrets', 'endpoints', 'mcp_servers', 'budget_policies'].map((name) => `${name} (id INTEGER PRIMARY KEY)`),
];

/** One of everything, in statements that both databases take; `creationTime` makes the store another one than its like. */
export function mlflowRows(creationTime: number): string[] {
  const runs = ['r1', 'r2', 'r3', 'r4', 'r5'];
  const points = runs.flatMap((run, at) => Array.from({ length: 9 }, (_, step) => `('m${step % 3}', ${at + step / 7}, ${1000 + step}, '${run}', ${step}, ${step === 4 ? 'TRUE' : 'FALSE'})`));
  return [
    `INSERT INTO alembic_version VALUES ('dc11669786a5')`,
    `INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time) VALUES (0, 'Default', 'mlflow-artifacts:/0', 'active', ${creationTime}, 1), (7, 'seven', 'mlflow-artifacts:/7', 'active', 2, 3), (8, 'gone', 's3://bucket/8', 'deleted', NULL, NULL)`,
    `INSERT INTO experiment_tags VALUES ('team', 'fraud', 7), ('none', NULL, 0)`,
    `INSERT INTO runs VALUES ${runs.map((run, at) => `('${run}', 'name ${run}', 'me', 'FINISHED', ${at}, NULL, '${at === 1 ? 'deleted' : 'active'}', '${at === 2 ? `s3://bucket/8/${run}` : `mlflow-artifacts:/${at === 0 ? 0 : 7}/${run}/artifacts`}', ${at === 0 ? 0 : at === 2 ? 8 : 7}, ${at === 1 ? 99 : 'NULL'})`).join(', ')}`,
    `INSERT INTO metrics VALUES ${points.join(', ')}, ('huge', 1.7976931348623157e308, -5, 'r1', 1152921504606846977, FALSE), ('huge', 0.1, -5, 'r1', 1152921504606846977, FALSE), ('lost', 1, 1, 'no such run', 1, FALSE)`,
    `INSERT INTO latest_metrics VALUES ('m0', 0, 1008, 8, TRUE, 'r1'), ('m1', 0.25, 1007, 7, FALSE, 'r2')`,
    `INSERT INTO params VALUES ('long', '${'x'.repeat(6000)}', 'r1'), ('empty', '', 'r1'), ('p', 'größe', 'r2'), ('q', 'tab\there', 'r5')`,
    `INSERT INTO tags VALUES ('mlflow.runName', 'name r1', 'r1'), ('null', NULL, 'r1'), ('t', '1', 'r4')`,
    `INSERT INTO datasets VALUES ('d1', 7, 'iris', 'abc', 'local', '{}', NULL, '{"rows": 1}'), ('d2', 0, 'iris', 'abc', 'local', '{}', '{}', NULL)`,
    `INSERT INTO inputs VALUES ('i1', 'DATASET', 'd1', 'RUN', 'r2', 0), ('i2', 'DATASET', 'd2', 'RUN', 'r1', 0), ('i3', 'RUN_INPUT', 'r2', 'MODEL_INPUT', 'm-1', 0), ('i4', 'RUN_OUTPUT', 'r4', 'MODEL_OUTPUT', 'm-1', 12), ('i5', 'DATASET', 'lost', 'RUN', 'r1', 0)`,
    `INSERT INTO input_tags VALUES ('i1', 'mlflow.data.context', 'training'), ('i1', 'a', '1'), ('i1', 'z', '2'), ('i5', 'a', '1')`,
    `INSERT INTO logged_models VALUES ('m-1', 7, 'model', 'mlflow-artifacts:/7/models/m-1/artifacts', 5, 6, 2, 'active', 'agent', 'r4', NULL), ('m-2', 0, 'model', 's3://elsewhere/m-2', 5, 6, 3, 'deleted', NULL, NULL, 'broke')`,
    `INSERT INTO logged_model_params VALUES ('m-1', 7, 'C', '1')`,
    `INSERT INTO logged_model_tags VALUES ('m-1', 7, 'kind', 'linear'), ('m-2', 0, 'kind', '')`,
    `INSERT INTO logged_model_metrics VALUES ('m-1', 'acc', 1, 2, 0.97, 7, 'r4', 'd1', 'iris', 'abc'), ('m-1', 'acc', 2, 2, NULL, 7, 'r4', NULL, NULL, NULL)`,
    `INSERT INTO registered_models (name, creation_time, last_updated_time, description) VALUES ('iris', 1, 2, 'flowers'), ('greeting', 3, 4, NULL)`,
    `INSERT INTO registered_model_tags (key, value, name) VALUES ('domain', 'botany', 'iris'), ('mlflow.prompt.is_prompt', 'true', 'greeting'), ('_mlflow_experiment_ids', ',7,0,', 'greeting')`,
    `INSERT INTO model_versions (name, version, creation_time, last_updated_time, description, user_id, current_stage, source, run_id, status, storage_location) VALUES
      ('iris', 1, 1, 2, 'first', 'me', 'Production', 'models:/m-1', 'r4', 'READY', 'mlflow-artifacts:/7/models/m-1/artifacts'),
      ('iris', 2, 1, 2, NULL, NULL, 'Deleted_Internal', 'REDACTED-SOURCE-PATH', 'REDACTED-RUN-ID', 'READY', NULL),
      ('greeting', 1, 1, 2, NULL, NULL, 'None', 'dummy-source', NULL, 'READY', NULL)`,
    `INSERT INTO model_version_tags (key, value, name, version) VALUES ('mlflow.prompt.text', 'Hello {{name}}', 'greeting', 1)`,
    `INSERT INTO registered_model_aliases (alias, version, name) VALUES ('champion', 1, 'iris')`,
    `INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, execution_time_ms, status, trace_name, session_id, input_tokens, total_cost) VALUES ('tr-1', 7, 1000, 250, 'OK', 'pipeline', 's', 11, 0.25), ('tr-2', 0, 1001, NULL, 'odd', NULL, NULL, NULL, NULL)`,
    `INSERT INTO trace_tags VALUES ('mlflow.artifactLocation', 'mlflow-artifacts:/7/traces/tr-1/artifacts', 'tr-1'), ('mlflow.traceName', 'pipeline', 'tr-1'), ('t', NULL, 'tr-2')`,
    `INSERT INTO trace_request_metadata VALUES ('mlflow.trace.infoFinalized', 'true', 'tr-1'), ('mlflow.trace.session', 's', 'tr-1'), ('k', 'v', 'tr-1')`,
    `INSERT INTO spans VALUES ('tr-1', 7, 'aa', NULL, 'root', 'CHAT_MODEL', 'OK', 1000000000, 1250000000, '{"attributes": {"mlflow.chat.tokenUsage": "{\\"input_tokens\\": 11}"}}', NULL, NULL, 0.25, 'gpt', NULL), ('tr-1', 7, 'bb', 'aa', 'child', NULL, 'ERROR', 1000000001, NULL, '{"attributes": {}}', NULL, NULL, NULL, NULL, NULL)`,
    `INSERT INTO assessments VALUES ('a-1', 'tr-1', 'good', 'feedback', 'true', NULL, 10, 11, 'HUMAN', 'me', NULL, NULL, 'because', NULL, TRUE, '{"k": "v"}', 1, FALSE), ('a-0', 'tr-1', 'good', 'feedback', '0.5', NULL, 12, 12, 'HUMAN', 'me', NULL, 'aa', NULL, 'a-1', FALSE, NULL, 0.5, TRUE)`,
    `INSERT INTO entity_associations VALUES ('e1', 'trace', 'tr-1', 'run', 'r1'), ('e2', 'trace', 'tr-1', 'prompt_version', 'greeting/1'), ('e3', 'trace', 'lost', 'run', 'r1')`,
    `INSERT INTO issues VALUES (1)`,
  ];
}
