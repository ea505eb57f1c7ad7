/**
 * The first schema: machines, executions and their history, workers' leases, batches, the archive.
 */
import type { Migration } from '../migration.ts';

/**
 * Times are milliseconds since 1970 as bigint: exact, and the same in every time zone. Documents
 * are text, never jsonb, which would reorder keys and refuse `\u0000`. Identifiers compare byte by
 * byte (collation C): cheaper, and in the same order on every database.
 */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  statements: [
    `CREATE TABLE millrace.machines (
      id text COLLATE "C" NOT NULL,
      version integer NOT NULL,
      kind text NOT NULL CHECK (kind IN ('STANDARD', 'EXPRESS')),
      definition text NOT NULL,
      created_at bigint NOT NULL,
      PRIMARY KEY (id, version)
    )`,

    // One row is updated per heartbeat however many executions the worker runs; half-empty pages
    // keep the update in place.
    `CREATE TABLE millrace.workers (
      worker_id text COLLATE "C" PRIMARY KEY,
      since bigint NOT NULL,
      expires_at bigint NOT NULL
    ) WITH (fillfactor = 50)`,

    // An execution is held (worker_id), or has a task (sent_at), or sleeps (due_at without
    // sent_at), or waits for its first task (none of them), or has ended. Checkpoints under a lease
    // change no indexed column: they are heap-only updates, for which the pages keep space.
    `CREATE TABLE millrace.executions (
      id uuid PRIMARY KEY,
      machine_id text COLLATE "C" NOT NULL,
      machine_version integer NOT NULL,
      name text COLLATE "C" NOT NULL,
      queue text COLLATE "C" NOT NULL,
      status text NOT NULL CHECK (status IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED',
        'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE')),
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
      CONSTRAINT executions_name_key UNIQUE (machine_id, name),
      CONSTRAINT executions_batch_check CHECK ((batch_id IS NULL) = (batch_index IS NULL)),
      CONSTRAINT executions_end_check CHECK ((ended_at IS NOT NULL) =
        (status IN ('SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'))),
      CONSTRAINT executions_place_check CHECK ((worker_id IS NULL AND ended_at IS NULL)
        OR (due_at IS NULL AND sent_at IS NULL AND (worker_id IS NULL OR ended_at IS NULL)))
    ) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05,
      autovacuum_vacuum_threshold = 1000, autovacuum_analyze_scale_factor = 0.05)`,

    // Each open execution is in at most one of the first four indexes, and an ended one in none of
    // them.
    `CREATE INDEX executions_sent ON millrace.executions (queue, sent_at) WHERE sent_at IS NOT NULL`,
    `CREATE INDEX executions_sleeping ON millrace.executions (due_at)
      WHERE due_at IS NOT NULL AND sent_at IS NULL`,
    `CREATE INDEX executions_unsent ON millrace.executions (created_at)
      WHERE sent_at IS NULL AND due_at IS NULL AND worker_id IS NULL AND ended_at IS NULL`,
    `CREATE INDEX executions_held ON millrace.executions (queue, worker_id)
      WHERE worker_id IS NOT NULL`,
    `CREATE INDEX executions_to_abort ON millrace.executions (worker_id)
      WHERE worker_id IS NOT NULL AND abort_requested`,
    `CREATE INDEX executions_of_batch ON millrace.executions (batch_id, batch_index)
      WHERE batch_id IS NOT NULL`,
    `CREATE INDEX executions_ended ON millrace.executions (ended_at) WHERE ended_at IS NOT NULL`,
    // A link is a part of its target execution, so that one insert records or refuses both.
    `CREATE UNIQUE INDEX executions_link_key ON millrace.executions
      (link_source_id, link_state, link_transformer, machine_id) WHERE link_source_id IS NOT NULL`,

    // One row per commit. No foreign key: it would lock and look up the execution at each insert,
    // and the only statement that deletes executions deletes their history with them.
    `CREATE TABLE millrace.history (
      execution_id uuid NOT NULL,
      first_event_id integer NOT NULL,
      events text NOT NULL,
      PRIMARY KEY (execution_id, first_event_id)
    ) WITH (autovacuum_vacuum_insert_scale_factor = 0.5)`,

    `CREATE TABLE millrace.batches (
      id text COLLATE "C" PRIMARY KEY,
      name text COLLATE "C" NOT NULL,
      machine_id text COLLATE "C" NOT NULL,
      machine_version integer NOT NULL,
      source text NOT NULL,
      options text NOT NULL,
      status text NOT NULL CHECK (status IN ('RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'ABORTED')),
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
      CONSTRAINT batches_end_check CHECK ((ended_at IS NOT NULL) =
        (status IN ('SUCCEEDED', 'FAILED', 'ABORTED')))
    ) WITH (fillfactor = 50)`,
    `CREATE INDEX batches_newest ON millrace.batches (created_at, id)`,
    `CREATE INDEX batches_running ON millrace.batches (id) WHERE status = 'RUNNING'`,

    `CREATE TABLE millrace.batch_counters (
      batch_id text COLLATE "C" NOT NULL,
      shard integer NOT NULL,
      created bigint NOT NULL,
      succeeded bigint NOT NULL,
      failed bigint NOT NULL,
      timed_out bigint NOT NULL,
      aborted bigint NOT NULL,
      PRIMARY KEY (batch_id, shard)
    ) WITH (fillfactor = 50)`,

    // The columns of the execution are copied, so that an entry keeps them whatever happens to the
    // execution.
    `CREATE TABLE millrace.archive (
      task_id text COLLATE "C" PRIMARY KEY,
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
      attempts integer NOT NULL
    )`,
    `CREATE INDEX archive_newest ON millrace.archive (archived_at, task_id)`,
    `CREATE INDEX archive_of_execution ON millrace.archive (execution_id)
      WHERE execution_id IS NOT NULL`,
  ],
};
