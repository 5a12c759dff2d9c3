-- Experiments, runs, metrics, params, tags, datasets, logged models.
--
-- Hot tables (runs and below) use surrogate integers, have no foreign keys, and order their columns by alignment, so that
-- a metric point takes 64 bytes. Times are milliseconds since the epoch, as in MLflow. The tracking_* functions are the
-- hot calls: one statement, which sets the tenant itself. They run with the caller's rights, so row security holds.

-- One sequence for the installation: an id of another tenant finds nothing, and never this tenant's own experiment.
CREATE SEQUENCE experiment_id_seq AS bigint;

CREATE TABLE experiments (
  organization_id integer NOT NULL,
  id bigint NOT NULL DEFAULT nextval('experiment_id_seq'),
  project_id integer NOT NULL,
  name text NOT NULL,
  artifact_location text NOT NULL,
  lifecycle_stage text NOT NULL DEFAULT 'active' CHECK (lifecycle_stage IN ('active', 'deleted')),
  is_default boolean NOT NULL DEFAULT false,
  creation_time bigint NOT NULL,
  last_update_time bigint NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, project_id, name),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
ALTER SEQUENCE experiment_id_seq OWNED BY experiments.id;
-- On the wire the Default experiment of every project has id 0.
CREATE UNIQUE INDEX experiments_default_key ON experiments (organization_id, project_id) WHERE is_default;
CREATE INDEX experiments_time_idx ON experiments (organization_id, project_id, lifecycle_stage, creation_time DESC, id);
SELECT modelyard_protect('experiments');
-- Organizations, and so their first project, are made by the system role.
SELECT modelyard_system_access('experiments', 'INSERT');

CREATE FUNCTION projects_make_default_experiment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_id bigint := nextval('experiment_id_seq');
  v_now bigint := floor(extract(epoch FROM clock_timestamp()) * 1000);
BEGIN
  INSERT INTO experiments (organization_id, id, project_id, name, artifact_location, is_default, creation_time, last_update_time)
  VALUES (NEW.organization_id, v_id, NEW.id, 'Default',
          -- Artifact paths name no project, so only one project may have the folder 0.
          'mlflow-artifacts:/' || CASE WHEN NEW.is_default THEN 0 ELSE v_id END, true, v_now, v_now);
  RETURN NULL;
END $$;
CREATE TRIGGER projects_make_default_experiment AFTER INSERT ON projects FOR EACH ROW EXECUTE FUNCTION projects_make_default_experiment();

CREATE TABLE experiment_tags (
  organization_id integer NOT NULL,
  experiment_id bigint NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (organization_id, experiment_id, key),
  FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id) ON DELETE CASCADE
);
SELECT modelyard_protect('experiment_tags');

CREATE TABLE runs (
  rid bigint GENERATED ALWAYS AS IDENTITY,
  experiment_id bigint NOT NULL,
  start_time bigint NOT NULL,
  end_time bigint,
  deleted_time bigint,
  organization_id integer NOT NULL,
  project_id integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  status text NOT NULL DEFAULT 'RUNNING' CHECK (status IN ('RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED')),
  lifecycle_stage text NOT NULL DEFAULT 'active' CHECK (lifecycle_stage IN ('active', 'deleted')),
  name text NOT NULL,
  user_id text NOT NULL,
  artifact_uri text NOT NULL,
  -- Who really made it; user_id is whatever the client says.
  created_by text NOT NULL,
  PRIMARY KEY (organization_id, rid),
  UNIQUE (organization_id, run_id)
);
CREATE INDEX runs_search_idx ON runs (organization_id, experiment_id, lifecycle_stage, start_time DESC, run_id);
SELECT modelyard_protect('runs');

-- Names of metrics, params and tags, so that the rows below hold four bytes.
CREATE TABLE keys (
  organization_id integer NOT NULL,
  id integer GENERATED ALWAYS AS IDENTITY,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
);
SELECT modelyard_protect('keys', rights => 'SELECT, INSERT');

-- Append only. The key is MLflow's rule for repeats (a point is a set member) and the index of the history.
-- NaN is NaN; infinities are +-1.7976931348623157e308.
CREATE TABLE metric_points (
  rid bigint NOT NULL,
  step bigint NOT NULL,
  timestamp bigint NOT NULL,
  value float8 NOT NULL,
  organization_id integer NOT NULL,
  key_id integer NOT NULL,
  PRIMARY KEY (organization_id, rid, key_id, step, timestamp, value)
);
SELECT modelyard_protect('metric_points', rights => 'SELECT, INSERT, DELETE');

-- Of each run and key the point with the greatest (step, timestamp, value); NaN counts as 0.
-- Here and below the key is also kept by name: whole runs are rendered from index scans alone, whatever the planner thinks.
CREATE TABLE latest_metrics (
  rid bigint NOT NULL,
  experiment_id bigint NOT NULL,
  value float8 NOT NULL,
  timestamp bigint NOT NULL,
  step bigint NOT NULL,
  organization_id integer NOT NULL,
  key_id integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, rid, key_id)
) WITH (fillfactor = 80);
CREATE INDEX latest_metrics_value_idx ON latest_metrics (organization_id, experiment_id, key_id, value, rid);
SELECT modelyard_protect('latest_metrics');

-- A text is split after 255 characters (value, rest): a btree entry is bounded, and row security leaves only plain
-- columns indexable. Most rows have no rest, which takes no space.
CREATE TABLE params (
  rid bigint NOT NULL,
  experiment_id bigint NOT NULL,
  organization_id integer NOT NULL,
  key_id integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  rest text COLLATE "C",
  PRIMARY KEY (organization_id, rid, key_id)
);
CREATE INDEX params_value_idx ON params (organization_id, experiment_id, key_id, value, rid);
SELECT modelyard_protect('params');

CREATE TABLE run_tags (
  rid bigint NOT NULL,
  experiment_id bigint NOT NULL,
  organization_id integer NOT NULL,
  key_id integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  rest text COLLATE "C",
  PRIMARY KEY (organization_id, rid, key_id)
);
CREATE INDEX run_tags_value_idx ON run_tags (organization_id, experiment_id, key_id, value, rid);
SELECT modelyard_protect('run_tags');

CREATE TABLE datasets (
  organization_id integer NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  experiment_id bigint NOT NULL,
  name text NOT NULL,
  digest text NOT NULL,
  source_type text NOT NULL,
  source text NOT NULL,
  schema text,
  profile text,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, experiment_id, name, digest)
);
SELECT modelyard_protect('datasets');

CREATE TABLE run_inputs (
  rid bigint NOT NULL,
  dataset_id bigint NOT NULL,
  organization_id integer NOT NULL,
  -- The tag mlflow.data.context, which searches ask for.
  context text,
  -- [{"key": ..., "value": ...}], as logged.
  tags json NOT NULL DEFAULT '[]',
  PRIMARY KEY (organization_id, rid, dataset_id)
);
CREATE INDEX run_inputs_dataset_idx ON run_inputs (organization_id, dataset_id, rid);
SELECT modelyard_protect('run_inputs');

CREATE TABLE run_models (
  rid bigint NOT NULL,
  -- Of outputs: the step at which the model was made.
  step bigint NOT NULL DEFAULT 0,
  organization_id integer NOT NULL,
  is_output boolean NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, rid, is_output, model_id)
);
CREATE INDEX run_models_model_idx ON run_models (organization_id, model_id, rid);
SELECT modelyard_protect('run_models');

CREATE TABLE logged_models (
  organization_id integer NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  project_id integer NOT NULL,
  experiment_id bigint NOT NULL,
  name text NOT NULL,
  artifact_uri text NOT NULL,
  status text NOT NULL DEFAULT 'LOGGED_MODEL_PENDING' CHECK (status IN ('LOGGED_MODEL_PENDING', 'LOGGED_MODEL_READY', 'LOGGED_MODEL_UPLOAD_FAILED')),
  status_message text,
  lifecycle_stage text NOT NULL DEFAULT 'active' CHECK (lifecycle_stage IN ('active', 'deleted')),
  model_type text,
  source_run_id text,
  created_by text NOT NULL,
  creation_timestamp bigint NOT NULL,
  last_updated_timestamp bigint NOT NULL,
  PRIMARY KEY (organization_id, model_id)
);
CREATE INDEX logged_models_search_idx ON logged_models (organization_id, experiment_id, lifecycle_stage, creation_timestamp DESC, model_id);
CREATE INDEX logged_models_run_idx ON logged_models (organization_id, source_run_id);
SELECT modelyard_protect('logged_models');

CREATE TABLE logged_model_params (
  organization_id integer NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (organization_id, model_id, key),
  FOREIGN KEY (organization_id, model_id) REFERENCES logged_models (organization_id, model_id) ON DELETE CASCADE
);
SELECT modelyard_protect('logged_model_params');

CREATE TABLE logged_model_tags (
  organization_id integer NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  key text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (organization_id, model_id, key),
  FOREIGN KEY (organization_id, model_id) REFERENCES logged_models (organization_id, model_id) ON DELETE CASCADE
);
SELECT modelyard_protect('logged_model_tags');

-- Written by log-batch beside the run's own metrics, hence no foreign key.
CREATE TABLE logged_model_metrics (
  organization_id integer NOT NULL,
  model_id text COLLATE "C" NOT NULL,
  key text NOT NULL,
  timestamp bigint NOT NULL,
  step bigint NOT NULL,
  value float8 NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  dataset_name text,
  dataset_digest text,
  PRIMARY KEY (organization_id, model_id, key, timestamp, step, run_id)
);
CREATE INDEX logged_model_metrics_dataset_idx ON logged_model_metrics (organization_id, dataset_name, model_id) WHERE dataset_name IS NOT NULL;
SELECT modelyard_protect('logged_model_metrics', rights => 'SELECT, INSERT, DELETE');

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO modelyard_app, modelyard_system;

-- The dictionary's ids of some names, in the same order; new names are added.
CREATE FUNCTION tracking_key_ids(p_organization integer, p_names text[]) RETURNS integer[] LANGUAGE plpgsql AS $$
DECLARE
  v_ids integer[];
BEGIN
  SELECT array_agg(k.id ORDER BY n.position) INTO v_ids
  FROM unnest(p_names) WITH ORDINALITY n (name, position)
  JOIN keys k ON k.organization_id = p_organization AND k.name = n.name;
  IF coalesce(cardinality(v_ids), 0) = cardinality(p_names) THEN RETURN v_ids; END IF;
  -- In order of name, so that two writers of the same new names do not wait for each other in a circle.
  INSERT INTO keys (organization_id, name)
  SELECT p_organization, n.name FROM unnest(p_names) n (name)
  WHERE NOT EXISTS (SELECT FROM keys k WHERE k.organization_id = p_organization AND k.name = n.name)
  ORDER BY n.name
  ON CONFLICT DO NOTHING;
  SELECT array_agg(k.id ORDER BY n.position) INTO v_ids
  FROM unnest(p_names) WITH ORDINALITY n (name, position)
  JOIN keys k ON k.organization_id = p_organization AND k.name = n.name;
  RETURN v_ids;
END $$;

-- What search and the latest metric compare: MLflow stores NaN as 0.
CREATE FUNCTION tracking_rank(p_value float8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE WHEN p_value = 'NaN' THEN 0 ELSE p_value END;

-- Sets tags of a run: the last one of a key wins. p_keys are positions in p_names and p_ids.
CREATE FUNCTION tracking_set_tags(p_organization integer, p_rid bigint, p_experiment bigint, p_names text[], p_ids integer[], p_keys integer[], p_values text[])
  RETURNS void LANGUAGE sql AS $$
  INSERT INTO run_tags AS t (rid, experiment_id, organization_id, key_id, key, value, rest)
  SELECT DISTINCT ON (p_ids[n.key]) p_rid, p_experiment, p_organization, p_ids[n.key], p_names[n.key], left(n.value, 255), nullif(substr(n.value, 256), '')
  FROM unnest(p_keys, p_values) WITH ORDINALITY n (key, value, position)
  ORDER BY p_ids[n.key], n.position DESC
  ON CONFLICT (organization_id, rid, key_id) DO UPDATE SET value = excluded.value, rest = excluded.rest
  WHERE t.value <> excluded.value OR t.rest IS DISTINCT FROM excluded.rest
$$;

-- Finds the run that a write goes to. MY001: no such run in this project. MY002: the run is deleted.
CREATE FUNCTION tracking_writable_run(p_organization integer, p_project integer, p_run_id text, OUT rid bigint, OUT experiment_id bigint)
  LANGUAGE plpgsql AS $$
DECLARE
  v_stage text;
BEGIN
  SELECT r.rid, r.experiment_id, r.lifecycle_stage INTO rid, experiment_id, v_stage
  FROM runs r WHERE r.organization_id = p_organization AND r.run_id = p_run_id AND r.project_id = p_project;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'MY001', MESSAGE = format('Run with id=%s not found', p_run_id); END IF;
  IF v_stage <> 'active' THEN
    RAISE EXCEPTION USING ERRCODE = 'MY002', MESSAGE = format('The run %s must be in the ''active'' state. Current state is %s.', p_run_id, v_stage);
  END IF;
END $$;

-- All of a log-batch, or nothing. p_keys are the distinct names; the p_*_keys arrays hold positions in it.
-- p_model_metrics: [{model_id, key, value, timestamp, step, dataset_name, dataset_digest}] or null.
-- MY003: a param has another value already (detail: [{key, old_value, new_value}]).
CREATE FUNCTION tracking_log_batch(
  p_organization integer, p_project integer, p_run_id text, p_keys text[],
  p_metric_keys integer[], p_values float8[], p_timestamps bigint[], p_steps bigint[],
  p_param_keys integer[], p_param_values text[],
  p_tag_keys integer[], p_tag_values text[], p_run_name text, p_model_metrics jsonb
) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  v_rid bigint;
  v_experiment bigint;
  v_ids integer[];
  v_changed jsonb;
  v_inserted integer;
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  SELECT w.rid, w.experiment_id INTO v_rid, v_experiment FROM tracking_writable_run(p_organization, p_project, p_run_id) w;
  v_ids := tracking_key_ids(p_organization, p_keys);

  IF cardinality(p_values) > 0 THEN
    -- Repeats are rare, and ON CONFLICT costs as much again as the insert.
    BEGIN
      INSERT INTO metric_points (rid, step, timestamp, value, organization_id, key_id)
      SELECT v_rid, m.step, m.timestamp, m.value, p_organization, v_ids[m.key]
      FROM unnest(p_metric_keys, p_values, p_timestamps, p_steps) m (key, value, timestamp, step);
    EXCEPTION WHEN unique_violation THEN
      INSERT INTO metric_points (rid, step, timestamp, value, organization_id, key_id)
      SELECT v_rid, m.step, m.timestamp, m.value, p_organization, v_ids[m.key]
      FROM unnest(p_metric_keys, p_values, p_timestamps, p_steps) m (key, value, timestamp, step)
      ON CONFLICT DO NOTHING;
    END;

    INSERT INTO latest_metrics AS l (rid, experiment_id, value, timestamp, step, organization_id, key_id, key)
    SELECT DISTINCT ON (v_ids[m.key]) v_rid, v_experiment, m.value, m.timestamp, m.step, p_organization, v_ids[m.key], p_keys[m.key]
    FROM unnest(p_metric_keys, p_values, p_timestamps, p_steps) m (key, value, timestamp, step)
    ORDER BY v_ids[m.key], m.step DESC, m.timestamp DESC, tracking_rank(m.value) DESC
    ON CONFLICT (organization_id, rid, key_id) DO UPDATE SET value = excluded.value, timestamp = excluded.timestamp, step = excluded.step
    WHERE (excluded.step, excluded.timestamp, tracking_rank(excluded.value)) > (l.step, l.timestamp, tracking_rank(l.value));
  END IF;

  IF cardinality(p_param_keys) > 0 THEN
    INSERT INTO params (rid, experiment_id, organization_id, key_id, key, value, rest)
    SELECT v_rid, v_experiment, p_organization, v_ids[n.key], p_keys[n.key], left(n.value, 255), nullif(substr(n.value, 256), '')
    FROM unnest(p_param_keys, p_param_values) n (key, value)
    ORDER BY v_ids[n.key]
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS v_inserted = ROW_COUNT;
    IF v_inserted < cardinality(p_param_keys) THEN
      SELECT jsonb_agg(jsonb_build_object('key', p_keys[n.key], 'old_value', p.value || coalesce(p.rest, ''), 'new_value', n.value) ORDER BY n.position)
      INTO v_changed
      FROM unnest(p_param_keys, p_param_values) WITH ORDINALITY n (key, value, position)
      JOIN params p ON p.organization_id = p_organization AND p.rid = v_rid AND p.key_id = v_ids[n.key]
      WHERE p.value || coalesce(p.rest, '') <> n.value;
      IF v_changed IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'MY003', MESSAGE = 'Changing param values is not allowed.', DETAIL = v_changed::text;
      END IF;
    END IF;
  END IF;

  IF cardinality(p_tag_keys) > 0 THEN
    PERFORM tracking_set_tags(p_organization, v_rid, v_experiment, p_keys, v_ids, p_tag_keys, p_tag_values);
    IF p_run_name IS NOT NULL THEN
      UPDATE runs SET name = p_run_name WHERE organization_id = p_organization AND rid = v_rid;
    END IF;
  END IF;

  IF p_model_metrics IS NOT NULL THEN
    INSERT INTO logged_model_metrics (organization_id, model_id, key, timestamp, step, value, run_id, dataset_name, dataset_digest)
    SELECT p_organization, m.model_id, m.key, m.timestamp, m.step, m.value, p_run_id, m.dataset_name, m.dataset_digest
    FROM jsonb_to_recordset(p_model_metrics) m (model_id text, key text, timestamp bigint, step bigint, value float8, dataset_name text, dataset_digest text)
    JOIN logged_models l ON l.organization_id = p_organization AND l.model_id = m.model_id AND l.project_id = p_project
    ORDER BY m.model_id, m.key
    ON CONFLICT DO NOTHING;
  END IF;
END $$;

-- The run's `info` as in MLflow. Null fields are left out.
CREATE FUNCTION tracking_run_info(r runs, p_is_default boolean) RETURNS text LANGUAGE sql STABLE
  RETURN '{"run_id":"' || r.run_id || '","run_uuid":"' || r.run_id || '","run_name":' || to_json(r.name)::text
    || ',"experiment_id":"' || CASE WHEN p_is_default THEN 0 ELSE r.experiment_id END || '","user_id":' || to_json(r.user_id)::text
    || ',"status":"' || r.status || '","start_time":' || r.start_time || coalesce(',"end_time":' || r.end_time, '')
    || ',"artifact_uri":' || to_json(r.artifact_uri)::text || ',"lifecycle_stage":"' || r.lifecycle_stage || '"}';

-- Whole runs as in MLflow: info, data (latest metrics, params, tags), inputs, outputs. Empty lists are left out.
-- Text is put together by hand because it is several times faster than json_build_object for rows this small. Each list is
-- a subquery of its own, so that a wrong estimate of the number of runs cannot make it quadratic.
CREATE FUNCTION tracking_run_documents(p_organization integer, p_rids bigint[]) RETURNS TABLE (rid bigint, document text) LANGUAGE sql STABLE ROWS 1000 AS $$
  SELECT r.rid, '{"info":' || tracking_run_info(r, (SELECT e.is_default FROM experiments e WHERE e.organization_id = p_organization AND e.id = r.experiment_id))
    || ',"data":{' || concat_ws(',',
      (SELECT '"metrics":[' || string_agg('{"key":' || to_json(m.key)::text || ',"value":' || to_json(m.value)::text || ',"timestamp":' || m.timestamp || ',"step":' || m.step || '}', ',') || ']'
       FROM latest_metrics m WHERE m.organization_id = p_organization AND m.rid = r.rid),
      (SELECT '"params":[' || string_agg('{"key":' || to_json(p.key)::text || ',"value":' || to_json(p.value || coalesce(p.rest, ''))::text || '}', ',') || ']'
       FROM params p WHERE p.organization_id = p_organization AND p.rid = r.rid),
      (SELECT '"tags":[' || string_agg('{"key":' || to_json(t.key)::text || ',"value":' || to_json(t.value || coalesce(t.rest, ''))::text || '}', ',') || ']'
       FROM run_tags t WHERE t.organization_id = p_organization AND t.rid = r.rid))
    || '},"inputs":{' || concat_ws(',',
      (SELECT '"dataset_inputs":[' || string_agg('{' || CASE WHEN json_array_length(i.tags) > 0 THEN '"tags":' || i.tags::text || ',' ELSE '' END || '"dataset":' ||
         json_strip_nulls(json_build_object('name', d.name, 'digest', d.digest, 'source_type', d.source_type, 'source', d.source, 'schema', d.schema, 'profile', d.profile))::text || '}', ',' ORDER BY d.id) || ']'
       FROM run_inputs i JOIN datasets d ON d.organization_id = p_organization AND d.id = i.dataset_id WHERE i.organization_id = p_organization AND i.rid = r.rid),
      (SELECT '"model_inputs":[' || string_agg('{"model_id":' || to_json(o.model_id)::text || '}', ',') || ']'
       FROM run_models o WHERE o.organization_id = p_organization AND o.rid = r.rid AND NOT o.is_output))
    || '},"outputs":{' || coalesce((SELECT '"model_outputs":[' || string_agg('{"model_id":' || to_json(o.model_id)::text || ',"step":' || o.step || '}', ',') || ']'
       FROM run_models o WHERE o.organization_id = p_organization AND o.rid = r.rid AND o.is_output), '') || '}}'
  FROM unnest(p_rids) w (rid) JOIN runs r ON r.organization_id = p_organization AND r.rid = w.rid
$$;

-- One run, deleted ones too; null when this project has no such run.
CREATE FUNCTION tracking_get_run(p_organization integer, p_project integer, p_run_id text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_rid bigint;
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  SELECT r.rid INTO v_rid FROM runs r WHERE r.organization_id = p_organization AND r.run_id = p_run_id AND r.project_id = p_project;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN (SELECT d.document FROM tracking_run_documents(p_organization, ARRAY[v_rid]) d);
END $$;

-- Makes a run and returns it. p_experiment 0 is the project's Default. MY004: no such experiment. MY005: it is deleted.
CREATE FUNCTION tracking_create_run(
  p_organization integer, p_project integer, p_experiment bigint, p_run_id text, p_name text, p_user_id text, p_created_by text,
  p_start_time bigint, p_keys text[], p_tag_keys integer[], p_tag_values text[]
) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_experiment experiments;
  v_rid bigint;
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  SELECT * INTO v_experiment FROM experiments e
  WHERE e.organization_id = p_organization AND e.project_id = p_project AND CASE WHEN p_experiment = 0 THEN e.is_default ELSE e.id = p_experiment END;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'MY004', MESSAGE = format('No Experiment with id=%s exists', p_experiment); END IF;
  IF v_experiment.lifecycle_stage <> 'active' THEN
    RAISE EXCEPTION USING ERRCODE = 'MY005', MESSAGE = format('The experiment %s must be in the ''active'' state. Current state is %s.', p_experiment, v_experiment.lifecycle_stage);
  END IF;
  INSERT INTO runs (experiment_id, start_time, organization_id, project_id, run_id, name, user_id, artifact_uri, created_by)
  VALUES (v_experiment.id, p_start_time, p_organization, p_project, p_run_id, p_name, p_user_id,
          rtrim(v_experiment.artifact_location, '/') || '/' || p_run_id || '/artifacts', p_created_by)
  RETURNING rid INTO v_rid;
  PERFORM tracking_set_tags(p_organization, v_rid, v_experiment.id, p_keys, tracking_key_ids(p_organization, p_keys), p_tag_keys, p_tag_values);
  RETURN (SELECT d.document FROM tracking_run_documents(p_organization, ARRAY[v_rid]) d);
END $$;

-- Changes what is not null, and returns the run's info. A new name is also the tag mlflow.runName.
CREATE FUNCTION tracking_update_run(p_organization integer, p_project integer, p_run_id text, p_status text, p_end_time bigint, p_name text)
  RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_rid bigint;
  v_experiment bigint;
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  SELECT w.rid, w.experiment_id INTO v_rid, v_experiment FROM tracking_writable_run(p_organization, p_project, p_run_id) w;
  UPDATE runs SET status = coalesce(p_status, status), end_time = coalesce(p_end_time, end_time), name = coalesce(p_name, name)
  WHERE organization_id = p_organization AND rid = v_rid;
  IF p_name IS NOT NULL THEN
    PERFORM tracking_set_tags(p_organization, v_rid, v_experiment, ARRAY['mlflow.runName'], tracking_key_ids(p_organization, ARRAY['mlflow.runName']), ARRAY[1], ARRAY[p_name]);
  END IF;
  RETURN (SELECT tracking_run_info(r, e.is_default) FROM runs r
    JOIN experiments e ON e.organization_id = p_organization AND e.id = r.experiment_id
    WHERE r.organization_id = p_organization AND r.rid = v_rid);
END $$;

-- Removes a tag of a run; false when it has none of that name.
CREATE FUNCTION tracking_delete_tag(p_organization integer, p_project integer, p_run_id text, p_key text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  v_rid bigint;
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  SELECT w.rid INTO v_rid FROM tracking_writable_run(p_organization, p_project, p_run_id) w;
  DELETE FROM run_tags t USING keys k
  WHERE k.organization_id = p_organization AND k.name = p_key
    AND t.organization_id = p_organization AND t.rid = v_rid AND t.key_id = k.id;
  RETURN FOUND;
END $$;
