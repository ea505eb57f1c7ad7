-- The schema that the migrations create. Written by the test of the migrations (vitest -u).

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
CREATE INDEX batches_on_hold ON millrace.batches USING btree (id) WHERE on_hold;
CREATE INDEX batches_open ON millrace.batches USING btree (created_at, id) WHERE (ended_at IS NULL);
CREATE INDEX batches_paused ON millrace.batches USING btree (id) WHERE (status = 'PAUSED'::text);
CREATE INDEX batches_running ON millrace.batches USING btree (id) WHERE (status = 'RUNNING'::text);

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
  CONSTRAINT executions_batch_check CHECK (((batch_id IS NULL) = (batch_index IS NULL))),
  CONSTRAINT executions_end_check CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text, 'TIMED_OUT'::text, 'ABORTED'::text])))),
  CONSTRAINT executions_name_key UNIQUE (machine_id, name),
  CONSTRAINT executions_pkey PRIMARY KEY (id),
  CONSTRAINT executions_place_check CHECK ((((worker_id IS NULL) AND (ended_at IS NULL)) OR ((due_at IS NULL) AND (sent_at IS NULL) AND ((worker_id IS NULL) OR (ended_at IS NULL))))),
  CONSTRAINT executions_status_check CHECK ((status = ANY (ARRAY['PENDING'::text, 'RUNNING'::text, 'SUCCEEDED'::text, 'FAILED'::text, 'TIMED_OUT'::text, 'ABORTED'::text, 'PENDING_REDRIVE'::text])))
) WITH (fillfactor=60, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_threshold=1000, autovacuum_analyze_scale_factor=0.05);
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

CREATE TABLE millrace.machines (
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  kind text NOT NULL,
  definition text NOT NULL,
  created_at bigint NOT NULL,
  recorded_at bigint NOT NULL DEFAULT 0,
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

CREATE UNLOGGED TABLE millrace.pieces (
  call_id uuid NOT NULL,
  number integer NOT NULL,
  bytes bytea NOT NULL,
  kept_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT pieces_pkey PRIMARY KEY (call_id, number)
);
CREATE INDEX pieces_oldest ON millrace.pieces USING btree (kept_at);

CREATE TABLE millrace.schema_migrations (
  version integer NOT NULL,
  name text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  compatible_from integer NOT NULL DEFAULT 1,
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
);

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

CREATE TABLE millrace.state_times (
  scope text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  shard integer NOT NULL,
  took text NOT NULL,
  CONSTRAINT state_times_pkey PRIMARY KEY (scope, state, shard)
) WITH (fillfactor=50);

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
