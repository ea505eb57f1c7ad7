/** Makes nights of ended executions by copying rows of executions that really ran. */
import type pg from 'pg';
import { listColumns, uuidAt } from '../dashboard/copy-executions.ts';

/** A day, in milliseconds: a night's executions end within it. */
export const dayMs = 86_400_000;

/** What a night of copies is. */
export interface Night {
  /** Distinguishes its ids and names. */
  readonly number: number;
  /** When its first execution was created, in milliseconds since 1970. */
  readonly beganAt: number;
  readonly executions: number;
}

/** Rows of one statement. */
const chunkRows = 100_000;

/** Keeps the rows of a batch, to be copied. Returns how many executions it has. */
export async function keepTemplate(client: pg.Client, batchId: string): Promise<number> {
  await client.query(
    `CREATE UNLOGGED TABLE template_executions AS
     SELECT * FROM millrace.executions WHERE batch_id = '${batchId}'`,
  );
  await client.query(
    `CREATE UNLOGGED TABLE template_history AS
     SELECT e.batch_index AS n, h.first_event_id, h.events FROM millrace.history h
     JOIN template_executions e ON e.id = h.execution_id`,
  );
  await client.query('CREATE INDEX ON template_executions (batch_index)');
  await client.query('CREATE INDEX ON template_history (n)');
  const { rows } = await client.query<{ count: string }>(
    'SELECT count(*) FROM template_executions',
  );
  return Number(rows[0]?.count ?? 0);
}

/** Adds a night of executions that have ended, with their histories. */
export async function copyNight(client: pg.Client, night: Night, templates: number): Promise<void> {
  await copy(client, night, templates, {
    started_at: 't.started_at - t.created_at + c.created',
    ended_at: 't.ended_at - t.created_at + c.created',
  });
  await eachChunk(night, (from, to) =>
    client.query(
      `INSERT INTO millrace.history (execution_id, first_event_id, events)
       SELECT ${idOf(night)}, h.first_event_id, h.events
       FROM (${rowsOf(night, from, to)}) c
       JOIN template_history h ON h.n = c.i % ${templates}
       ORDER BY c.i, h.first_event_id`,
    ),
  );
}

/** Adds executions that were sent and that no worker has claimed. */
export async function copyOpen(client: pg.Client, night: Night, templates: number): Promise<void> {
  await copy(client, night, templates, {
    status: `'PENDING'`,
    sent_at: 'c.created',
    started_at: 'NULL',
    ended_at: 'NULL',
    output: 'NULL',
    fence: '0',
  });
}

/** Adds executions that failed, with their entries in the archive. */
export async function copyFailed(
  client: pg.Client,
  night: Night,
  templates: number,
): Promise<void> {
  await copy(client, night, templates, {
    status: `'FAILED'`,
    started_at: 't.started_at - t.created_at + c.created',
    ended_at: 't.ended_at - t.created_at + c.created',
    output: 'NULL',
    error: `'Bench.Failed'`,
    failed_as: `'FAILED'`,
    failed_state: `'Check'`,
  });
  await client.query(
    `INSERT INTO millrace.archive (task_id, queue, body, reason, deliveries, sent_at, archived_at,
       execution_id, execution_name, machine_id, batch_id, error, attempts)
     SELECT CAST(e.id AS text), e.queue, '', 'retries exhausted', 0, e.created_at, e.ended_at,
       e.id, e.name, e.machine_id, e.batch_id, e.error, e.attempts
     FROM millrace.executions e WHERE e.failed_as = 'FAILED'`,
  );
  await client.query(
    `INSERT INTO millrace.archive_totals (queue, machine_id, error, shard, count)
     SELECT queue, machine_id, error, 0, count(*) FROM millrace.archive
     GROUP BY queue, machine_id, error`,
  );
}

async function copy(
  client: pg.Client,
  night: Night,
  templates: number,
  changes: Readonly<Record<string, string>>,
): Promise<void> {
  const columns = await listColumns(client, 'executions', {
    id: idOf(night),
    name: `'night-${night.number}-' || c.i`,
    batch_id: `'night-${night.number}'`,
    batch_index: 'c.i',
    created_at: 'c.created',
    ...changes,
  });
  await eachChunk(night, (from, to) =>
    client.query(
      `INSERT INTO millrace.executions (${columns.names}) SELECT ${columns.values}
       FROM (${rowsOf(night, from, to)}) c
       JOIN template_executions t ON t.batch_index = c.i % ${templates}
       ORDER BY c.i`,
    ),
  );
}

function idOf({ number }: Night): string {
  return uuidAt('c.created', `'night-${number}-' || c.i`);
}

/** Returns the SQL for the numbers of executions, and when each was created. */
function rowsOf({ beganAt, executions }: Night, from: number, to: number): string {
  return `SELECT i, CAST(${beganAt} + i * (${dayMs / 4} / ${executions}.0) AS bigint) AS created
    FROM generate_series(${from}, ${to - 1}) i`;
}

async function eachChunk(
  { executions }: Night,
  run: (from: number, to: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < executions; from += chunkRows) {
    await run(from, Math.min(executions, from + chunkRows));
  }
}
