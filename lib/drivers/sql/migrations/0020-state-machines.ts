/** Machines that are made at run time, with their versions, aliases and tags. */
import type { Migration } from '../migration.ts';

/**
 * A machine has one row while it lives; the row of one that was deleted stays until no execution
 * has its id, so that the id is not used again. New columns of `executions` are null in rows that
 * do not use them: such a row is as long as before. The machines and map runs that there are get
 * what they would have been recorded with.
 */
export const stateMachines: Migration = {
  version: 20,
  name: 'state_machines',
  statements: [
    `CREATE TABLE millrace.store_scope (
      only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
      partition text NOT NULL,
      region text NOT NULL,
      account text NOT NULL
    )`,
    `CREATE TABLE millrace.state_machines (
      id text COLLATE "C" PRIMARY KEY,
      name text COLLATE "C" NOT NULL,
      kind text NOT NULL CHECK (kind IN ('STANDARD', 'EXPRESS')),
      status text NOT NULL CHECK (status IN ('ACTIVE', 'DELETING', 'DELETED')),
      origin text NOT NULL CHECK (origin IN ('config', 'api')),
      created_at bigint NOT NULL,
      deleting_at bigint,
      last_version integer NOT NULL DEFAULT 0,
      current_revision integer NOT NULL
    )`,
    `CREATE UNIQUE INDEX state_machines_living ON millrace.state_machines (name)
      WHERE status <> 'DELETED'`,
    `CREATE INDEX state_machines_of_name ON millrace.state_machines (name)`,
    `CREATE INDEX state_machines_oldest ON millrace.state_machines (created_at, id)
      WHERE status <> 'DELETED'`,
    `CREATE INDEX state_machines_deleting ON millrace.state_machines (id)
      WHERE status = 'DELETING'`,
    `ALTER TABLE millrace.machines
      ADD COLUMN revision_id uuid,
      ADD COLUMN role_arn text,
      ADD COLUMN logging text,
      ADD COLUMN tracing text,
      ADD COLUMN encryption text,
      ADD COLUMN definition_text text`,
    `INSERT INTO millrace.state_machines
      (id, name, kind, status, origin, created_at, current_revision)
      SELECT DISTINCT ON (id) id, id, kind, 'ACTIVE', 'config',
        min(created_at) OVER (PARTITION BY id), version
      FROM millrace.machines
      WHERE id NOT LIKE 'task.%' AND position('/' in id) = 0
      ORDER BY id, version DESC`,
    `CREATE TABLE millrace.machine_versions (
      machine_id text COLLATE "C" NOT NULL,
      number integer NOT NULL,
      revision integer NOT NULL,
      description text NOT NULL,
      created_at bigint NOT NULL,
      PRIMARY KEY (machine_id, number)
    )`,
    `CREATE UNIQUE INDEX machine_versions_of_revision
      ON millrace.machine_versions (machine_id, revision)`,
    `CREATE TABLE millrace.machine_aliases (
      machine_id text COLLATE "C" NOT NULL,
      name text COLLATE "C" NOT NULL,
      description text NOT NULL,
      routes text NOT NULL,
      created_at bigint NOT NULL,
      updated_at bigint NOT NULL,
      PRIMARY KEY (machine_id, name)
    )`,
    `CREATE INDEX machine_aliases_oldest
      ON millrace.machine_aliases (machine_id, created_at, name)`,
    `CREATE TABLE millrace.resource_tags (
      resource text COLLATE "C" NOT NULL,
      key text COLLATE "C" NOT NULL,
      value text NOT NULL,
      PRIMARY KEY (resource, key)
    )`,
    `CREATE TABLE millrace.activities (
      name text COLLATE "C" PRIMARY KEY,
      origin text NOT NULL CHECK (origin IN ('config', 'api')),
      created_at bigint NOT NULL,
      encryption text
    )`,
    `CREATE INDEX activities_oldest ON millrace.activities (created_at, name)`,
    `ALTER TABLE millrace.executions
      ADD COLUMN version_number integer,
      ADD COLUMN alias text COLLATE "C",
      ADD COLUMN trace_header text,
      ADD COLUMN mock_case text,
      ADD COLUMN redrives integer,
      ADD COLUMN redriven_at bigint,
      ADD COLUMN stop_error text,
      ADD COLUMN stop_cause text`,
    `CREATE TABLE millrace.redrive_tokens (
      execution_id uuid NOT NULL,
      token text COLLATE "C" NOT NULL,
      redriven_at bigint NOT NULL,
      PRIMARY KEY (execution_id, token)
    )`,
    `ALTER TABLE millrace.batches
      ADD COLUMN parent_execution_id uuid,
      ADD COLUMN max_concurrency integer,
      ADD COLUMN tolerated_count integer,
      ADD COLUMN tolerated_percentage double precision,
      ADD COLUMN redrives integer,
      ADD COLUMN redriven_at bigint`,
    `UPDATE millrace.batches SET
      parent_execution_id = CAST(CAST(source AS json)->'parent'->>'executionId' AS uuid)
      WHERE position('/' in machine_id) > 0`,
    `CREATE INDEX batches_of_parent
      ON millrace.batches (parent_execution_id, created_at, id)
      WHERE parent_execution_id IS NOT NULL`,
  ],
};
