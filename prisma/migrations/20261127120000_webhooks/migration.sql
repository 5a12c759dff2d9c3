-- Webhooks of the registry: who is told of which events, and what is still to be told.

CREATE TABLE webhooks (
  organization_id integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  project_id integer NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  description text,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'DISABLED')),
  -- As `model_version.created`.
  events text[] NOT NULL CHECK (cardinality(events) > 0),
  -- Sealed under the master key, which is not in the database; null: deliveries are not signed.
  sealed_secret bytea,
  -- Milliseconds since the epoch.
  creation_timestamp bigint NOT NULL,
  last_updated_timestamp bigint NOT NULL,
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
);
CREATE INDEX webhooks_project_idx ON webhooks (organization_id, project_id, creation_timestamp DESC, id DESC);
SELECT modelyard_protect('webhooks');

-- One event for one webhook, until it is delivered. What nobody took stays for a month.
CREATE TABLE webhook_deliveries (
  organization_id integer NOT NULL,
  id text COLLATE "C" NOT NULL,
  webhook_id text COLLATE "C" NOT NULL,
  event text NOT NULL,
  -- Exactly as it is sent, and so signed, on each attempt.
  body text NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, id),
  FOREIGN KEY (organization_id, webhook_id) REFERENCES webhooks (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_webhook_idx ON webhook_deliveries (organization_id, webhook_id);
CREATE INDEX webhook_deliveries_age_idx ON webhook_deliveries (organization_id, created_at);
SELECT modelyard_protect('webhook_deliveries');

-- Hosts that webhooks may reach although their addresses are private or they speak http. `host` or `host:port`.
CREATE TABLE webhook_allowed_hosts (
  organization_id integer NOT NULL REFERENCES organizations (id),
  host text COLLATE "C" NOT NULL,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, host)
);
SELECT modelyard_protect('webhook_allowed_hosts');
