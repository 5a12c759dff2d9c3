-- Evaluation datasets: inputs with what is expected of them. JSON is kept as text, exactly as it is answered.

CREATE TABLE evaluation_datasets (
  organization_id integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  project_id integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  -- The types of the fields that records ever had; null until there is a record.
  schema text,
  -- Number of records when it last changed; null until there is a record.
  record_count integer,
  digest text NOT NULL,
  created_time bigint NOT NULL,
  last_update_time bigint NOT NULL,
  created_by text COLLATE "C",
  last_updated_by text COLLATE "C",
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
CREATE INDEX evaluation_datasets_time_idx ON evaluation_datasets (organization_id, project_id, created_time DESC, id DESC);
SELECT modelyard_protect('evaluation_datasets');

CREATE TABLE evaluation_dataset_tags (
  organization_id integer NOT NULL,
  dataset_id text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, dataset_id, key),
  FOREIGN KEY (organization_id, dataset_id) REFERENCES evaluation_datasets (organization_id, id) ON DELETE CASCADE
);
SELECT modelyard_protect('evaluation_dataset_tags');

CREATE TABLE evaluation_dataset_records (
  organization_id integer NOT NULL,
  dataset_id text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  -- Of the inputs, whose keys are sorted: the same inputs are the same record.
  input_hash bytea NOT NULL,
  inputs text NOT NULL,
  outputs text,
  expectations text,
  tags text NOT NULL,
  source text,
  created_time bigint NOT NULL,
  last_update_time bigint NOT NULL,
  created_by text,
  last_updated_by text,
  PRIMARY KEY (organization_id, dataset_id, id),
  UNIQUE (organization_id, dataset_id, input_hash),
  FOREIGN KEY (organization_id, dataset_id) REFERENCES evaluation_datasets (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_dataset_records_time_idx ON evaluation_dataset_records (organization_id, dataset_id, created_time, id);
SELECT modelyard_protect('evaluation_dataset_records');

CREATE TABLE evaluation_dataset_experiments (
  organization_id integer NOT NULL,
  dataset_id text COLLATE "C" NOT NULL,
  experiment_id bigint NOT NULL,
  position bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (organization_id, dataset_id, experiment_id),
  FOREIGN KEY (organization_id, dataset_id) REFERENCES evaluation_datasets (organization_id, id) ON DELETE CASCADE,
  FOREIGN KEY (organization_id, experiment_id) REFERENCES experiments (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX evaluation_dataset_experiments_idx ON evaluation_dataset_experiments (organization_id, experiment_id);
SELECT modelyard_protect('evaluation_dataset_experiments');
