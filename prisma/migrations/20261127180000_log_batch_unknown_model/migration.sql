-- A metric of a logged model that is not there was dropped without a word; MLflow's foreign key refuses it.

-- All of a log-batch, or nothing. p_keys are the distinct names; the p_*_keys arrays hold positions in it.
-- p_model_metrics: [{model_id, key, value, timestamp, step, dataset_name, dataset_digest}] or null.
-- MY003: a param has another value already (detail: [{key, old_value, new_value}]). MY006: a metric is of a model that this project has not.
CREATE OR REPLACE FUNCTION tracking_log_batch(
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
  v_unknown text;
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
    SELECT m.model_id INTO v_unknown FROM jsonb_to_recordset(p_model_metrics) m (model_id text)
    WHERE NOT EXISTS (SELECT FROM logged_models l WHERE l.organization_id = p_organization AND l.model_id = m.model_id AND l.project_id = p_project) LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'MY006', MESSAGE = format('Logged model with ID ''%s'' not found.', v_unknown);
    END IF;
    INSERT INTO logged_model_metrics (organization_id, model_id, key, timestamp, step, value, run_id, dataset_name, dataset_digest)
    SELECT p_organization, m.model_id, m.key, m.timestamp, m.step, m.value, p_run_id, m.dataset_name, m.dataset_digest
    FROM jsonb_to_recordset(p_model_metrics) m (model_id text, key text, timestamp bigint, step bigint, value float8, dataset_name text, dataset_digest text)
    JOIN logged_models l ON l.organization_id = p_organization AND l.model_id = m.model_id AND l.project_id = p_project
    ORDER BY m.model_id, m.key
    ON CONFLICT DO NOTHING;
  END IF;
END $$;
