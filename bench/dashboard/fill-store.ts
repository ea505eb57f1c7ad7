/** Fills a database with the copies of executions that really ran. */
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openMillrace } from '../../lib/app/millrace.ts';
import {
  copyArchive,
  copyBatches,
  copyExecutions,
  copyHistories,
  keepTemplates,
  type Log,
} from './copy-executions.ts';
import { addChanges, copyFigures, countSeries } from './copy-figures.ts';
import { type FillPart, planFill } from './fill-plan.ts';
import { createShopApp, type ShopMachine, shopItems, shopMachines } from './shop-app.ts';

/** The number of rows of each table. */
export type RowCounts = Readonly<Record<string, number>>;

/** What is needed to fill a database. */
export interface FillOptions {
  readonly url: string;
  /** About how many executions. */
  readonly rows: number;
  /** A temporary folder. */
  readonly folder: string;
  readonly log: Log;
}

const gib = 2 ** 30;

/** Bytes of one execution with its indexes, its figures and its share of the archive. */
const executionBytes = 1_500;

/** Bytes of the disk that stay free: for the log of the database, and for the batch that runs. */
const spareBytes = 12 * gib;

/** Bytes that histories take at most. */
const historyBytesMax = 1.5 * gib;

/** Runs a batch of each machine, and copies its rows. Throws when the disk is too small. */
export async function fillStore({ url, rows, folder, log }: FillOptions): Promise<RowCounts> {
  const plan = planFill(rows, roomForHistories(rows, log));
  const batchIds = await runTemplates(url, folder);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const startedAt = performance.now();
    await client.query(`SET synchronous_commit = off; SET work_mem = '256MB';
      SET maintenance_work_mem = '1GB'; SET jit = off`);
    await keepTemplates(client, batchIds);
    await copyRows(client, plan, log);
    // As autovacuum has left a database that was not filled within minutes.
    await client.query('VACUUM (ANALYZE)');
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    const counts = await countRows(client);
    log(`filled in ${seconds} s: ${formatCounts(counts)}`);
    return counts;
  } finally {
    await client.end();
  }
}

function roomForHistories(rows: number, log: Log): number {
  const { bavail, bsize } = statfsSync(tmpdir());
  const free = bavail * bsize - spareBytes - rows * executionBytes;
  log(`disk: ${(Number(bavail * bsize) / gib).toFixed(1)} GiB free in ${tmpdir()}`);
  if (free < 0) {
    throw new Error(`${rows} executions need ${Math.ceil(-free / gib)} GiB more: use --rows`);
  }
  return Math.min(free, historyBytesMax);
}

/** Runs a batch of each machine in this process. Returns their ids. */
async function runTemplates(url: string, folder: string): Promise<Map<ShopMachine, string>> {
  const items = join(folder, 'shop');
  mkdirSync(items, { recursive: true });
  const pathOf = ({ machineId }: ShopMachine) => join(items, `${machineId}.jsonl`);
  for (const machine of shopMachines) writeFileSync(pathOf(machine), shopItems(machine));
  const app = await openMillrace({
    config: createShopApp(pathOf),
    flags: { store: 'postgres', postgresUrl: url },
  });
  try {
    await app.start();
    const batchIds = new Map<ShopMachine, string>();
    for (const machine of shopMachines) {
      const { id } = await app.batches.start(machine.machineId);
      const { status, created, endedAt } = await app.batches.wait(id);
      if (endedAt === null || created !== machine.templates) {
        throw new Error(
          `the batch of ${machine.machineId} is ${status} with ${created} executions`,
        );
      }
      batchIds.set(machine, id);
    }
    return batchIds;
  } finally {
    await app.close();
  }
}

async function copyRows(client: pg.Client, plan: readonly FillPart[], log: Log): Promise<void> {
  await copyBatches(client, plan);
  const restore = await dropIndexes(client, 'executions');
  await copyExecutions(client, plan, log);
  await restore();
  await client.query('ANALYZE millrace.executions');
  log(`${await copyHistories(client)} executions with a history`);
  await copyArchive(client);
  await copyFigures(client);
  await countSeries(client);
  const executions = plan.reduce((sum, { size, batches }) => sum + size * batches, 0);
  await addChanges(client, Math.max(1_000, Math.round(executions / 100)));
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
}

/** Drops the indexes of a table; the returned function makes them again, which is faster. */
async function dropIndexes(client: pg.Client, table: string): Promise<() => Promise<void>> {
  const { rows: constraints } = await client.query<{ name: string; text: string }>(
    `SELECT conname AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint
     WHERE conrelid = 'millrace.${table}'::regclass AND contype IN ('p', 'u')`,
  );
  for (const { name } of constraints) {
    await client.query(`ALTER TABLE millrace.${table} DROP CONSTRAINT ${name}`);
  }
  const { rows: indexes } = await client.query<{ name: string; text: string }>(
    `SELECT indexname AS name, indexdef AS text FROM pg_indexes
     WHERE schemaname = 'millrace' AND tablename = '${table}'`,
  );
  for (const { name } of indexes) await client.query(`DROP INDEX millrace.${name}`);
  return async () => {
    for (const { name, text } of constraints) {
      await client.query(`ALTER TABLE millrace.${table} ADD CONSTRAINT ${name} ${text}`);
    }
    for (const { text } of indexes) await client.query(text);
  };
}

async function countRows(client: pg.Client): Promise<RowCounts> {
  const counts: Record<string, number> = {};
  const { rows } = await client.query<{ name: string; count: string }>(
    `SELECT relname AS name, CAST(reltuples AS bigint) AS count FROM pg_class
     WHERE relnamespace = 'millrace'::regnamespace AND relkind = 'r' AND reltuples > 0
     ORDER BY reltuples DESC`,
  );
  for (const { name, count } of rows) counts[name] = Number(count);
  const size = await client.query<{ bytes: string }>(
    'SELECT pg_database_size(current_database()) AS bytes',
  );
  counts.databaseMiB = Math.round(Number(size.rows[0]?.bytes ?? 0) / 2 ** 20);
  return counts;
}

function formatCounts(counts: RowCounts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
    .join(', ');
}
