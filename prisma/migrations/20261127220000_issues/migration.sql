-- Issues: problems that were found in what an experiment's models answered.
CREATE TABLE issues (
  organization_id integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  project_id integer NOT NULL,
  experiment_id bigint NOT NULL,
  name text NOT NULL,
  description text NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('pending', 'rejected', 'resolved')),
  severity text CHECK (severity IN ('not_an_issue', 'low', 'medium', 'high')),
  -- 0 to 3, and -1 without a severity: the worst come first.
  severity_rank smallint NOT NULL GENERATED ALWAYS AS (CASE severity WHEN 'not_an_issue' THEN 0 WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE -1 END) STORED,
  root_causes text[] NOT NULL DEFAULT '{}',
  categories text[] NOT NULL DEFAULT '{}',
  source_run_id text COLLATE "C",
  created_by text,
  created_timestamp bigint NOT NULL,
  last_updated_timestamp bigint NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
  FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX issues_search_idx ON issues (organization_id, project_id, severity_rank DESC, created_timestamp DESC, id DESC);
SELECT modelyard_protect('issues');
