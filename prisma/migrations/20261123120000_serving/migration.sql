-- Targets, endpoints, revisions, and what is observed of them.
--
-- Desired state is written by the API (endpoints.desired_revision, deleting, generation; revisions never change),
-- observed state by the one worker that owns the endpoint's target. Work is due because these rows say so.

-- Each start of a worker takes a higher number; who finds a higher one on its target stops.
CREATE SEQUENCE worker_fence_seq AS bigint;

CREATE TABLE targets (
  organization_id integer NOT NULL REFERENCES organizations (id),
  id integer GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('local', 'kubernetes')),
  isolation text NOT NULL DEFAULT 'unknown',
  isolation_note text NOT NULL DEFAULT '',
  worker_id text,
  worker_fence bigint NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  UNIQUE (organization_id, name)
);
SELECT modelyard_protect('targets');
-- Workers claim targets of every organization.
SELECT modelyard_system_access('targets', 'SELECT, UPDATE');

CREATE TABLE endpoints (
  organization_id integer NOT NULL,
  id integer GENERATED ALWAYS AS IDENTITY,
  project_id integer NOT NULL,
  target_id integer NOT NULL,
  name text NOT NULL,
  generation integer NOT NULL DEFAULT 0,
  desired_revision integer,
  deleting boolean NOT NULL DEFAULT false,
  observed_generation integer NOT NULL DEFAULT 0,
  active_revision integer,
  previous_revision integer,
  state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'READY', 'DEGRADED', 'FAILED', 'DELETING')),
  state_reason text,
  -- Grows with every change that a watcher wants to see.
  change_number bigint NOT NULL DEFAULT 0,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- The row stays, so that predictions of the past can still be traced.
  deleted_at timestamptz(3),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id),
  FOREIGN KEY (organization_id, target_id) REFERENCES targets (organization_id, id)
);
CREATE UNIQUE INDEX endpoints_name_key ON endpoints (organization_id, project_id, name) WHERE deleted_at IS NULL;
CREATE INDEX endpoints_target_idx ON endpoints (organization_id, target_id) WHERE deleted_at IS NULL;
SELECT modelyard_protect('endpoints', rights => 'SELECT, INSERT, UPDATE');
-- Workers look for endpoints of their targets, the control plane makes one route table for all organizations.
SELECT modelyard_system_access('endpoints', 'SELECT');

CREATE TABLE revisions (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  number integer NOT NULL,
  model_name text NOT NULL,
  model_version integer NOT NULL,
  -- Prefix of the model's files in the object store.
  artifact_prefix text NOT NULL,
  run_id text,
  logged_model_id text,
  replicas integer NOT NULL CHECK (replicas BETWEEN 1 AND 32),
  memory_bytes bigint NOT NULL,
  threads integer NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, endpoint_id, number),
  FOREIGN KEY (organization_id, endpoint_id) REFERENCES endpoints (organization_id, id)
);
CREATE INDEX revisions_model_idx ON revisions (organization_id, model_name, model_version);
SELECT modelyard_protect('revisions', rights => 'SELECT, INSERT');

CREATE TABLE revision_status (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  revision integer NOT NULL,
  state text NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'BUILDING', 'STARTING', 'READY', 'FAILED', 'STOPPED')),
  reason text,
  ready_replicas integer NOT NULL DEFAULT 0,
  restarts integer NOT NULL DEFAULT 0,
  -- The endpoint's generation in which it failed for good; a later wish for this revision tries anew.
  failed_generation integer,
  -- Since when it takes no traffic, having taken some.
  idle_since timestamptz(3),
  PRIMARY KEY (organization_id, endpoint_id, revision),
  FOREIGN KEY (organization_id, endpoint_id, revision) REFERENCES revisions (organization_id, endpoint_id, number)
);
SELECT modelyard_protect('revision_status');

-- Addresses that answer now.
CREATE TABLE replicas (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  revision integer NOT NULL,
  ordinal integer NOT NULL,
  address text NOT NULL,
  PRIMARY KEY (organization_id, endpoint_id, revision, ordinal),
  FOREIGN KEY (organization_id, endpoint_id, revision) REFERENCES revisions (organization_id, endpoint_id, number)
);
SELECT modelyard_protect('replicas');
SELECT modelyard_system_access('replicas', 'SELECT');

CREATE TABLE endpoint_traffic (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  revision integer NOT NULL,
  percent integer NOT NULL CHECK (percent BETWEEN 0 AND 100),
  PRIMARY KEY (organization_id, endpoint_id, revision),
  FOREIGN KEY (organization_id, endpoint_id, revision) REFERENCES revisions (organization_id, endpoint_id, number)
);
SELECT modelyard_protect('endpoint_traffic');
SELECT modelyard_system_access('endpoint_traffic', 'SELECT');

CREATE TABLE endpoint_conditions (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  type text NOT NULL,
  status text NOT NULL CHECK (status IN ('True', 'False', 'Unknown')),
  reason text NOT NULL,
  message text NOT NULL,
  changed_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, endpoint_id, type),
  FOREIGN KEY (organization_id, endpoint_id) REFERENCES endpoints (organization_id, id)
);
SELECT modelyard_protect('endpoint_conditions');

CREATE TABLE deployment_steps (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  revision integer NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  state text NOT NULL DEFAULT 'WAITING' CHECK (state IN ('WAITING', 'RUNNING', 'DONE', 'FAILED')),
  message text NOT NULL DEFAULT '',
  started_at timestamptz(3),
  finished_at timestamptz(3),
  PRIMARY KEY (organization_id, endpoint_id, revision, position),
  FOREIGN KEY (organization_id, endpoint_id, revision) REFERENCES revisions (organization_id, endpoint_id, number)
);
SELECT modelyard_protect('deployment_steps');

-- Capped per revision by the writer, removed by age by the worker.
CREATE TABLE deployment_logs (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  revision integer NOT NULL,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  time timestamptz(3) NOT NULL,
  stream text NOT NULL,
  step text NOT NULL,
  text text NOT NULL,
  PRIMARY KEY (organization_id, endpoint_id, revision, sequence)
);
CREATE INDEX deployment_logs_time_idx ON deployment_logs (time);
SELECT modelyard_protect('deployment_logs', rights => 'SELECT, INSERT, DELETE');
SELECT modelyard_system_access('deployment_logs', 'SELECT, DELETE');

-- What routers counted, by minute. latency_buckets: see LATENCY_BOUNDS_MS.
CREATE TABLE endpoint_stats (
  organization_id integer NOT NULL,
  endpoint_id integer NOT NULL,
  revision integer NOT NULL,
  minute timestamptz(3) NOT NULL,
  requests bigint NOT NULL,
  errors bigint NOT NULL,
  latency_buckets bigint[] NOT NULL,
  PRIMARY KEY (organization_id, endpoint_id, minute, revision)
);
CREATE INDEX endpoint_stats_minute_idx ON endpoint_stats (minute);
SELECT modelyard_protect('endpoint_stats', rights => 'SELECT, INSERT, UPDATE, DELETE');
SELECT modelyard_system_access('endpoint_stats', 'SELECT, DELETE');

-- Dependency sets of models, by the hash of their lock.
CREATE TABLE environments (
  organization_id integer NOT NULL REFERENCES organizations (id),
  key text NOT NULL,
  python_version text NOT NULL,
  requirements text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('BUILDING', 'READY', 'FAILED')),
  message text NOT NULL DEFAULT '',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  finished_at timestamptz(3),
  PRIMARY KEY (organization_id, key)
);
SELECT modelyard_protect('environments');

-- One row: grows in the transaction of every change that routers must see. No tenant data.
CREATE TABLE route_table (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version bigint NOT NULL
);
INSERT INTO route_table (version) VALUES (1);
GRANT SELECT, UPDATE ON route_table TO modelyard_app, modelyard_system;

-- Which version of the route table each router serves from. No tenant data.
CREATE TABLE routers (
  id text PRIMARY KEY,
  routes_version bigint NOT NULL,
  seen_at timestamptz(3) NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON routers TO modelyard_system;

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO modelyard_app, modelyard_system;

-- BullMQ's functions make one sequence for each queue when it is first used.
GRANT CREATE ON SCHEMA bullmq TO modelyard_system;
