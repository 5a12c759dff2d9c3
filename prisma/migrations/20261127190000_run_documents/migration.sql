-- A finished run is read far more often than it changes: its document is kept as it is rendered, and dropped by the next write.

-- Of runs that ended and were not written to since. A document that is not there is rendered.
CREATE TABLE run_documents (
  rid bigint NOT NULL,
  organization_id integer NOT NULL,
  document text NOT NULL,
  PRIMARY KEY (organization_id, rid)
);
SELECT modelyard_protect('run_documents', rights => 'SELECT, INSERT, DELETE');

ALTER FUNCTION tracking_run_documents(integer, bigint[]) RENAME TO tracking_render_runs;

-- Whole runs as in MLflow: kept documents, the others rendered.
CREATE FUNCTION tracking_run_documents(p_organization integer, p_rids bigint[]) RETURNS TABLE (rid bigint, document text) LANGUAGE sql STABLE ROWS 1000 AS $$
  SELECT d.rid, d.document FROM run_documents d WHERE d.organization_id = p_organization AND d.rid = ANY (p_rids)
  UNION ALL
  SELECT r.rid, r.document FROM tracking_render_runs(p_organization, ARRAY(
    -- A scalar subquery: one look-up for each, whatever the planner believes.
    SELECT w.rid FROM unnest(p_rids) w (rid) WHERE (SELECT TRUE FROM run_documents d WHERE d.organization_id = p_organization AND d.rid = w.rid) IS NULL)) r
$$;

-- One run, deleted ones too; null when this project has no such run. Not by the function above, whose parts are planned at each call.
-- Here and below: a plan made while a table was empty must not read it whole for as long as the connection lives.
CREATE OR REPLACE FUNCTION tracking_get_run(p_organization integer, p_project integer, p_run_id text) RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  v_rid bigint;
  v_document text;
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  SELECT r.rid INTO v_rid FROM runs r WHERE r.organization_id = p_organization AND r.run_id = p_run_id AND r.project_id = p_project;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT d.document INTO v_document FROM run_documents d WHERE d.organization_id = p_organization AND d.rid = v_rid;
  IF FOUND THEN RETURN v_document; END IF;
  RETURN (SELECT d.document FROM tracking_render_runs(p_organization, ARRAY[v_rid]) d);
END $$;

-- Finds the run that a write goes to, and drops its kept document. MY001: no such run in this project. MY002: the run is deleted.
-- The lock is shared among writers and keeps out whoever is about to keep a document: that one must see all that was written.
CREATE OR REPLACE FUNCTION tracking_writable_run(p_organization integer, p_project integer, p_run_id text, OUT rid bigint, OUT experiment_id bigint)
  LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  v_stage text;
BEGIN
  SELECT r.rid, r.experiment_id, r.lifecycle_stage INTO rid, experiment_id, v_stage
  FROM runs r WHERE r.organization_id = p_organization AND r.run_id = p_run_id AND r.project_id = p_project;
  IF NOT FOUND THEN RAISE EXCEPTION USING ERRCODE = 'MY001', MESSAGE = format('Run with id=%s not found', p_run_id); END IF;
  IF v_stage <> 'active' THEN
    RAISE EXCEPTION USING ERRCODE = 'MY002', MESSAGE = format('The run %s must be in the ''active'' state. Current state is %s.', p_run_id, v_stage);
  END IF;
  -- Run numbers are of the whole installation; negative, they meet no other advisory lock.
  PERFORM pg_advisory_xact_lock_shared(-tracking_writable_run.rid);
  DELETE FROM run_documents d WHERE d.organization_id = p_organization AND d.rid = tracking_writable_run.rid;
END $$;

-- Makes a run and returns it. p_experiment 0 is the project's Default. MY004: no such experiment. MY005: it is deleted.
CREATE OR REPLACE FUNCTION tracking_create_run(
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
  RETURN (SELECT d.document FROM tracking_render_runs(p_organization, ARRAY[v_rid]) d);
END $$;

-- Changes what is not null, and returns the run's info. A new name is also the tag mlflow.runName. A run that ends keeps its document.
CREATE OR REPLACE FUNCTION tracking_update_run(p_organization integer, p_project integer, p_run_id text, p_status text, p_end_time bigint, p_name text)
  RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  v_rid bigint;
  v_experiment bigint;
  v_ends boolean := p_status IN ('FINISHED', 'FAILED', 'KILLED');
BEGIN
  PERFORM set_config('app.organization_id', p_organization::text, true);
  IF v_ends THEN
    -- Before the shared lock of a writer: two that both held it would wait for each other.
    PERFORM pg_advisory_xact_lock(-r.rid) FROM runs r WHERE r.organization_id = p_organization AND r.run_id = p_run_id AND r.project_id = p_project;
  END IF;
  SELECT w.rid, w.experiment_id INTO v_rid, v_experiment FROM tracking_writable_run(p_organization, p_project, p_run_id) w;
  UPDATE runs SET status = coalesce(p_status, status), end_time = coalesce(p_end_time, end_time), name = coalesce(p_name, name)
  WHERE organization_id = p_organization AND rid = v_rid;
  IF p_name IS NOT NULL THEN
    PERFORM tracking_set_tags(p_organization, v_rid, v_experiment, ARRAY['mlflow.runName'], tracking_key_ids(p_organization, ARRAY['mlflow.runName']), ARRAY[1], ARRAY[p_name]);
  END IF;
  IF v_ends THEN
    INSERT INTO run_documents (organization_id, rid, document)
    SELECT p_organization, d.rid, d.document FROM tracking_render_runs(p_organization, ARRAY[v_rid]) d;
  END IF;
  RETURN (SELECT tracking_run_info(r, e.is_default) FROM runs r
    JOIN experiments e ON e.organization_id = p_organization AND e.id = r.experiment_id
    WHERE r.organization_id = p_organization AND r.rid = v_rid);
END $$;

-- Deleting and restoring, of a run or with its experiment, is no write to the run.
CREATE FUNCTION tracking_drop_run_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM run_documents d WHERE d.organization_id = NEW.organization_id AND d.rid = NEW.rid;
  RETURN NULL;
END $$;
CREATE TRIGGER runs_drop_document AFTER UPDATE OF lifecycle_stage ON runs FOR EACH ROW EXECUTE FUNCTION tracking_drop_run_document();
