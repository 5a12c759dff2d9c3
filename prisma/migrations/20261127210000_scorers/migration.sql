-- Scorers of an experiment, in versions. This server runs none of them.

CREATE TABLE scorers (
  organization_id integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  project_id integer NOT NULL,
  experiment_id bigint NOT NULL,
  name text COLLATE "C" NOT NULL,
  -- How traces are scored as they come in; null until somebody set it.
  online_config_id text,
  online_sample_rate float8,
  online_filter text,
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, experiment_id, name),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
  FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id) ON DELETE CASCADE
);
SELECT modelyard_protect('scorers');

CREATE TABLE scorer_versions (
  organization_id integer NOT NULL,
  scorer_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  serialized_scorer text NOT NULL,
  creation_time bigint NOT NULL,
  PRIMARY KEY (organization_id, scorer_id, version),
  FOREIGN KEY (organization_id, scorer_id) REFERENCES scorers (organization_id, id) ON DELETE CASCADE
);
SELECT modelyard_protect('scorer_versions');
