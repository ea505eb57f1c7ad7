-- The schema that the migrations create. Written by the test of the migrations (vitest -u).

CREATE TABLE millrace.activities (
  name text COLLATE "C" NOT NULL,
  origin text NOT NULL,
  created_at bigint NOT NULL,
  encryption text,
  CONSTRAINT activities_origin_check CHECK ((origin = ANY (ARRAY['config'::text, 'api'::text]))),
  CONSTRAINT activities_pkey PRIMARY KEY (name)
);
CREATE INDEX activities_oldest ON millrace.activities USING btree (created_at, name);

CREATE TABLE millrace.activity_tasks (
  execution_id uuid NOT NULL,
  command text COLLATE "C" NOT NULL,
  activity text COLLATE "C" NOT NULL,
  task_token text NOT NULL,
  input text NOT NULL,
  scheduled_at bigint NOT NULL,
  CONSTRAINT activity_tasks_pkey PRIMARY KEY (execution_id, command)
);
CREATE INDEX activity_tasks_oldest ON millrace.activity_tasks USING btree (activity, scheduled_at);

CREATE TABLE millrace.alerts (
  id uuid NOT NULL,
  rule text COLLATE "C" NOT NULL,
  subject text COLLATE "C" NOT NULL,
  severity text NOT NULL,
  message text NOT NULL,
  link text NOT NULL,
  since bigint NOT NULL,
  ended_at bigint,
  CONSTRAINT alerts_pkey PRIMARY KEY (id)
);
CREATE INDEX alerts_ended ON millrace.alerts USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE UNIQUE INDEX alerts_open ON millrace.alerts USING btree (rule, subject) WHERE (ended_at IS NULL);

CREATE TABLE millrace.archive (
  task_id text COLLATE "C" NOT NULL,
  queue text COLLATE "C" NOT NULL,
  body text NOT NULL,
  reason text NOT NULL,
  deliveries integer NOT NULL,
  sent_at bigint NOT NULL,
  archived_at bigint NOT NULL,
  execution_id uuid,
  execution_name text COLLATE "C",
  machine_id text COLLATE "C",
  batch_id text COLLATE "C",
  error text,
  cause text,
  attempts integer NOT NULL,
  CONSTRAINT archive_pkey PRIMARY KEY (task_id)
);
CREATE INDEX archive_newest ON millrace.archive USING btree (archived_at, task_id);
CREATE INDEX archive_of_batch ON millrace.archive USING btree (batch_id, archived_at, task_id);
CREATE INDEX archive_of_error ON millrace.archive USING btree (error, archived_at, task_id);
CREATE INDEX archive_of_execution ON millrace.archive USING btree (execution_id) WHERE (execution_id IS NOT NULL);
CREATE INDEX archive_of_machine ON millrace.archive USING btree (machine_id, archived_at, task_id);

CREATE TABLE millrace.archive_totals (
  queue text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C",
  error text COLLATE "C",
  shard integer NOT NULL,
  count bigint NOT NULL
) WITH (fillfactor=50);
CREATE UNIQUE INDEX archive_totals_key ON millrace.archive_totals USING btree (error, machine_id, queue, shard) NULLS NOT DISTINCT;

CREATE TABLE millrace.batch_counters (
  batch_id text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  created bigint NOT NULL,
  succeeded bigint NOT NULL,
  failed bigint NOT NULL,
  timed_out bigint NOT NULL,
  aborted bigint NOT NULL,
  retried bigint NOT NULL DEFAULT 0,
  left_out bigint NOT NULL DEFAULT 0,
  CONSTRAINT batch_counters_pkey PRIMARY KEY (batch_id, shard)
) WITH (fillfactor=50);

CREATE TABLE millrace.batches (
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  machine_version integer NOT NULL,
  source text NOT NULL,
  options text NOT NULL,
  status text NOT NULL,
  reason text,
  cursor text,
  source_done boolean NOT NULL DEFAULT false,
  sent_index integer NOT NULL DEFAULT 0,
  memory text,
  created_at bigint NOT NULL,
  ended_at bigint,
  leader_id text COLLATE "C",
  fence integer NOT NULL DEFAULT 0,
  leased_at bigint,
  lease_ends_at bigint,
  abort_reason text,
  traceparent text,
  on_hold boolean NOT NULL DEFAULT false,
  exclusive boolean NOT NULL DEFAULT false,
  parent_execution_id uuid,
  max_concurrency integer,
  tolerated_count integer,
  tolerated_percentage double precision,
  redrives integer,
  redriven_at bigint,
  CONSTRAINT batches_end_check CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text, 'ABORTED'::text])))),
  CONSTRAINT batches_pkey PRIMARY KEY (id),
  CONSTRAINT batches_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'PAUSED'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'ABORTED'::text])))
) WITH (fillfactor=50);
CREATE INDEX batches_ended ON millrace.batches USING btree (ended_at) WHERE (ended_at IS NOT NULL);
CREATE UNIQUE INDEX batches_exclusive ON millrace.batches USING btree (name) WHERE (exclusive AND (ended_at IS NULL));
CREATE INDEX batches_failed ON millrace.batches USING btree (created_at, id) WHERE (status = ANY (ARRAY['FAILED'::text, 'ABORTED'::text]));
CREATE INDEX batches_named ON millrace.batches USING btree (name, created_at, id);
CREATE INDEX batches_newest ON millrace.batches USING btree (created_at, id);
CREATE INDEX batches_of_machine ON millrace.batches USING btree (machine_id, created_at, id);
CREATE INDEX batches_of_parent ON millrace.batches USING btree (parent_execution_id, created_at, id) WHERE (parent_execution_id IS NOT NULL);
CREATE INDEX batches_on_hold ON millrace.batches USING btree (id) WHERE on_hold;
CREATE INDEX batches_open ON millrace.batches USING btree (created_at, id) WHERE (ended_at IS NULL);
CREATE INDEX batches_paused ON millrace.batches USING btree (id) WHERE (status = 'PAUSED'::text);
CREATE INDEX batches_running ON millrace.batches USING btree (id) WHERE (status = 'RUNNING'::text);

CREATE TABLE millrace.execution_labels (
  key text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  execution_id uuid NOT NULL,
  CONSTRAINT execution_labels_pkey PRIMARY KEY (key, value, execution_id)
);
CREATE INDEX execution_labels_of ON millrace.execution_labels USING btree (execution_id);

CREATE TABLE millrace.executions (
  id uuid NOT NULL,
  machine_id text COLLATE "C" NOT NULL,
  machine_version integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  queue text COLLATE "C" NOT NULL,
  status text NOT NULL,
  worker_id text COLLATE "C",
  fence integer NOT NULL DEFAULT 0,
  abort_requested boolean NOT NULL DEFAULT false,
  attempts integer NOT NULL DEFAULT 0,
  retries_max integer NOT NULL,
  stalls integer NOT NULL DEFAULT 0,
  batch_id text COLLATE "C",
  batch_index integer,
  created_at bigint NOT NULL,
  started_at bigint,
  ended_at bigint,
  due_at bigint,
  sent_at bigint,
  link_source_id uuid,
  link_state text COLLATE "C",
  link_transformer text COLLATE "C",
  problem text,
  error text,
  cause text,
  input text NOT NULL,
  output text,
  snapshot text,
  reply_to text,
  signals_sent integer NOT NULL DEFAULT 0,
  signals_seen integer NOT NULL DEFAULT 0,
  timeout_ms bigint,
  deadline_at bigint,
  retention_ms bigint,
  unique_key text COLLATE "C",
  retrying boolean,
  failed_as text,
  failed_state text COLLATE "C",
  traceparent text,
  alone boolean NOT NULL DEFAULT false,
  labels text,
  version_number integer,
  alias text COLLATE "C",
  trace_header text,
  mock_case text,
  redrives integer,
  redriven_at bigint,
  stop_error text,
  stop_cause text,
  CONSTRAINT executions_batch_check CHECK (((batch_id IS NULL) = (batch_index IS NULL))),
  CONSTRAINT executions_end_check CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text, 'TIMED_OUT'::text, 'ABORTED'::text])))),
  CONSTRAINT executions_name_key UNIQUE (machine_id, name),
  CONSTRAINT executions_pkey PRIMARY KEY (id),
  CONSTRAINT executions_place_check CHECK ((((worker_id IS NULL) AND (ended_at IS NULL)) OR ((due_at IS NULL) AND (sent_at IS NULL) AND ((worker_id IS NULL) OR (ended_at IS NULL))))),
  CONSTRAINT executions_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'TIMED_OUT'::text, 'ABORTED'::text, 'PENDING_REDRIVE'::text])))
) WITH (autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=1000, autovacuum_analyze_scale_factor=0.05, fillfactor=50);
CREATE INDEX executions_asleep ON millrace.executions USING btree ((
CASE
    WHEN (started_at IS NULL) THEN 'scheduled'::text
    WHEN retrying THEN 'retry'::text
    ELSE 'waiting'::text
END), queue, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX executions_ended ON millrace.executions USING btree (ended_at) WHERE ((ended_at IS NOT NULL) AND (retention_ms IS NULL));
CREATE INDEX executions_failed ON millrace.executions USING btree (failed_as, id) WHERE (failed_as IS NOT NULL);
CREATE INDEX executions_failed_of_batch ON millrace.executions USING btree (batch_id, id) WHERE (failed_as IS NOT NULL);
CREATE INDEX executions_held ON millrace.executions USING btree (queue, worker_id) WHERE (worker_id IS NOT NULL);
CREATE INDEX executions_held_back ON millrace.executions USING btree (batch_id) WHERE (due_at = '9007199254740990'::bigint);
CREATE INDEX executions_kept ON millrace.executions USING btree (((ended_at + retention_ms))) WHERE ((ended_at IS NOT NULL) AND (retention_ms IS NOT NULL));
CREATE UNIQUE INDEX executions_link_key ON millrace.executions USING btree (link_source_id, link_state, link_transformer, machine_id) WHERE (link_source_id IS NOT NULL);
CREATE INDEX executions_of_batch ON millrace.executions USING btree (batch_id, batch_index) WHERE (batch_id IS NOT NULL);
CREATE INDEX executions_sent ON millrace.executions USING btree (queue, sent_at) WHERE (sent_at IS NOT NULL);
CREATE INDEX executions_signalled ON millrace.executions USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (signals_sent > signals_seen));
CREATE INDEX executions_sleeping ON millrace.executions USING btree (due_at) WHERE ((due_at IS NOT NULL) AND (sent_at IS NULL));
CREATE INDEX executions_to_abort ON millrace.executions USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND abort_requested);
CREATE UNIQUE INDEX executions_unique_key ON millrace.executions USING btree (machine_id, unique_key) WHERE ((unique_key IS NOT NULL) AND (ended_at IS NULL));
CREATE INDEX executions_unsent ON millrace.executions USING btree (created_at) WHERE ((sent_at IS NULL) AND (due_at IS NULL) AND (worker_id IS NULL) AND (ended_at IS NULL));
CREATE INDEX executions_with_error ON millrace.executions USING btree (error, id) WHERE (error IS NOT NULL);

CREATE TABLE millrace.failure_counts (
  scope text COLLATE "C" NOT NULL,
  error text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  count bigint NOT NULL,
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  sample_id uuid NOT NULL,
  CONSTRAINT failure_counts_pkey PRIMARY KEY (scope, error, state, shard)
) WITH (fillfactor=50);

CREATE TABLE millrace.history (
  execution_id uuid NOT NULL,
  first_event_id integer NOT NULL,
  events text NOT NULL,
  CONSTRAINT history_pkey PRIMARY KEY (execution_id, first_event_id)
) WITH (autovacuum_vacuum_insert_scale_factor=0.5);

CREATE TABLE millrace.machine_aliases (
  machine_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  description text NOT NULL,
  routes text NOT NULL,
  created_at bigint NOT NULL,
  updated_at bigint NOT NULL,
  CONSTRAINT machine_aliases_pkey PRIMARY KEY (machine_id, name)
);
CREATE INDEX machine_aliases_oldest ON millrace.machine_aliases USING btree (machine_id, created_at, name);

CREATE TABLE millrace.machine_versions (
  machine_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  revision integer NOT NULL,
  description text NOT NULL,
  created_at bigint NOT NULL,
  CONSTRAINT machine_versions_pkey PRIMARY KEY (machine_id, number)
);
CREATE UNIQUE INDEX machine_versions_of_revision ON millrace.machine_versions USING btree (machine_id, revision);

CREATE TABLE millrace.machines (
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  definition text NOT NULL,
  created_at bigint NOT NULL,
  recorded_at bigint NOT NULL DEFAULT 0,
  revision_id uuid,
  role_arn text,
  logging text,
  tracing text,
  encryption text,
  definition_text text,
  CONSTRAINT machines_kind_check CHECK ((kind = ANY (ARRAY['STANDARD'::text, 'EXPRESS'::text]))),
  CONSTRAINT machines_pkey PRIMARY KEY (id, version)
);

CREATE TABLE millrace.message_waiters (
  execution_id uuid NOT NULL,
  command text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  since bigint NOT NULL,
  CONSTRAINT message_waiters_pkey PRIMARY KEY (execution_id, command)
);
CREATE INDEX message_waiters_correlation ON millrace.message_waiters USING btree (key, md5(value));
CREATE INDEX message_waiters_since ON millrace.message_waiters USING btree (since);

CREATE TABLE millrace.messages (
  id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  body text NOT NULL,
  received_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  stored_at bigint NOT NULL,
  CONSTRAINT messages_pkey PRIMARY KEY (id)
);
CREATE INDEX messages_correlation ON millrace.messages USING btree (key, md5(value));
CREATE INDEX messages_expiring ON millrace.messages USING btree (expires_at);
CREATE INDEX messages_stored ON millrace.messages USING btree (stored_at);

CREATE TABLE millrace.notices (
  id bigint NOT NULL,
  execution_id uuid NOT NULL,
  event text NOT NULL,
  CONSTRAINT notices_pkey PRIMARY KEY (id)
);

CREATE TABLE millrace.orders (
  id uuid NOT NULL,
  at bigint NOT NULL,
  made_by text COLLATE "C",
  via text NOT NULL,
  request_id text,
  action text COLLATE "C" NOT NULL,
  object text COLLATE "C",
  selection text NOT NULL,
  reason text,
  status text NOT NULL,
  per_second integer,
  items_max bigint,
  total bigint,
  up_to bigint NOT NULL,
  progress text,
  done bigint NOT NULL DEFAULT 0,
  refused bigint NOT NULL DEFAULT 0,
  ended_at bigint,
  outcome text,
  leader_id text COLLATE "C",
  fence integer NOT NULL DEFAULT 0,
  leased_at bigint,
  lease_ends_at bigint,
  CONSTRAINT orders_end_check CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['DONE'::text, 'CANCELLED'::text, 'FAILED'::text])))),
  CONSTRAINT orders_pkey PRIMARY KEY (id),
  CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['RUNNING'::text, 'PAUSED'::text, 'DONE'::text, 'CANCELLED'::text, 'FAILED'::text])))
);
CREATE INDEX orders_newest ON millrace.orders USING btree (at, id);
CREATE INDEX orders_of_object ON millrace.orders USING btree (object, at, id) WHERE (object IS NOT NULL);
CREATE INDEX orders_running ON millrace.orders USING btree (id) WHERE (status = 'RUNNING'::text);

CREATE TABLE millrace.permit_rates (
  scope text COLLATE "C" NOT NULL,
  rule text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  used_up_to double precision NOT NULL,
  ready_at double precision,
  CONSTRAINT permit_rates_pkey PRIMARY KEY (key, rule, scope)
);
CREATE INDEX permit_rates_ready ON millrace.permit_rates USING btree (scope, ready_at) WHERE (ready_at IS NOT NULL);

CREATE TABLE millrace.permit_scopes (
  scope text COLLATE "C" NOT NULL,
  turn bigint NOT NULL DEFAULT 0,
  CONSTRAINT permit_scopes_pkey PRIMARY KEY (scope)
);

CREATE TABLE millrace.permit_waits (
  scope text COLLATE "C" NOT NULL,
  execution_id uuid NOT NULL,
  command text COLLATE "C" NOT NULL,
  fence integer NOT NULL,
  needs text NOT NULL,
  fair_key text COLLATE "C" NOT NULL,
  turn bigint NOT NULL,
  since bigint NOT NULL,
  rule text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  granted_at bigint,
  CONSTRAINT permit_waits_pkey PRIMARY KEY (execution_id, command, scope)
);
CREATE INDEX permit_waits_granted ON millrace.permit_waits USING btree (granted_at) WHERE (granted_at IS NOT NULL);
CREATE INDEX permit_waits_queue ON millrace.permit_waits USING btree (scope, rule, key, turn, since, execution_id, command) WHERE (granted_at IS NULL);
CREATE INDEX permit_waits_turn ON millrace.permit_waits USING btree (scope, fair_key, turn);

CREATE TABLE millrace.permits (
  scope text COLLATE "C" NOT NULL,
  rule text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  execution_id uuid NOT NULL,
  command text COLLATE "C" NOT NULL,
  fence integer NOT NULL,
  since bigint NOT NULL,
  CONSTRAINT permits_pkey PRIMARY KEY (key, rule, scope, execution_id, command)
);

CREATE UNLOGGED TABLE millrace.pieces (
  call_id uuid NOT NULL,
  number integer NOT NULL,
  bytes bytea NOT NULL,
  kept_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT pieces_pkey PRIMARY KEY (call_id, number)
);
CREATE INDEX pieces_oldest ON millrace.pieces USING btree (kept_at);

CREATE TABLE millrace.redrive_tokens (
  execution_id uuid NOT NULL,
  token text COLLATE "C" NOT NULL,
  redriven_at bigint NOT NULL,
  CONSTRAINT redrive_tokens_pkey PRIMARY KEY (execution_id, token)
);

CREATE TABLE millrace.resource_tags (
  resource text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  value text NOT NULL,
  CONSTRAINT resource_tags_pkey PRIMARY KEY (resource, key)
);

CREATE TABLE millrace.result_files (
  batch_id text COLLATE "C" NOT NULL,
  output text NOT NULL,
  format text NOT NULL,
  status text NOT NULL,
  items bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  attempts integer NOT NULL DEFAULT 0,
  fence integer NOT NULL DEFAULT 0,
  due_at bigint NOT NULL,
  progress text,
  reason text,
  created_at bigint NOT NULL,
  ended_at bigint,
  CONSTRAINT result_files_pkey PRIMARY KEY (batch_id),
  CONSTRAINT result_files_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'WRITTEN'::text, 'FAILED'::text])))
);
CREATE INDEX result_files_due ON millrace.result_files USING btree (due_at, batch_id) WHERE (status = 'PENDING'::text);

CREATE TABLE millrace.schedules (
  name text COLLATE "C" NOT NULL,
  timing text NOT NULL,
  anchored_at bigint NOT NULL,
  through_at bigint NOT NULL,
  seen_at bigint NOT NULL,
  fence integer NOT NULL,
  last_due_at bigint,
  waiting_due_at bigint,
  waiting_since bigint,
  waiting_tries integer,
  waiting_next_at bigint,
  waiting_reason text,
  paused_at bigint,
  paused_reason text,
  missed_due_at bigint,
  missed_at bigint,
  missed_reason text,
  CONSTRAINT schedules_pkey PRIMARY KEY (name)
);

CREATE TABLE millrace.schema_migrations (
  version integer NOT NULL,
  name text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  compatible_from integer NOT NULL DEFAULT 1,
  writes_from timestamp with time zone,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);

CREATE TABLE millrace.seen_files (
  batch text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  seen_at bigint NOT NULL,
  CONSTRAINT seen_files_pkey PRIMARY KEY (batch, key)
);
CREATE INDEX seen_files_seen_at ON millrace.seen_files USING btree (seen_at);

CREATE TABLE millrace.series (
  kind text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  key text COLLATE "C" NOT NULL,
  step integer NOT NULL,
  shard integer NOT NULL,
  started bigint NOT NULL,
  ended bigint NOT NULL,
  succeeded bigint NOT NULL,
  failed bigint NOT NULL,
  retried bigint NOT NULL,
  archived bigint NOT NULL,
  received bigint NOT NULL,
  depth bigint,
  oldest_ms bigint,
  workers integer,
  busy integer,
  took text,
  CONSTRAINT series_kind_check CHECK ((kind = ANY (ARRAY['total'::text, 'queue'::text, 'machine'::text, 'batch'::text]))),
  CONSTRAINT series_pkey PRIMARY KEY (kind, at, key, step, shard)
) WITH (fillfactor=70);
CREATE INDEX series_by_age ON millrace.series USING btree (step, at);

CREATE TABLE millrace.signals (
  execution_id uuid NOT NULL,
  id integer NOT NULL,
  event text NOT NULL,
  message text,
  CONSTRAINT signals_pkey PRIMARY KEY (execution_id, id)
);
CREATE INDEX signals_with_message ON millrace.signals USING btree (execution_id) WHERE (message IS NOT NULL);

CREATE TABLE millrace.state_counts (
  scope text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  current integer NOT NULL,
  entered bigint NOT NULL,
  failed bigint NOT NULL,
  caught bigint NOT NULL,
  retried bigint NOT NULL,
  folded_at bigint,
  CONSTRAINT state_counts_pkey PRIMARY KEY (scope, state, shard)
) WITH (fillfactor=50);
CREATE INDEX state_counts_folded ON millrace.state_counts USING btree (folded_at) WHERE (folded_at IS NOT NULL);
CREATE INDEX state_counts_unfolded ON millrace.state_counts USING btree (scope) WHERE (shard > 0);

CREATE TABLE millrace.state_machines (
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  origin text NOT NULL,
  created_at bigint NOT NULL,
  deleting_at bigint,
  last_version integer NOT NULL DEFAULT 0,
  current_revision integer NOT NULL,
  CONSTRAINT state_machines_kind_check CHECK ((kind = ANY (ARRAY['STANDARD'::text, 'EXPRESS'::text]))),
  CONSTRAINT state_machines_origin_check CHECK ((origin = ANY (ARRAY['config'::text, 'api'::text]))),
  CONSTRAINT state_machines_pkey PRIMARY KEY (id),
  CONSTRAINT state_machines_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'DELETING'::text, 'DELETED'::text])))
);
CREATE INDEX state_machines_deleting ON millrace.state_machines USING btree (id) WHERE (status = 'DELETING'::text);
CREATE UNIQUE INDEX state_machines_living ON millrace.state_machines USING btree (name) WHERE (status <> 'DELETED'::text);
CREATE INDEX state_machines_of_name ON millrace.state_machines USING btree (name);
CREATE INDEX state_machines_oldest ON millrace.state_machines USING btree (created_at, id) WHERE (status <> 'DELETED'::text);

CREATE TABLE millrace.state_times (
  scope text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  took text NOT NULL,
  CONSTRAINT state_times_pkey PRIMARY KEY (scope, state, shard)
) WITH (fillfactor=50);

CREATE TABLE millrace.store_scope (
  only_row boolean NOT NULL DEFAULT true,
  partition text NOT NULL,
  region text NOT NULL,
  account text NOT NULL,
  CONSTRAINT store_scope_only_row_check CHECK (only_row),
  CONSTRAINT store_scope_pkey PRIMARY KEY (only_row)
);

CREATE TABLE millrace.webhook_deliveries (
  id uuid NOT NULL,
  url text NOT NULL,
  secret_name text,
  event_type text NOT NULL,
  body text NOT NULL,
  created_at bigint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  due_at bigint NOT NULL,
  CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id)
);
CREATE INDEX webhook_deliveries_due ON millrace.webhook_deliveries USING btree (due_at, id);

CREATE TABLE millrace.workers (
  worker_id text COLLATE "C" NOT NULL,
  since bigint NOT NULL,
  expires_at bigint NOT NULL,
  about text,
  beat_at bigint,
  CONSTRAINT workers_pkey PRIMARY KEY (worker_id)
) WITH (fillfactor=50);

CREATE OR REPLACE FUNCTION millrace.acquire_permits(document json)
 RETURNS TABLE(n integer, granted boolean, ready_at double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    at bigint;
    scopes text[] = ARRAY(SELECT json_array_elements_text(document->'scopes'));
    has_waits boolean;
    slow integer[];
    request record;
    waiting record;
    block record;
    parked_ids uuid[] = '{}';
    parked_fences integer[] = '{}';
  BEGIN
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (scopes));
    WITH need AS MATERIALIZED (
      SELECT * FROM json_to_recordset(document->'needs') AS d (n integer, scope text,
        "executionId" uuid, command text, fence integer, rule text, key text, concurrency integer,
  "intervalMs" float8, burst float8)
    ),
    queue AS (
      SELECT d.scope, d.rule, d.key, count(*) AS asked, min(d.concurrency) AS concurrency,
        min(d."intervalMs") AS "intervalMs", min(d.burst) AS burst
      FROM need d GROUP BY d.scope, d.rule, d.key
    ),
    crowded AS MATERIALIZED (
      SELECT q.scope, q.rule, q.key FROM queue q
      WHERE CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = q.scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL) ELSE false END
        OR CASE WHEN q.concurrency IS NOT NULL THEN
          q.asked + (SELECT count(*) FROM (SELECT 1 FROM millrace.permits p
            WHERE p.scope = q.scope AND p.rule = q.rule AND p.key = q.key
            LIMIT q.concurrency) u) > q.concurrency
        ELSE
          q.asked * q."intervalMs" > at + q.burst * q."intervalMs" + 0.000001
            - (SELECT greatest(at, least(coalesce(max(r.used_up_to), 0), at + q.burst * q."intervalMs")) FROM millrace.permit_rates r
              WHERE r.scope = q.scope AND r.rule = q.rule AND r.key = q.key)
        END
    ),
    held_up AS MATERIALIZED (
      SELECT d.n FROM need d
        JOIN crowded c ON c.scope = d.scope AND c.rule = d.rule AND c.key = d.key
      UNION
      SELECT d.n FROM need d
      WHERE CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.execution_id = d."executionId" AND w.command = d.command
          AND w.scope = d.scope) ELSE false END
    ),
    held AS (
      INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
      SELECT d.scope, d.rule, d.key, d."executionId", d.command, d.fence, at
      FROM need d
      WHERE d.concurrency IS NOT NULL AND d.n NOT IN (SELECT h.n FROM held_up h)
      ON CONFLICT (key, rule, scope, execution_id, command)
        DO UPDATE SET fence = greatest(p.fence, excluded.fence), since = excluded.since
    ),
    used AS (
      INSERT INTO millrace.permit_rates AS r (scope, rule, key, used_up_to)
      SELECT u.scope, u.rule, u.key, greatest(at, least(coalesce(o.used_up_to, 0), at + u.burst * u."intervalMs")) + u.asked * u."intervalMs"
      FROM (SELECT d.scope, d.rule, d.key, count(*) AS asked,
          min(d."intervalMs") AS "intervalMs", min(d.burst) AS burst
        FROM need d
        WHERE d."intervalMs" IS NOT NULL AND d.n NOT IN (SELECT h.n FROM held_up h)
        GROUP BY d.scope, d.rule, d.key) u
      LEFT JOIN millrace.permit_rates o
        ON o.scope = u.scope AND o.rule = u.rule AND o.key = u.key
      ON CONFLICT (key, rule, scope) DO UPDATE SET used_up_to = excluded.used_up_to
    )
    SELECT coalesce(array_agg(h.n), '{}') INTO slow FROM held_up h;
    FOR request IN
      SELECT d.n, d.scope, d."executionId", d.command, d.fence, d."fairKey", d.parks,
        json_agg(json_build_object('rule', d.rule, 'key', d.key, 'concurrency', d.concurrency,
          'intervalMs', d."intervalMs", 'burst', d.burst) ORDER BY d.place) AS needs
      FROM json_to_recordset(CASE WHEN cardinality(slow) = 0 THEN '[]'
        ELSE document->'needs' END) AS d (n integer, place integer, scope text,
        "executionId" uuid, command text, fence integer, "fairKey" text, parks boolean,
        rule text, key text, concurrency integer,
  "intervalMs" float8, burst float8)
      WHERE d.n = ANY (slow)
      GROUP BY d.n, d.scope, d."executionId", d.command, d.fence, d."fairKey", d.parks
      ORDER BY d.n
    LOOP
      n = request.n;
      granted = true;
      SELECT w.* INTO waiting FROM millrace.permit_waits w
      WHERE w.scope = request.scope AND w.execution_id = request."executionId"
        AND w.command = request.command;
      IF waiting.granted_at IS NULL THEN
        SELECT b.* INTO block FROM millrace.find_permit_block(request.scope,
          request."executionId", request.command, request.needs, at, false,
          waiting.turn, waiting.since) b;
        granted = block.blocked_rule IS NULL;
        IF granted THEN
          PERFORM millrace.use_rates(request.scope, request.needs, at);
        END IF;
      END IF;
      IF granted THEN
        PERFORM millrace.hold_permits(request.scope, request."executionId", request.command,
          request.fence, request.needs, at);
        DELETE FROM millrace.permit_waits w
        WHERE w.scope = request.scope AND w.execution_id = request."executionId"
          AND w.command = request.command;
        RETURN NEXT;
        CONTINUE;
      END IF;
      INSERT INTO millrace.permit_waits AS w (scope, execution_id, command, fence, needs,
        fair_key, turn, since, rule, key)
      SELECT request.scope, request."executionId", request.command, request.fence,
        CAST(request.needs AS text), request."fairKey",
        greatest((SELECT s.turn FROM millrace.permit_scopes s WHERE s.scope = request.scope),
          (SELECT max(o.turn) FROM millrace.permit_waits o
            WHERE o.scope = request.scope AND o.fair_key = request."fairKey")) + 1,
        at, block.blocked_rule, block.blocked_key
      ON CONFLICT (execution_id, command, scope) DO UPDATE SET
        fence = greatest(w.fence, excluded.fence), needs = excluded.needs,
        rule = excluded.rule, key = excluded.key;
      IF block.ready IS NOT NULL THEN
        PERFORM millrace.announce_rate(request.scope, block.blocked_rule, block.blocked_key,
          block.ready);
      END IF;
      IF request.parks THEN
        parked_ids = parked_ids || request."executionId";
        parked_fences = parked_fences || request.fence;
      END IF;
      RETURN NEXT;
    END LOOP;
    IF cardinality(parked_ids) > 0 THEN
      UPDATE millrace.executions e SET
        worker_id = NULL, sent_at = NULL,
        due_at = CASE WHEN e.abort_requested OR e.signals_sent > e.signals_seen THEN at
          ELSE coalesce(e.deadline_at, 9007199254740991) END,
        started_at = CASE WHEN e.status = 'PENDING' THEN NULL ELSE e.started_at END
      FROM unnest(parked_ids, parked_fences) AS k (id, fence)
      WHERE e.id = k.id AND e.fence = k.fence AND e.worker_id IS NOT NULL
        AND e.ended_at IS NULL;
    END IF;
    n = NULL;
    granted = false;
    ready_at = (SELECT min(r.ready_at) FROM millrace.permit_rates r
      WHERE r.scope = ANY (scopes) AND r.ready_at IS NOT NULL) - at;
    RETURN NEXT;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.add_histograms(one text, other text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
      SELECT CAST(json_object_agg(bucket, total) AS text) FROM (
        SELECT key AS bucket, sum(CAST(value AS bigint)) AS total FROM (
          SELECT key, value FROM json_each_text(CAST(one AS json))
          UNION ALL
          SELECT key, value FROM json_each_text(CAST(other AS json))
        ) counts GROUP BY key
      ) totals
    $function$;

CREATE OR REPLACE FUNCTION millrace.announce_rate(of_scope text, of_rule text, of_key text, ready double precision)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  BEGIN
    INSERT INTO millrace.permit_rates AS r (scope, rule, key, used_up_to, ready_at)
    VALUES (of_scope, of_rule, of_key, 0, ready)
    ON CONFLICT (key, rule, scope) DO UPDATE SET ready_at = excluded.ready_at;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.call_in_pieces(call uuid, statement text, document text, document_pieces integer)
 RETURNS TABLE(piece bytea, kept integer)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
    DECLARE
      piece_bytes CONSTANT integer = 30000;
      answer_pieces CONSTANT integer = 16;
      answer refcursor;
      line record;
      rest bytea = '';
      start integer = 1;
      number integer = 0;
      is_over boolean;
    BEGIN
      document = coalesce(document, millrace.take_pieces(call, document_pieces));
      OPEN answer NO SCROLL FOR EXECUTE statement USING document;
      LOOP
        FETCH answer INTO line;
        is_over = NOT FOUND;
        IF NOT is_over THEN
          rest = substring(rest FROM start) || convert_to(row_to_json(line) || chr(10), 'UTF8');
          start = 1;
        END IF;
        WHILE length(rest) - start + 1 >= CASE WHEN is_over THEN 1 ELSE piece_bytes END LOOP
          piece = substring(rest FROM start FOR piece_bytes);
          IF number < answer_pieces THEN
            RETURN NEXT;
          ELSE
            INSERT INTO millrace.pieces (call_id, number, bytes)
            VALUES (call, number - answer_pieces, piece);
          END IF;
          number = number + 1;
          start = start + piece_bytes;
        END LOOP;
        EXIT WHEN is_over;
      END LOOP;
      IF number > answer_pieces THEN
        piece = NULL;
        kept = number - answer_pieces;
        RETURN NEXT;
      END IF;
    END $function$;

CREATE OR REPLACE FUNCTION millrace.find_permit_block(of_scope text, of_execution uuid, of_command text, needs json, at bigint, is_next boolean, own_turn bigint, own_since bigint, OUT blocked_rule text, OUT blocked_key text, OUT ready double precision)
 RETURNS record
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    need record;
    used integer;
    up_to float8;
    is_full boolean;
  BEGIN
    FOR need IN SELECT d.* FROM json_to_recordset(needs) AS d (rule text, key text, concurrency integer,
  "intervalMs" float8, burst float8) LOOP
      ready = NULL;
      IF need.concurrency IS NOT NULL THEN
        CONTINUE WHEN EXISTS (SELECT 1 FROM millrace.permits p
          WHERE p.scope = of_scope AND p.rule = need.rule AND p.key = need.key
            AND p.execution_id = of_execution AND p.command = of_command);
        SELECT count(*) INTO used FROM (SELECT 1 FROM millrace.permits p
          WHERE p.scope = of_scope AND p.rule = need.rule AND p.key = need.key
          LIMIT need.concurrency) u;
        is_full = used >= need.concurrency;
      ELSE
        up_to = (SELECT r.used_up_to FROM millrace.permit_rates r
          WHERE r.scope = of_scope AND r.rule = need.rule AND r.key = need.key);
        ready = greatest(at, least(coalesce(up_to, 0), at + need.burst * need."intervalMs")) - (need.burst - 1) * need."intervalMs";
        is_full = ready > at + 0.000001;
      END IF;
      IF NOT is_full AND NOT is_next THEN
        is_full = EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = of_scope AND w.rule = need.rule AND w.key = need.key
            AND w.granted_at IS NULL
            AND (own_turn IS NULL OR (w.turn, w.since, w.execution_id, w.command)
              < (own_turn, own_since, of_execution, of_command)));
      END IF;
      IF is_full THEN
        blocked_rule = need.rule;
        blocked_key = need.key;
        RETURN;
      END IF;
    END LOOP;
    ready = NULL;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.grant_permits(document json)
 RETURNS TABLE(id text, queue text, batch_id text, ready_in double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    at bigint = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    all_scopes text[];
    scopes text[];
    chosen record;
    woken uuid[] = '{}';
  BEGIN
    all_scopes = ARRAY(SELECT DISTINCT r->>'scope' FROM json_array_elements(document->'rules') r);
    scopes = ARRAY(SELECT DISTINCT r.scope FROM millrace.permit_rates r
      WHERE r.scope = ANY (all_scopes) AND r.ready_at <= at);
    IF cardinality(scopes) > 0 THEN
      PERFORM millrace.lock_permit_scopes(scopes);
      at = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
      FOR chosen IN
        SELECT r.scope, array_agg(r.rule) AS rules, array_agg(r.key) AS keys
        FROM (SELECT o.scope, o.rule, o.key FROM millrace.permit_rates o
          WHERE o.scope = ANY (scopes) AND o.ready_at <= at
          ORDER BY o.ready_at LIMIT 200) r
        GROUP BY r.scope
      LOOP
        woken = woken || ARRAY(SELECT millrace.grant_queues(document->'rules', chosen.scope,
          chosen.rules, chosen.keys, at));
      END LOOP;
    END IF;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, all_scopes, at);
  END $function$;

CREATE OR REPLACE FUNCTION millrace.grant_queues(rules json, of_scope text, queue_rules text[], queue_keys text[], at bigint)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    waiting record;
    block record;
    terms json;
    steps integer = 0;
  BEGIN
    LOOP
      SELECT h.* INTO waiting FROM unnest(queue_rules, queue_keys) AS q (rule, key)
        CROSS JOIN LATERAL (SELECT w.* FROM millrace.permit_waits w
          WHERE w.scope = of_scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL
          ORDER BY w.turn, w.since, w.execution_id, w.command LIMIT 1) h
      ORDER BY h.turn, h.since, h.execution_id, h.command LIMIT 1;
      steps = steps + 1;
      IF NOT FOUND THEN
        UPDATE millrace.permit_rates r SET ready_at = NULL
        FROM unnest(queue_rules, queue_keys) AS q (rule, key)
        WHERE r.scope = of_scope AND r.rule = q.rule AND r.key = q.key
          AND r.ready_at IS NOT NULL;
        RETURN;
      END IF;
      EXIT WHEN steps > 2000;
      terms = (SELECT coalesce(json_agg(json_build_object('rule', d.rule, 'key', d.key,
          'concurrency', t.concurrency, 'intervalMs', t."intervalMs", 'burst', t.burst)), '[]')
        FROM json_to_recordset(CAST(waiting.needs AS json)) AS d (rule text, key text)
          JOIN json_to_recordset(rules) AS t (scope text, rule text, concurrency integer,
            "intervalMs" float8, burst float8)
            ON t.scope = of_scope AND t.rule = d.rule);
      SELECT b.* INTO block FROM millrace.find_permit_block(of_scope, waiting.execution_id,
        waiting.command, terms, at, true, NULL, NULL) b;
      IF block.blocked_rule IS NULL THEN
        PERFORM millrace.use_rates(of_scope, terms, at);
        PERFORM millrace.hold_permits(of_scope, waiting.execution_id, waiting.command,
          waiting.fence, terms, at);
        UPDATE millrace.permit_waits w SET granted_at = at
        WHERE w.scope = of_scope AND w.execution_id = waiting.execution_id
          AND w.command = waiting.command;
        UPDATE millrace.permit_scopes s SET turn = waiting.turn
        WHERE s.scope = of_scope AND s.turn < waiting.turn;
        RETURN NEXT waiting.execution_id;
        CONTINUE;
      END IF;
      IF block.ready IS NOT NULL THEN
        PERFORM millrace.announce_rate(of_scope, block.blocked_rule, block.blocked_key,
          block.ready);
      END IF;
      IF block.blocked_rule = waiting.rule AND block.blocked_key = waiting.key THEN
        SELECT coalesce(array_agg(q.rule), '{}'), coalesce(array_agg(q.key), '{}')
        INTO queue_rules, queue_keys
        FROM unnest(queue_rules, queue_keys) AS q (rule, key)
        WHERE NOT (q.rule = waiting.rule AND q.key = waiting.key);
      ELSE
        UPDATE millrace.permit_waits w SET rule = block.blocked_rule, key = block.blocked_key
        WHERE w.scope = of_scope AND w.execution_id = waiting.execution_id
          AND w.command = waiting.command;
      END IF;
    END LOOP;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.hold_permits(of_scope text, of_execution uuid, of_command text, of_fence integer, needs json, at bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  BEGIN
    INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
    SELECT of_scope, d.rule, d.key, of_execution, of_command, of_fence, at
    FROM json_to_recordset(needs) AS d (rule text, key text, concurrency integer,
  "intervalMs" float8, burst float8)
    WHERE d.concurrency IS NOT NULL
    ON CONFLICT (key, rule, scope, execution_id, command)
      DO UPDATE SET fence = greatest(p.fence, excluded.fence), since = excluded.since;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.lock_permit_scopes(scopes text[])
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  BEGIN
    INSERT INTO millrace.permit_scopes (scope)
    SELECT DISTINCT s.name FROM unnest(scopes) AS s (name)
    WHERE NOT EXISTS (SELECT 1 FROM millrace.permit_scopes p WHERE p.scope = s.name)
    ORDER BY 1
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM millrace.permit_scopes p
    WHERE p.scope = ANY (scopes) ORDER BY p.scope FOR UPDATE;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.release_permits(document json)
 RETURNS TABLE(id text, queue text, batch_id text, ready_in double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    at bigint;
    scopes text[] = ARRAY(SELECT json_array_elements_text(document->'scopes'));
    has_waits boolean;
    chosen record;
    woken uuid[] = '{}';
  BEGIN
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (scopes));
    FOR chosen IN
      WITH given AS MATERIALIZED (
        SELECT * FROM json_to_recordset(document->'needs') AS g (scope text,
          "executionId" uuid, command text, fence integer, rule text, key text)
      ),
      left_early AS (
        DELETE FROM millrace.permit_waits w
        USING (SELECT DISTINCT scope, "executionId", command, fence FROM given WHERE has_waits) g
        WHERE w.execution_id = g."executionId" AND w.command = g.command
          AND w.scope = g.scope AND w.fence <= g.fence
      ),
      freed AS (
        DELETE FROM millrace.permits p USING given f
        WHERE p.scope = f.scope AND p.rule = f.rule AND p.key = f.key
          AND p.execution_id = f."executionId" AND p.command = f.command
          AND p.fence <= f.fence
        RETURNING p.scope, p.rule, p.key
      )
      SELECT f.scope, array_agg(f.rule) AS rules, array_agg(f.key) AS keys
      FROM (SELECT DISTINCT scope, rule, key FROM freed WHERE has_waits) f
      WHERE EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.scope = f.scope AND w.rule = f.rule AND w.key = f.key
          AND w.granted_at IS NULL)
      GROUP BY f.scope
    LOOP
      woken = woken || ARRAY(SELECT millrace.grant_queues(document->'rules', chosen.scope,
        chosen.rules, chosen.keys, at));
    END LOOP;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, scopes, at);
  END $function$;

CREATE OR REPLACE FUNCTION millrace.return_permits(document json)
 RETURNS TABLE(id text, queue text, batch_id text, ready_in double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    asked record;
    at bigint;
    all_scopes text[];
    has_waits boolean;
    chosen record;
    woken uuid[] = '{}';
  BEGIN
    SELECT d.* INTO asked FROM json_to_record(document) AS d (now bigint, scopes json, terms json,
      numbers text, ids text, fences text, fence integer, "ofTerms" text, keys json,
      commands json, rules json);
    all_scopes = ARRAY(SELECT json_array_elements_text(asked.scopes));
    PERFORM millrace.lock_permit_scopes(all_scopes);
    at = coalesce(asked.now, CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (all_scopes));
    PERFORM set_config('synchronous_commit', 'off', true);
    FOR chosen IN
      WITH given AS MATERIALIZED (
      SELECT coalesce(u.n, CAST(u.place AS integer) - 1) AS n, u.execution_id,
        coalesce(u.fence, asked.fence) AS fence, coalesce(u.command, '') AS command, u.key,
        u.place, t.scope, t.rule
      FROM unnest(CAST(string_to_array(asked.numbers, ',') AS integer[]),
          CAST(string_to_array(asked.ids, ',') AS uuid[]),
          CAST(string_to_array(asked.fences, ',') AS integer[]),
          CAST(string_to_array(asked."ofTerms", ',') AS integer[]),
          ARRAY(SELECT json_array_elements_text(asked.keys)),
          ARRAY(SELECT json_array_elements_text(asked.commands)))
        WITH ORDINALITY AS u (n, execution_id, fence, term, key, command, place)
          JOIN json_to_recordset(asked.terms) AS t (term integer, scope text, rule text)
            ON t.term = coalesce(u.term, 0)
      ),
      left_early AS (
        DELETE FROM millrace.permit_waits w
        USING (SELECT DISTINCT scope, execution_id, command, fence FROM given WHERE has_waits) g
        WHERE w.execution_id = g.execution_id AND w.command = g.command
          AND w.scope = g.scope AND w.fence <= g.fence
      ),
      freed AS (
        DELETE FROM millrace.permits p USING given f
        WHERE p.scope = f.scope AND p.rule = f.rule AND p.key = f.key
          AND p.execution_id = f.execution_id AND p.command = f.command
          AND p.fence <= f.fence
        RETURNING p.scope, p.rule, p.key
      )
      SELECT f.scope, array_agg(f.rule) AS rules, array_agg(f.key) AS keys
      FROM (SELECT DISTINCT scope, rule, key FROM freed WHERE has_waits) f
      WHERE EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.scope = f.scope AND w.rule = f.rule AND w.key = f.key
          AND w.granted_at IS NULL)
      GROUP BY f.scope
    LOOP
      woken = woken || ARRAY(SELECT millrace.grant_queues(asked.rules, chosen.scope,
        chosen.rules, chosen.keys, at));
    END LOOP;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, all_scopes, at);
  END $function$;

CREATE OR REPLACE FUNCTION millrace.sweep_permits(document json)
 RETURNS TABLE(id text, queue text, batch_id text, ready_in double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    at bigint = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    taken_ms bigint = CAST(document->>'takenMs' AS bigint);
    scopes text[];
    stale record;
    chosen record;
    woken uuid[];
  BEGIN
    SELECT array_agg(p.key) AS keys, array_agg(p.rule) AS rules, array_agg(p.scope) AS of_scopes,
      array_agg(p.execution_id) AS ids, array_agg(p.command) AS commands
    INTO stale FROM millrace.permits p WHERE NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.id = p.execution_id AND e.ended_at IS NULL
        AND NOT (p.since <= at - taken_ms
          AND NOT EXISTS (SELECT 1 FROM millrace.permit_waits w
            WHERE w.execution_id = e.id AND w.command = p.command)
          AND CASE WHEN p.command = ''
            THEN e.status = 'PENDING_REDRIVE' AND e.worker_id IS NULL
            ELSE e.worker_id IS NULL OR e.fence > p.fence END));
    scopes = ARRAY(SELECT s.scope FROM millrace.permit_scopes s);
    PERFORM millrace.lock_permit_scopes(scopes);
    at = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    WITH gone AS (
      DELETE FROM millrace.permit_waits w WHERE NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.id = w.execution_id AND e.ended_at IS NULL
        AND (w.granted_at IS NULL OR w.granted_at > at - taken_ms OR e.worker_id IS NOT NULL))
      RETURNING w.scope, w.execution_id, w.command, w.needs
    ),
    freed AS (
      DELETE FROM millrace.permits p
      USING (SELECT g.*, d.rule, d.key FROM gone g
        CROSS JOIN LATERAL json_to_recordset(CAST(g.needs AS json)) AS d (rule text, key text)) g
      WHERE p.key = g.key AND p.rule = g.rule AND p.scope = g.scope
        AND p.execution_id = g.execution_id AND p.command = g.command
    )
    SELECT coalesce(array_agg(g.execution_id), '{}') INTO woken FROM gone g;
    DELETE FROM millrace.permits p
    USING unnest(stale.keys, stale.rules, stale.of_scopes, stale.ids, stale.commands)
      AS s (key, rule, scope, execution_id, command)
    WHERE p.key = s.key AND p.rule = s.rule AND p.scope = s.scope
      AND p.execution_id = s.execution_id AND p.command = s.command AND NOT EXISTS (SELECT 1 FROM millrace.executions e
      WHERE e.id = p.execution_id AND e.ended_at IS NULL
        AND NOT (p.since <= at - taken_ms
          AND NOT EXISTS (SELECT 1 FROM millrace.permit_waits w
            WHERE w.execution_id = e.id AND w.command = p.command)
          AND CASE WHEN p.command = ''
            THEN e.status = 'PENDING_REDRIVE' AND e.worker_id IS NULL
            ELSE e.worker_id IS NULL OR e.fence > p.fence END));
    DELETE FROM millrace.permit_rates r
    WHERE r.used_up_to < at AND r.ready_at IS NULL;
    woken = woken || ARRAY(SELECT w.execution_id FROM millrace.permit_waits w
      WHERE w.granted_at IS NOT NULL);
    FOR chosen IN
      WITH RECURSIVE queue (scope, rule, key, n) AS (
        (SELECT w.scope, w.rule, w.key, 1 FROM millrace.permit_waits w
          WHERE w.granted_at IS NULL ORDER BY w.scope, w.rule, w.key LIMIT 1)
        UNION ALL
        SELECT f.scope, f.rule, f.key, q.n + 1
        FROM queue q CROSS JOIN LATERAL (SELECT w.scope, w.rule, w.key
          FROM millrace.permit_waits w
          WHERE w.granted_at IS NULL AND (w.scope, w.rule, w.key) > (q.scope, q.rule, q.key)
          ORDER BY w.scope, w.rule, w.key LIMIT 1) f
        WHERE q.n < 1000
      )
      SELECT q.scope, array_agg(q.rule) AS rules, array_agg(q.key) AS keys
      FROM queue q GROUP BY q.scope
    LOOP
      woken = woken || ARRAY(SELECT millrace.grant_queues(document->'rules', chosen.scope,
        chosen.rules, chosen.keys, at));
    END LOOP;
    RETURN QUERY SELECT * FROM millrace.wake_permitted(woken, scopes, at);
  END $function$;

CREATE OR REPLACE FUNCTION millrace.take_permits(document json)
 RETURNS TABLE(n integer, granted boolean, ready_at double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    asked record;
    at bigint;
    all_scopes text[];
    has_waits boolean;
    slow integer[];
    parked integer[];
  BEGIN
    SELECT d.* INTO asked FROM json_to_record(document) AS d (now bigint, scopes json, terms json,
      numbers text, ids text, fences text, fence integer, "ofTerms" text, keys json,
      commands json, "fairKeys" json, parks json, "allPark" boolean, "isDistinct" boolean,
      "commitFollows" boolean);
    all_scopes = ARRAY(SELECT json_array_elements_text(asked.scopes));
    PERFORM millrace.lock_permit_scopes(all_scopes);
    at = coalesce(asked.now, CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    has_waits = EXISTS (SELECT 1 FROM millrace.permit_waits w WHERE w.scope = ANY (all_scopes));
    IF asked."isDistinct" THEN
      WITH need AS MATERIALIZED (
      SELECT coalesce(u.n, CAST(u.place AS integer) - 1) AS n, u.execution_id,
        coalesce(u.fence, asked.fence) AS fence, coalesce(u.command, '') AS command, u.key,
        u.place, t.scope, t.rule, t.concurrency, t."intervalMs", t.burst
      FROM unnest(CAST(string_to_array(asked.numbers, ',') AS integer[]),
          CAST(string_to_array(asked.ids, ',') AS uuid[]),
          CAST(string_to_array(asked.fences, ',') AS integer[]),
          CAST(string_to_array(asked."ofTerms", ',') AS integer[]),
          ARRAY(SELECT json_array_elements_text(asked.keys)),
          ARRAY(SELECT json_array_elements_text(asked.commands)))
        WITH ORDINALITY AS u (n, execution_id, fence, term, key, command, place)
        JOIN json_to_recordset(asked.terms) AS t (term integer, scope text, rule text, concurrency integer,
  "intervalMs" float8, burst float8) ON t.term = coalesce(u.term, 0)
    ),
used_by AS MATERIALIZED (
      SELECT d.*, 1 AS asked, CASE WHEN d.concurrency IS NOT NULL THEN (SELECT count(*)
        FROM (SELECT 1 FROM millrace.permits o
          WHERE o.scope = d.scope AND o.rule = d.rule AND o.key = d.key
          LIMIT d.concurrency) u) END AS in_use FROM need d
    ),
    held_up AS MATERIALIZED (
      SELECT DISTINCT q.n FROM used_by q
      WHERE CASE WHEN q.concurrency IS NOT NULL THEN q.asked + q.in_use > q.concurrency
        ELSE
          q.asked * q."intervalMs" > at + q.burst * q."intervalMs" + 0.000001
            - (SELECT greatest(at, least(coalesce(max(r.used_up_to), 0), at + q.burst * q."intervalMs")) FROM millrace.permit_rates r
              WHERE r.scope = q.scope AND r.rule = q.rule AND r.key = q.key)
        END
        OR CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = q.scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL) ELSE false END
        OR CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.execution_id = q.execution_id AND w.command = q.command
            AND w.scope = q.scope) ELSE false END
    ),
    begun AS (
      INSERT INTO millrace.permits (scope, rule, key, execution_id, command, fence, since)
      SELECT q.scope, q.rule, q.key, q.execution_id, q.command, q.fence, at
      FROM used_by q WHERE q.in_use = 0 AND q.n NOT IN (SELECT h.n FROM held_up h)
    ),
    held AS (
      INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
      SELECT q.scope, q.rule, q.key, q.execution_id, q.command, q.fence, at
      FROM used_by q WHERE q.in_use > 0 AND q.n NOT IN (SELECT h.n FROM held_up h)
      ON CONFLICT (key, rule, scope, execution_id, command)
        DO UPDATE SET fence = greatest(p.fence, excluded.fence), since = excluded.since
    ),
    used AS (
      INSERT INTO millrace.permit_rates AS r (scope, rule, key, used_up_to)
      SELECT u.scope, u.rule, u.key, greatest(at, least(coalesce(o.used_up_to, 0), at + u.burst * u."intervalMs")) + u.asked * u."intervalMs"
      FROM (SELECT d.scope, d.rule, d.key, count(*) AS asked,
          min(d."intervalMs") AS "intervalMs", min(d.burst) AS burst
        FROM need d
        WHERE d."intervalMs" IS NOT NULL AND d.n NOT IN (SELECT h.n FROM held_up h)
        GROUP BY d.scope, d.rule, d.key) u
      LEFT JOIN millrace.permit_rates o
        ON o.scope = u.scope AND o.rule = u.rule AND o.key = u.key
      ON CONFLICT (key, rule, scope) DO UPDATE SET used_up_to = excluded.used_up_to
    )
    SELECT coalesce(array_agg(h.n), '{}') INTO slow FROM held_up h;
    ELSE
      WITH need AS MATERIALIZED (
      SELECT coalesce(u.n, CAST(u.place AS integer) - 1) AS n, u.execution_id,
        coalesce(u.fence, asked.fence) AS fence, coalesce(u.command, '') AS command, u.key,
        u.place, t.scope, t.rule, t.concurrency, t."intervalMs", t.burst
      FROM unnest(CAST(string_to_array(asked.numbers, ',') AS integer[]),
          CAST(string_to_array(asked.ids, ',') AS uuid[]),
          CAST(string_to_array(asked.fences, ',') AS integer[]),
          CAST(string_to_array(asked."ofTerms", ',') AS integer[]),
          ARRAY(SELECT json_array_elements_text(asked.keys)),
          ARRAY(SELECT json_array_elements_text(asked.commands)))
        WITH ORDINALITY AS u (n, execution_id, fence, term, key, command, place)
        JOIN json_to_recordset(asked.terms) AS t (term integer, scope text, rule text, concurrency integer,
  "intervalMs" float8, burst float8) ON t.term = coalesce(u.term, 0)
    ),
placed AS (
      SELECT d.*, row_number() OVER one_key AS of_key, count(*) OVER one_key AS asked
      FROM need d WINDOW one_key AS (PARTITION BY d.key, d.rule, d.scope)
    ),
    counted AS (
      SELECT p.*, CASE WHEN p.of_key = 1 THEN CASE WHEN p.concurrency IS NOT NULL THEN (SELECT count(*)
        FROM (SELECT 1 FROM millrace.permits o
          WHERE o.scope = p.scope AND o.rule = p.rule AND o.key = p.key
          LIMIT p.concurrency) u) END END AS counted FROM placed p
    ),
    used_by AS MATERIALIZED (
      SELECT c.*, max(c.counted) OVER (PARTITION BY c.key, c.rule, c.scope) AS in_use
      FROM counted c
    ),
    held_up AS MATERIALIZED (
      SELECT DISTINCT q.n FROM used_by q
      WHERE CASE WHEN q.concurrency IS NOT NULL THEN q.asked + q.in_use > q.concurrency
        ELSE
          q.asked * q."intervalMs" > at + q.burst * q."intervalMs" + 0.000001
            - (SELECT greatest(at, least(coalesce(max(r.used_up_to), 0), at + q.burst * q."intervalMs")) FROM millrace.permit_rates r
              WHERE r.scope = q.scope AND r.rule = q.rule AND r.key = q.key)
        END
        OR CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.scope = q.scope AND w.rule = q.rule AND w.key = q.key
            AND w.granted_at IS NULL) ELSE false END
        OR CASE WHEN has_waits THEN EXISTS (SELECT 1 FROM millrace.permit_waits w
          WHERE w.execution_id = q.execution_id AND w.command = q.command
            AND w.scope = q.scope) ELSE false END
    ),
    begun AS (
      INSERT INTO millrace.permits (scope, rule, key, execution_id, command, fence, since)
      SELECT q.scope, q.rule, q.key, q.execution_id, q.command, q.fence, at
      FROM used_by q WHERE q.in_use = 0 AND q.n NOT IN (SELECT h.n FROM held_up h)
    ),
    held AS (
      INSERT INTO millrace.permits AS p (scope, rule, key, execution_id, command, fence, since)
      SELECT q.scope, q.rule, q.key, q.execution_id, q.command, q.fence, at
      FROM used_by q WHERE q.in_use > 0 AND q.n NOT IN (SELECT h.n FROM held_up h)
      ON CONFLICT (key, rule, scope, execution_id, command)
        DO UPDATE SET fence = greatest(p.fence, excluded.fence), since = excluded.since
    ),
    used AS (
      INSERT INTO millrace.permit_rates AS r (scope, rule, key, used_up_to)
      SELECT u.scope, u.rule, u.key, greatest(at, least(coalesce(o.used_up_to, 0), at + u.burst * u."intervalMs")) + u.asked * u."intervalMs"
      FROM (SELECT d.scope, d.rule, d.key, count(*) AS asked,
          min(d."intervalMs") AS "intervalMs", min(d.burst) AS burst
        FROM need d
        WHERE d."intervalMs" IS NOT NULL AND d.n NOT IN (SELECT h.n FROM held_up h)
        GROUP BY d.scope, d.rule, d.key) u
      LEFT JOIN millrace.permit_rates o
        ON o.scope = u.scope AND o.rule = u.rule AND o.key = u.key
      ON CONFLICT (key, rule, scope) DO UPDATE SET used_up_to = excluded.used_up_to
    )
    SELECT coalesce(array_agg(h.n), '{}') INTO slow FROM held_up h;
    END IF;
    IF cardinality(slow) > 0 THEN
      parked = ARRAY(SELECT DISTINCT d.n FROM (
      SELECT coalesce(u.n, CAST(u.place AS integer) - 1) AS n, u.execution_id,
        coalesce(u.fence, asked.fence) AS fence, coalesce(u.command, '') AS command, u.key,
        u.place, t.scope
      FROM unnest(CAST(string_to_array(asked.numbers, ',') AS integer[]),
          CAST(string_to_array(asked.ids, ',') AS uuid[]),
          CAST(string_to_array(asked.fences, ',') AS integer[]),
          CAST(string_to_array(asked."ofTerms", ',') AS integer[]),
          ARRAY(SELECT json_array_elements_text(asked.keys)),
          ARRAY(SELECT json_array_elements_text(asked.commands)))
        WITH ORDINALITY AS u (n, execution_id, fence, term, key, command, place)
          JOIN json_to_recordset(asked.terms) AS t (term integer, scope text)
            ON t.term = coalesce(u.term, 0)) d
        JOIN millrace.permit_waits w ON w.execution_id = d.execution_id
          AND w.command = d.command AND w.scope = d.scope
        JOIN millrace.executions e ON e.id = d.execution_id
        WHERE d.n = ANY (slow) AND coalesce(CAST(asked.parks->>d.n AS boolean), asked."allPark")
          AND (e.worker_id IS NULL OR e.fence <> d.fence));
      RETURN QUERY SELECT p.n, false, CAST(NULL AS float8) FROM unnest(parked) AS p (n);
      RETURN QUERY SELECT a.n, a.granted, a.ready_at FROM millrace.acquire_permits((
        SELECT json_build_object('now', asked.now, 'scopes', asked.scopes, 'needs',
          coalesce(json_agg(json_build_object('n', d.n, 'place', d.place, 'scope', d.scope, 'rule', d.rule,
            'key', d.key, 'executionId', d.execution_id, 'command', d.command, 'fence', d.fence,
            'fairKey', coalesce(asked."fairKeys"->>d.n, d.key),
            'parks', coalesce(CAST(asked.parks->>d.n AS boolean), asked."allPark"),
            'concurrency', d.concurrency, 'intervalMs', d."intervalMs", 'burst', d.burst)), '[]'))
        FROM (
      SELECT coalesce(u.n, CAST(u.place AS integer) - 1) AS n, u.execution_id,
        coalesce(u.fence, asked.fence) AS fence, coalesce(u.command, '') AS command, u.key,
        u.place, t.scope, t.rule, t.concurrency, t."intervalMs", t.burst
      FROM unnest(CAST(string_to_array(asked.numbers, ',') AS integer[]),
          CAST(string_to_array(asked.ids, ',') AS uuid[]),
          CAST(string_to_array(asked.fences, ',') AS integer[]),
          CAST(string_to_array(asked."ofTerms", ',') AS integer[]),
          ARRAY(SELECT json_array_elements_text(asked.keys)),
          ARRAY(SELECT json_array_elements_text(asked.commands)))
        WITH ORDINALITY AS u (n, execution_id, fence, term, key, command, place)
          JOIN json_to_recordset(asked.terms) AS t (term integer, scope text, rule text, concurrency integer,
  "intervalMs" float8, burst float8) ON t.term = coalesce(u.term, 0)
        ) d WHERE d.n = ANY (slow) AND NOT d.n = ANY (parked))) a;
      RETURN;
    END IF;
    IF asked."commitFollows" THEN
      PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    n = NULL;
    granted = false;
    ready_at = (SELECT min(r.ready_at) FROM millrace.permit_rates r
      WHERE r.scope = ANY (all_scopes) AND r.ready_at IS NOT NULL) - at;
    RETURN NEXT;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.take_pieces(call uuid, expected integer)
 RETURNS text
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    DECLARE
      whole bytea;
      found integer;
    BEGIN
      WITH taken AS (DELETE FROM millrace.pieces WHERE call_id = call RETURNING number, bytes)
      SELECT string_agg(bytes, '' ORDER BY number), count(*) INTO whole, found FROM taken;
      IF found <> expected THEN
        RAISE EXCEPTION 'pieces of the document are gone' USING ERRCODE = 'serialization_failure';
      END IF;
      RETURN convert_from(whole, 'UTF8');
    END $function$;

CREATE OR REPLACE FUNCTION millrace.use_rates(of_scope text, needs json, at bigint)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  BEGIN
    INSERT INTO millrace.permit_rates AS n (scope, rule, key, used_up_to)
    SELECT of_scope, d.rule, d.key, greatest(at, least(coalesce(r.used_up_to, 0), at + d.burst * d."intervalMs")) + d."intervalMs"
    FROM json_to_recordset(needs) AS d (rule text, key text, concurrency integer,
  "intervalMs" float8, burst float8)
      LEFT JOIN millrace.permit_rates r
        ON r.scope = of_scope AND r.rule = d.rule AND r.key = d.key
    WHERE d."intervalMs" IS NOT NULL
    ON CONFLICT (key, rule, scope) DO UPDATE SET used_up_to = excluded.used_up_to;
  END $function$;

CREATE OR REPLACE FUNCTION millrace.wake_granted(document json)
 RETURNS TABLE(id text)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  DECLARE
    at bigint;
    ids uuid[] = ARRAY(SELECT CAST(i AS uuid)
      FROM json_array_elements_text(document->'ids') i);
  BEGIN
    PERFORM millrace.lock_permit_scopes(ARRAY(SELECT DISTINCT w.scope
      FROM millrace.permit_waits w WHERE w.execution_id = ANY (ids)));
    at = coalesce(CAST(document->>'now' AS bigint), CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint));
    RETURN QUERY UPDATE millrace.executions e SET due_at = NULL, sent_at = at
    WHERE e.id = ANY (ids) AND e.worker_id IS NULL AND e.ended_at IS NULL
      AND e.due_at IS NOT NULL AND e.due_at <> 9007199254740990
      AND EXISTS (SELECT 1 FROM millrace.permit_waits w
        WHERE w.execution_id = e.id AND w.granted_at IS NOT NULL)
    RETURNING CAST(e.id AS text);
  END $function$;

CREATE OR REPLACE FUNCTION millrace.wake_permitted(ids uuid[], scopes text[], at bigint)
 RETURNS TABLE(id text, queue text, batch_id text, ready_in double precision)
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    #variable_conflict use_column
  BEGIN
    IF cardinality(ids) > 0 THEN
      RETURN QUERY UPDATE millrace.executions e SET due_at = NULL, sent_at = at
      WHERE e.id = ANY (ids) AND e.worker_id IS NULL AND e.ended_at IS NULL
        AND e.due_at IS NOT NULL AND e.due_at <> 9007199254740990
      RETURNING CAST(e.id AS text), e.queue, e.batch_id, CAST(NULL AS float8);
    END IF;
    id = NULL;
    ready_in = (SELECT min(r.ready_at) FROM millrace.permit_rates r
      WHERE r.scope = ANY (scopes) AND r.ready_at IS NOT NULL) - at;
    RETURN NEXT;
  END $function$;
