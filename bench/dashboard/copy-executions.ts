/** Copies real executions, with their histories and archive entries, as often as a plan says. */
import type pg from 'pg';
import type { FillPart } from './fill-plan.ts';
import { type ShopMachine, shopMachines } from './shop-app.ts';

/** Rows of one statement. */
const chunkRows = 500_000;

/** What the copies of one part have in common. */
interface PartValues {
  readonly part: FillPart;
  /** The number of the part's first batch. */
  readonly firstBatch: number;
}

/** Reports what was made. */
export type Log = (line: string) => void;

/**
 * A UUID of version 7 of the time `ms`; `seed` makes it unique. Ids sort by time, as those that the
 * app creates.
 */
export function uuidAt(ms: string, seed: string): string {
  return `CAST(lpad(to_hex(CAST(${ms} AS bigint)), 12, '0') || '7' || substr(md5(${seed}), 1, 3)
    || '8' || substr(md5(${seed}), 4, 15) AS uuid)`;
}

/** Copies the batches of the templates; `fill_batches` has a row for each copy. */
export async function copyBatches(client: pg.Client, plan: readonly FillPart[]): Promise<void> {
  await client.query(`CREATE UNLOGGED TABLE fill_batches (
    number integer PRIMARY KEY, part integer, id text, machine_id text, size integer,
    began bigint, ended bigint, has_history boolean)`);
  const now = Date.now();
  for (const { part, firstBatch } of numbered(plan)) {
    const began = now - part.beganAgoMs;
    const stepMs = (part.beganAgoMs - part.endedAgoMs) / part.batches;
    const id = part.inBatches ? uuidAt('began', `'batch-' || number`) : 'NULL';
    await client.query(
      `INSERT INTO fill_batches
       SELECT number, ${firstBatch}, CAST(${id} AS text), '${part.machine.machineId}', ${part.size},
         began, began + ${Math.floor(stepMs)}, number >= ${firstBatch + part.batches - part.withHistory}
       FROM (SELECT ${firstBatch} + n AS number,
           CAST(${began} + n * ${stepMs} AS bigint) AS began
         FROM generate_series(0, ${part.batches - 1}) n) b`,
    );
  }
  const columns = await listColumns(client, 'batches', {
    id: 'f.id',
    created_at: 'f.began',
    ended_at: 'f.ended',
    sent_index: 'f.size',
    // Some that are rare: the oldest ones.
    status: `CASE WHEN f.number % 5000 = 4321 THEN 'FAILED' ELSE 'SUCCEEDED' END`,
    reason: 'NULL',
    leader_id: 'NULL',
    leased_at: 'NULL',
    lease_ends_at: 'NULL',
  });
  await client.query(
    `INSERT INTO millrace.batches (${columns.names}) SELECT ${columns.values}
     FROM fill_batches f JOIN template_batches b ON b.machine_id = f.machine_id
     WHERE f.id IS NOT NULL`,
  );
}

/** Copies the executions of a plan, without their indexes. */
export async function copyExecutions(
  client: pg.Client,
  plan: readonly FillPart[],
  log: Log,
): Promise<void> {
  const created = `b.began + (i * (b.ended - b.began)) / b.size`;
  const columns = await listColumns(client, 'executions', {
    id: uuidAt('c.created', `c.number || '-' || c.i`),
    name: `coalesce(c.batch_id, 'single') || '-' || c.i`,
    batch_id: 'c.batch_id',
    batch_index: 'CASE WHEN c.batch_id IS NOT NULL THEN c.i END',
    created_at: 'c.created',
    started_at: 't.started_at - t.created_at + c.created',
    ended_at: 't.ended_at - t.created_at + c.created',
  });
  for (const { part, firstBatch } of numbered(plan)) {
    const { machine, size, batches } = part;
    const perChunk = Math.max(1, Math.floor(chunkRows / size));
    for (let first = 0; first < batches; first += perChunk) {
      const last = Math.min(batches, first + perChunk);
      for (let from = 0; from < size; from += chunkRows) {
        await client.query(
          `INSERT INTO millrace.executions (${columns.names}) SELECT ${columns.values}
           FROM (SELECT b.number, b.id AS batch_id, i, ${created} AS created
             FROM fill_batches b
             CROSS JOIN generate_series(${from}, ${Math.min(size, from + chunkRows) - 1}) i
             WHERE b.number >= ${firstBatch + first} AND b.number < ${firstBatch + last}
             ORDER BY b.number, i) c
           JOIN template_executions t ON t.machine_id = '${machine.machineId}'
             AND t.n = c.i % ${machine.templates}`,
        );
      }
    }
    const kind = part.inBatches ? `${batches} batches of ${size}` : `${size} without a batch`;
    log(`${machine.machineId}: ${kind}`);
  }
}

/** Copies the histories of the batches that have one. Returns the number of executions. */
export async function copyHistories(client: pg.Client): Promise<number> {
  let executions = 0;
  for (const { machineId, templates } of shopMachines) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT id FROM fill_batches WHERE has_history AND id IS NOT NULL AND machine_id = $1`,
      [machineId],
    );
    for (const { id } of rows) {
      await client.query(
        `INSERT INTO millrace.history (execution_id, first_event_id, events)
         SELECT e.id, h.first_event_id, h.events
         FROM millrace.executions e
         JOIN template_history h ON h.machine_id = e.machine_id AND h.n = e.batch_index % ${templates}
         WHERE e.batch_id = $1`,
        [id],
      );
    }
    const counted = await client.query<{ count: string }>(
      `SELECT coalesce(sum(size), 0) AS count FROM fill_batches
       WHERE has_history AND id IS NOT NULL AND machine_id = $1`,
      [machineId],
    );
    executions += Number(counted.rows[0]?.count ?? 0);
  }
  return executions;
}

/** Copies the archive entries of executions that failed. */
export async function copyArchive(client: pg.Client): Promise<void> {
  const columns = await listColumns(client, 'archive', {
    task_id: 'CAST(e.id AS text)',
    execution_id: 'e.id',
    execution_name: 'e.name',
    batch_id: 'e.batch_id',
    sent_at: 'e.created_at',
    archived_at: 'e.ended_at',
  });
  for (const { machineId, templates } of shopMachines) {
    await client.query(
      `INSERT INTO millrace.archive (${columns.names}) SELECT ${columns.values}
       FROM template_archive a JOIN millrace.executions e ON e.machine_id = a.machine_id
         AND e.failed_as IS NOT NULL AND ${templateNumber(templates)} = a.n
         AND e.id NOT IN (SELECT id FROM template_executions)
       WHERE a.machine_id = $1`,
      [machineId],
    );
  }
  await client.query('DELETE FROM millrace.archive_totals');
  await client.query(
    `INSERT INTO millrace.archive_totals (queue, machine_id, error, shard, count)
     SELECT queue, machine_id, error, 0, count(*) FROM millrace.archive
     GROUP BY queue, machine_id, error`,
  );
}

/** The number of the template of an execution `e`. */
function templateNumber(templates: number): string {
  return `coalesce(e.batch_index, CAST(substr(e.name, 8) AS integer)) % ${templates}`;
}

/** Keeps the rows of the real batches, to be copied. */
export async function keepTemplates(
  client: pg.Client,
  batchIds: ReadonlyMap<ShopMachine, string>,
): Promise<void> {
  const ids = [...batchIds.values()];
  for (const text of [
    `CREATE UNLOGGED TABLE template_batches AS
     SELECT * FROM millrace.batches WHERE id = ANY ($1)`,
    `CREATE UNLOGGED TABLE template_executions AS
     SELECT batch_index AS n, e.* FROM millrace.executions e WHERE batch_id = ANY ($1)`,
    `CREATE UNLOGGED TABLE template_history AS
     SELECT e.batch_index AS n, e.machine_id, h.* FROM millrace.history h
     JOIN millrace.executions e ON e.id = h.execution_id WHERE e.batch_id = ANY ($1)`,
    `CREATE UNLOGGED TABLE template_archive AS
     SELECT e.batch_index AS n, a.* FROM millrace.archive a
     JOIN millrace.executions e ON e.id = a.execution_id WHERE e.batch_id = ANY ($1)`,
    `CREATE UNLOGGED TABLE template_series AS
     SELECT s.kind, s.key, s.took FROM millrace.series s
     WHERE s.kind = 'batch' AND s.key = ANY ($1) AND s.took IS NOT NULL`,
  ]) {
    await client.query(text.replace('$1', `ARRAY[${ids.map((id) => `'${id}'`).join(', ')}]`));
  }
}

function numbered(plan: readonly FillPart[]): PartValues[] {
  let firstBatch = 0;
  return plan.map((part) => {
    const values = { part, firstBatch };
    firstBatch += part.batches;
    return values;
  });
}

/**
 * Returns the columns of a table and what is inserted into them: the template's value, unless it
 * has another here. So a new column is copied without a change of this program.
 */
export async function listColumns(
  client: pg.Client,
  table: string,
  others: Readonly<Record<string, string>>,
): Promise<{ readonly names: string; readonly values: string }> {
  const alias = table === 'batches' ? 'b' : table === 'archive' ? 'a' : 't';
  const { rows } = await client.query<{ name: string }>(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'millrace' AND table_name = $1 ORDER BY ordinal_position`,
    [table],
  );
  return {
    names: rows.map(({ name }) => name).join(', '),
    values: rows.map(({ name }) => others[name] ?? `${alias}.${name}`).join(', '),
  };
}
