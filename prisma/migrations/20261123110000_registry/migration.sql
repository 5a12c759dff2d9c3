-- Registered models, their versions, tags and aliases. Prompts are registered models with the tag mlflow.prompt.is_prompt.
--
-- Times are milliseconds since the epoch, as in MLflow. Names sort by code point, so that a page token is exact.

CREATE TABLE registered_models (
  organization_id integer NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  project_id integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text,
  user_name text NOT NULL,
  creation_time bigint NOT NULL,
  last_updated_time bigint NOT NULL,
  -- The number given last. Only ever grows, so that a deleted version's number is never used again.
  last_version integer NOT NULL DEFAULT 0,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, project_id, name),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
CREATE INDEX registered_models_updated_idx ON registered_models (organization_id, project_id, last_updated_time DESC, name);
SELECT modelyard_protect('registered_models');

CREATE TABLE registered_model_tags (
  organization_id integer NOT NULL,
  registered_model_id bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, registered_model_id, key),
  FOREIGN KEY (organization_id, registered_model_id) REFERENCES registered_models (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX registered_model_tags_key_idx ON registered_model_tags (organization_id, key, registered_model_id);
SELECT modelyard_protect('registered_model_tags');

CREATE TABLE model_versions (
  organization_id integer NOT NULL,
  registered_model_id bigint NOT NULL,
  version integer NOT NULL,
  -- The project of the model, so that a search over all models can use one index.
  project_id integer NOT NULL,
  -- As the client gave it, and where its files lie: `models:/` and `runs:/` are resolved when the version is made.
  source text NOT NULL,
  storage_location text NOT NULL,
  run_id text,
  run_link text,
  model_id text,
  description text,
  current_stage text NOT NULL DEFAULT 'None' CHECK (current_stage IN ('None', 'Staging', 'Production', 'Archived', 'Deleted_Internal')),
  status text NOT NULL DEFAULT 'READY' CHECK (status IN ('PENDING_REGISTRATION', 'FAILED_REGISTRATION', 'READY')),
  status_message text,
  user_name text,
  creation_time bigint NOT NULL,
  last_updated_time bigint NOT NULL,
  -- A deleted version stays as a tombstone without its source, run and description.
  is_deleted boolean NOT NULL DEFAULT false,
  PRIMARY KEY (organization_id, registered_model_id, version),
  FOREIGN KEY (organization_id, registered_model_id) REFERENCES registered_models (organization_id, id) ON DELETE CASCADE,
  CHECK (is_deleted = (current_stage = 'Deleted_Internal'))
);
CREATE INDEX model_versions_updated_idx ON model_versions (organization_id, project_id, last_updated_time DESC) WHERE NOT is_deleted;
CREATE INDEX model_versions_stage_idx ON model_versions (organization_id, registered_model_id, current_stage, version DESC) WHERE NOT is_deleted;
CREATE INDEX model_versions_run_idx ON model_versions (organization_id, run_id) WHERE NOT is_deleted;
CREATE INDEX model_versions_model_idx ON model_versions (organization_id, model_id) WHERE NOT is_deleted AND model_id IS NOT NULL;
SELECT modelyard_protect('model_versions');

CREATE TABLE model_version_tags (
  organization_id integer NOT NULL,
  registered_model_id bigint NOT NULL,
  version integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, registered_model_id, version, key),
  FOREIGN KEY (organization_id, registered_model_id, version) REFERENCES model_versions (organization_id, registered_model_id, version) ON DELETE CASCADE
);
CREATE INDEX model_version_tags_key_idx ON model_version_tags (organization_id, key, registered_model_id, version);
SELECT modelyard_protect('model_version_tags');

CREATE TABLE model_aliases (
  organization_id integer NOT NULL,
  registered_model_id bigint NOT NULL,
  alias text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  PRIMARY KEY (organization_id, registered_model_id, alias),
  FOREIGN KEY (organization_id, registered_model_id) REFERENCES registered_models (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, registered_model_id, version) REFERENCES model_versions (organization_id, registered_model_id, version) ON DELETE CASCADE
);
CREATE INDEX model_aliases_version_idx ON model_aliases (organization_id, registered_model_id, version);
SELECT modelyard_protect('model_aliases');

-- Every move of an alias. Append only, and without a foreign key: it outlives the model.
CREATE TABLE model_alias_events (
  organization_id integer NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  project_id integer NOT NULL,
  registered_model_id bigint NOT NULL,
  model_name text NOT NULL,
  alias text COLLATE "C" NOT NULL,
  -- Null: the alias was new. In to_version: it was removed.
  from_version integer,
  to_version integer,
  actor_name text NOT NULL,
  occurred_at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (organization_id, id),
  CHECK (from_version IS DISTINCT FROM to_version)
);
CREATE INDEX model_alias_events_model_idx ON model_alias_events (organization_id, registered_model_id, id DESC);
SELECT modelyard_protect('model_alias_events', rights => 'SELECT, INSERT');
