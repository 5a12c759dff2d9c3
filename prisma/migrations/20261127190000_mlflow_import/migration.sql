-- Imports of existing MLflow stores: how far each one is, so that it goes on after a kill at any moment.

CREATE TABLE mlflow_imports (
  organization_id integer NOT NULL REFERENCES organizations (id),
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- Not `project_id`: this is history, and no content of the project (project_tables).
  into_project integer NOT NULL,
  -- Of the store that is read, wherever it lies.
  fingerprint text NOT NULL,
  -- Where it was read first, without credentials.
  source text NOT NULL,
  -- The folder whose URIs become the server's own; as given on the first run.
  artifact_root text,
  started_at timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, into_project, fingerprint)
);
SELECT modelyard_protect('mlflow_imports', rights => 'SELECT, INSERT, UPDATE');

-- One row per table of the source. Moves on in the transaction that writes the rows.
CREATE TABLE mlflow_import_steps (
  organization_id integer NOT NULL,
  import_id bigint NOT NULL,
  step text NOT NULL,
  -- The key of the last row that was taken over, as JSON; null: none yet.
  cursor text,
  row_count bigint NOT NULL DEFAULT 0,
  is_complete boolean NOT NULL DEFAULT false,
  PRIMARY KEY (organization_id, import_id, step),
  FOREIGN KEY (organization_id, import_id) REFERENCES mlflow_imports (organization_id, id)
);
SELECT modelyard_protect('mlflow_import_steps', rights => 'SELECT, INSERT, UPDATE');

-- What became of the source's ids. Later steps find their parents here, and the check at the end knows what came from the source.
CREATE TABLE mlflow_import_items (
  organization_id integer NOT NULL,
  import_id bigint NOT NULL,
  -- Of our row; 0 where the id was kept and is text.
  row_id bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  source_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, import_id, kind, source_id),
  FOREIGN KEY (organization_id, import_id) REFERENCES mlflow_imports (organization_id, id)
);
SELECT modelyard_protect('mlflow_import_items', rights => 'SELECT, INSERT');

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO modelyard_app, modelyard_system;
