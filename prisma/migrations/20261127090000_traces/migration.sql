-- Traces, spans, assessments.
--
-- As with runs: surrogate integers, no foreign keys on what is written by the batch, columns ordered by alignment. Whoever
-- writes below a trace locks its row first, and deleting locks it too, so nothing is left behind. A trace id is chosen by
-- the client, hence unique in a project only: two projects may hold the same one and learn nothing of each other.

CREATE TABLE traces (
  tid bigint GENERATED ALWAYS AS IDENTITY,
  experiment_id bigint NOT NULL,
  -- Milliseconds since the epoch, and milliseconds.
  request_time bigint NOT NULL,
  execution_duration bigint,
  input_tokens bigint,
  output_tokens bigint,
  total_tokens bigint,
  cache_read_input_tokens bigint,
  cache_creation_input_tokens bigint,
  cache_creation_input_tokens_above_1hr bigint,
  input_cost float8,
  output_cost float8,
  total_cost float8,
  organization_id integer NOT NULL,
  project_id integer NOT NULL,
  -- The client has sent the whole info: spans that come later change none of it. With its own sums, neither those.
  finalized boolean NOT NULL DEFAULT false,
  tokens_given boolean NOT NULL DEFAULT false,
  costs_given boolean NOT NULL DEFAULT false,
  trace_id text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL CHECK (state IN ('OK', 'ERROR', 'IN_PROGRESS', 'STATE_UNSPECIFIED')),
  name text,
  session_id text COLLATE "C",
  client_request_id text,
  request_preview text,
  response_preview text,
  PRIMARY KEY (organization_id, tid),
  UNIQUE (organization_id, project_id, trace_id)
) WITH (fillfactor = 80);
CREATE INDEX traces_search_idx ON traces (organization_id, experiment_id, request_time DESC, trace_id);
CREATE INDEX traces_session_idx ON traces (organization_id, experiment_id, session_id) WHERE session_id IS NOT NULL;
SELECT modelyard_protect('traces');

CREATE TABLE trace_tags (
  tid bigint NOT NULL,
  organization_id integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (organization_id, tid, key)
);
SELECT modelyard_protect('trace_tags');

CREATE TABLE trace_metadata (
  tid bigint NOT NULL,
  organization_id integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (organization_id, tid, key)
);
SELECT modelyard_protect('trace_metadata');

-- Times are nanoseconds since the epoch.
CREATE TABLE spans (
  tid bigint NOT NULL,
  start_time bigint NOT NULL,
  end_time bigint,
  input_cost float8,
  output_cost float8,
  total_cost float8,
  organization_id integer NOT NULL,
  span_id text COLLATE "C" NOT NULL,
  parent_span_id text COLLATE "C",
  name text NOT NULL,
  type text,
  status text COLLATE "C" NOT NULL,
  model_name text,
  model_provider text,
  -- JSON objects that the trace's sums are made of; most spans have none.
  token_usage text,
  cost text,
  -- The whole span as MLflow writes it, byte for byte: searches match it as text.
  content text NOT NULL,
  PRIMARY KEY (organization_id, tid, span_id)
);
SELECT modelyard_protect('spans');

CREATE TABLE assessments (
  tid bigint NOT NULL,
  -- In which order they came.
  position bigint GENERATED ALWAYS AS IDENTITY,
  created_time bigint NOT NULL,
  last_updated_time bigint NOT NULL,
  -- What aggregations count: the number, 1 and 0 for true, yes, false and no.
  aggregate_value float8,
  organization_id integer NOT NULL,
  is_numeric_value boolean NOT NULL,
  valid boolean NOT NULL DEFAULT true,
  assessment_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('feedback', 'expectation', 'issue')),
  -- JSON as Python writes it: searches match it as text.
  value text NOT NULL,
  error text,
  metadata text,
  source_type text NOT NULL,
  source_id text,
  run_id text COLLATE "C",
  span_id text COLLATE "C",
  rationale text,
  overrides text COLLATE "C",
  PRIMARY KEY (organization_id, tid, assessment_id)
);
CREATE INDEX assessments_name_idx ON assessments (organization_id, name, tid);
SELECT modelyard_protect('assessments');

-- Runs that traces were linked to afterwards; the run a trace was made in is metadata of the trace.
CREATE TABLE trace_runs (
  tid bigint NOT NULL,
  organization_id integer NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, run_id, tid)
);
CREATE INDEX trace_runs_trace_idx ON trace_runs (organization_id, tid);
SELECT modelyard_protect('trace_runs');

CREATE TABLE trace_prompts (
  tid bigint NOT NULL,
  organization_id integer NOT NULL,
  -- `<name>/<version>`.
  prompt text COLLATE "C" NOT NULL,
  PRIMARY KEY (organization_id, prompt, tid)
);
CREATE INDEX trace_prompts_trace_idx ON trace_prompts (organization_id, tid);
SELECT modelyard_protect('trace_prompts');

GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO modelyard_app, modelyard_system;
