-- Projects as MLflow's workspaces: an artifact root of their own, and deletion.

-- Under it lie the artifacts of new experiments; null: the server's own store.
ALTER TABLE projects ADD COLUMN default_artifact_root text;

-- The Default experiment comes and goes with its project. It is not removed while something is in it (project_contents).
CREATE FUNCTION projects_remove_default_experiment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM experiments WHERE organization_id = OLD.organization_id AND project_id = OLD.id AND is_default;
  RETURN OLD;
END $$;
CREATE TRIGGER projects_remove_default_experiment BEFORE DELETE ON projects FOR EACH ROW EXECUTE FUNCTION projects_remove_default_experiment();

-- Tables whose rows are the contents of a project. Grants and tokens go with it, history stays.
CREATE FUNCTION project_tables() RETURNS SETOF text LANGUAGE sql STABLE AS $$
  SELECT c.relname::text FROM pg_class c
  JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'project_id' AND NOT p.attisdropped
  JOIN pg_attribute o ON o.attrelid = c.oid AND o.attname = 'organization_id' AND NOT o.attisdropped
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname NOT IN ('grants', 'tokens', 'audit_events', 'model_alias_events')
  -- As MLflow counts them: models first, then experiments.
  ORDER BY c.relname <> 'registered_models', c.relname <> 'experiments', c.relname
$$;

-- How many rows a project has, by table; tables without any are left out. An empty Default experiment does not count.
CREATE FUNCTION project_contents(p_organization integer, p_project integer) RETURNS TABLE (table_name text, row_count bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_table text;
  v_count bigint;
BEGIN
  FOR v_table IN SELECT project_tables() LOOP
    EXECUTE format('SELECT count(*) FROM %I WHERE organization_id = $1 AND project_id = $2', v_table) || CASE WHEN v_table = 'experiments' THEN ' AND NOT is_default' ELSE '' END
      INTO v_count USING p_organization, p_project;
    IF v_count > 0 THEN
      table_name := v_table;
      row_count := v_count;
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;

-- Names that both projects have, of things whose names are unique in a project.
CREATE FUNCTION project_name_conflicts(p_organization integer, p_from integer, p_to integer) RETURNS TABLE (table_name text, name text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_table text;
BEGIN
  FOR v_table IN
    SELECT t FROM project_tables() AS t
    WHERE EXISTS (
      SELECT FROM pg_index i
      JOIN pg_attribute p ON p.attrelid = i.indrelid AND p.attnum = ANY (i.indkey) AND p.attname = 'project_id'
      JOIN pg_attribute n ON n.attrelid = i.indrelid AND n.attnum = ANY (i.indkey) AND n.attname = 'name'
      WHERE i.indrelid = t::regclass AND i.indisunique)
  LOOP
    RETURN QUERY EXECUTE format('SELECT %1$L::text, a.name::text FROM %1$I a JOIN %1$I b ON b.organization_id = a.organization_id AND b.project_id = $3 AND b.name = a.name WHERE a.organization_id = $1 AND a.project_id = $2', v_table)
      || CASE WHEN v_table = 'experiments' THEN ' AND NOT (a.is_default AND NOT EXISTS (SELECT FROM runs r WHERE r.organization_id = a.organization_id AND r.experiment_id = a.id))' ELSE '' END || ' LIMIT 100'
      USING p_organization, p_from, p_to;
  END LOOP;
END $$;

-- Gives the contents of a project to another one, but for its Default experiment, and for endpoints in use, whose URLs name
-- the project. Ids and artifacts stay where they are.
CREATE FUNCTION project_move_contents(p_organization integer, p_from integer, p_to integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_table text;
BEGIN
  FOR v_table IN SELECT project_tables() LOOP
    EXECUTE format('UPDATE %I SET project_id = $3 WHERE organization_id = $1 AND project_id = $2', v_table) 
      || CASE v_table WHEN 'experiments' THEN ' AND NOT is_default' WHEN 'endpoints' THEN ' AND deleted_at IS NOT NULL' ELSE '' END
      USING p_organization, p_from, p_to;
  END LOOP;
END $$;
