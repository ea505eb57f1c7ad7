/**
 * Searches read a bounded number of rows, however many the table has: the planner's own figures of
 * a table of 200,000 executions, with custom and with generic plans.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresClient } from '../../../lib/drivers/postgres/postgres-client.ts';
import type { SqlClient, Statement } from '../../../lib/drivers/sql/sql-client.ts';
import { createSqlStore } from '../../../lib/drivers/sql/sql-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { BatchFilter } from '../../../lib/ports/store/batch-store.ts';
import type { ExecutionFilter } from '../../../lib/ports/store/execution-queries.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import type { QueueTaskState } from '../../../lib/ports/store/task-store.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

const rowCount = 200_000;

/**
 * Rows that a list reads twice: it walks through keys, and reads what it shows, a page of 20 and
 * the look-ahead, again by id.
 */
const shownAgain = 25;

/** Executions of five batches and two machines: 0.5 % failed, 0.5 % are open. */
const fill = `
  INSERT INTO millrace.executions (id, machine_id, machine_version, name, queue, status, retries_max,
    batch_id, batch_index, created_at, started_at, ended_at, sent_at, error, failed_as, failed_state,
    input)
  SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid,
    CASE WHEN i < 2000 THEN 'rare' ELSE 'big' END, 1, 'order-' || lpad(i::text, 7, '0'),
    CASE WHEN i % 1000 = 7 THEN 'low' ELSE 'default' END, s.status, 0,
    CASE WHEN i % 2 = 0 THEN 'batch-' || i / 40000 END, CASE WHEN i % 2 = 0 THEN i END,
    1704067200000 + i, 1704067200000 + i, CASE WHEN s.status <> 'PENDING' THEN 1704067200000 + i END,
    CASE WHEN s.status = 'PENDING' THEN 1704067200000 + i END,
    CASE WHEN s.status IN ('FAILED', 'TIMED_OUT') THEN 'Broken' END,
    CASE WHEN s.status IN ('FAILED', 'TIMED_OUT') THEN s.status END,
    CASE WHEN s.status IN ('FAILED', 'TIMED_OUT') THEN 'Charge' END, '{"n":' || i || '}'
  FROM generate_series(0, ${rowCount - 1}) i, LATERAL (SELECT CASE WHEN i % 400 = 1 THEN 'FAILED'
    WHEN i % 400 = 2 THEN 'TIMED_OUT' WHEN i % 200 = 3 THEN 'PENDING' ELSE 'SUCCEEDED' END AS status) s`;

const fillOthers = [
  `INSERT INTO millrace.batches (id, name, machine_id, machine_version, source, options, status,
      created_at, ended_at)
    SELECT 'batch-' || i, 'nightly-' || i % 50, CASE WHEN i < 3 THEN 'rare' ELSE 'big' END, 1, '{}',
      '{}', CASE WHEN i < 5 THEN 'FAILED' ELSE 'SUCCEEDED' END, i, i
    FROM generate_series(0, 19999) i`,
  `INSERT INTO millrace.archive (task_id, queue, body, reason, deliveries, sent_at, archived_at,
      execution_id, machine_id, batch_id, error, attempts)
    SELECT id::text, queue, '', '', 0, created_at, ended_at, id, machine_id, batch_id,
      CASE WHEN created_at < 1704067200900 THEN 'Rare' ELSE 'Broken' END, 1
    FROM millrace.executions WHERE failed_as = 'FAILED'`,
  `INSERT INTO millrace.archive_totals (queue, machine_id, error, shard, count)
    SELECT 'default', 'big', 'Error-' || i / 16, i % 16, 1 FROM generate_series(0, 15999) i`,
  'VACUUM ANALYZE millrace.executions',
  'VACUUM ANALYZE millrace.batches',
  'VACUUM ANALYZE millrace.archive',
  'ANALYZE millrace.archive_totals',
];

/** A call of a statement. */
interface Call {
  readonly statement: Statement;
  readonly document: unknown;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

describe.skipIf(!hasPostgres)('row budgets on PostgreSQL', { timeout: 120_000 }, () => {
  let database: TestDatabase;
  let client: PostgresClient;
  let store: Store;
  let connection: pg.Client;
  let calls: Call[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new PostgresClient({ clock: systemClock, url: database.url, poolSize: 1 });
    const recording: SqlClient = {
      description: client.description,
      call: (statement, document) => {
        calls.push({ statement, document });
        return client.call(statement, document);
      },
      transaction: (statements) => client.transaction(statements),
      close: () => client.close(),
    };
    store = createSqlStore(recording);
    await store.migrate();
    connection = new pg.Client({ connectionString: database.url });
    await connection.connect();
    for (const text of [fill, ...fillOthers]) await connection.query(text);
  }, 120_000);
  afterAll(async () => {
    await connection?.end();
    await store?.close();
    await database?.drop();
  });

  /** Returns the number of rows that a search reads of tables, by the planner's own count. */
  async function readRows(search: () => Promise<unknown>, mode: 'custom' | 'generic') {
    calls = [];
    await search();
    let rows = 0;
    const scanned: string[] = [];
    for (const { statement, document } of calls) {
      const text = JSON.stringify(document).replaceAll("'", "''");
      await connection.query(`SET plan_cache_mode = force_${mode}_plan`);
      await connection.query(`PREPARE searched (text) AS ${statement.text}`);
      const { rows: found } = await connection.query(
        `EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) EXECUTE searched ('${text}')`,
      );
      await connection.query('DEALLOCATE searched');
      for (const node of nodesOf(found[0]['QUERY PLAN'][0].Plan)) {
        if (!node['Node Type'].endsWith('Scan') || node['Relation Name'] === undefined) continue;
        const removed = node['Rows Removed by Filter'] ?? 0;
        rows += (node['Actual Rows'] + removed) * node['Actual Loops'];
        if (node['Node Type'] === 'Seq Scan' && node['Actual Loops'] > 0) {
          scanned.push(node['Relation Name']);
        }
      }
    }
    return { rows, scanned };
  }

  const failed = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;
  const lists: readonly (readonly [what: string, filter: ExecutionFilter, rowsMax: number])[] = [
    ['everything', {}, 30],
    ['failed ones', { statuses: failed }, 70],
    ['one failed status', { statuses: ['TIMED_OUT'] }, 30],
    ['an error', { error: 'Broken', statuses: failed }, 70],
    ['an error that nothing has', { error: 'None', statuses: failed }, 10],
    ['a failed state', { failedState: 'Charge' }, 3_100],
    ['open ones', { statuses: ['PENDING', 'RUNNING'] }, 3_100],
    ['a batch', { batchId: 'batch-1' }, 30],
    ['the failed ones of a batch', { batchId: 'batch-1', statuses: failed }, 30],
    ['a rare machine', { machineId: 'rare' }, 4_100],
    ['a large machine', { machineId: 'big' }, 10_100],
    ['a name', { name: 'order-0012345' }, 20],
    ['a name of a machine', { machineId: 'big', name: 'order-0012345' }, 10],
    ['a narrow prefix', { namePrefix: 'order-00123' }, 250],
    ['a wide prefix', { machineId: 'big', namePrefix: 'order-01' }, 60_100],
    ['a queue that few have', { queue: 'low' }, 26_000],
    ['a queue that none has', { queue: 'none' }, 50_010],
    ['a time long ago', { createdBefore: 1704067200000 + 9 }, 30],
  ];

  const modes = ['custom', 'generic'] as const;
  const listsByMode = modes.flatMap((mode) => lists.map((list) => [mode, ...list] as const));

  it.each(listsByMode)('a %s plan of a list of %s reads few rows', async (mode, ...list) => {
    const [, filter, rowsMax] = list;

    const search = () => store.listExecutions(filter, { limit: 20 });

    const { rows, scanned } = await readRows(search, mode);
    expect(scanned).toEqual([]);
    expect(rows).toBeLessThanOrEqual(rowsMax + shownAgain);
  });

  it.each(modes)(
    'a %s plan of the next page reads no more than that of the first',
    async (mode) => {
      for (const filter of [{}, { statuses: failed }, { batchId: 'batch-1' }]) {
        const first = await store.listExecutions(filter, { limit: 20 });
        const cursor = first.next ?? '';

        const search = () => store.listExecutions(filter, { limit: 20, cursor });

        const { rows, scanned } = await readRows(search, mode);
        expect(scanned).toEqual([]);
        expect(rows).toBeLessThanOrEqual(70);
      }
    },
  );

  const batchLists: readonly (readonly [what: string, filter: BatchFilter, rowsMax: number])[] = [
    ['all', {}, 70],
    ['those that failed', { statuses: ['FAILED', 'ABORTED'] }, 20],
    ['those that are open', { statuses: ['RUNNING', 'PAUSED'] }, 10],
    ['a machine that few have', { machineId: 'rare' }, 20],
    ['a name', { name: 'nightly-7' }, 90],
    ['a name and a machine that it never has', { name: 'nightly-7', machineId: 'none' }, 410],
    ['a status that the newest do not have', { status: 'FAILED', machineId: 'big' }, 20],
  ];
  const batchListsByMode = modes.flatMap((mode) =>
    batchLists.map((list) => [mode, ...list] as const),
  );

  it.each(batchListsByMode)(
    'a %s plan of a list of batches, %s, reads few rows',
    async (...list) => {
      const [mode, , filter, rowsMax] = list;

      const { rows, scanned } = await readRows(
        () => store.listBatches(filter, { limit: 20 }),
        mode,
      );

      expect(scanned.filter((table) => table === 'batches')).toEqual([]);
      expect(rows).toBeLessThanOrEqual(rowsMax);
    },
  );

  const taskLists: readonly (readonly [state: QueueTaskState, queue: string, rowsMax: number])[] = [
    ['pending', 'none', 20],
    ['succeeded', 'default', 60],
    ['succeeded', 'none', 50_010],
    ['failed', 'none', 1_600],
    ['archived', 'default', 130],
    ['archived', 'none', 1_100],
  ];
  const taskListsByMode = modes.flatMap((mode) =>
    taskLists.map((list) => [mode, ...list] as const),
  );

  it.each(taskListsByMode)(
    'a %s plan of a list of %s tasks of the queue %s reads few rows',
    async (...list) => {
      const [mode, state, queue, rowsMax] = list;

      const search = () => store.listTasks({ state, queue }, { limit: 20 });

      const { rows, scanned } = await readRows(search, mode);
      expect(scanned.filter((table) => table === 'executions')).toEqual([]);
      expect(rows).toBeLessThanOrEqual(rowsMax);
    },
  );

  it.each(modes)(
    'a %s plan of a list of the archive by a rare condition reads few rows',
    async (mode) => {
      for (const filter of [{ error: 'Rare' }, { machineId: 'none' }, { batchId: 'batch-none' }]) {
        const search = () => store.listArchive(filter, { limit: 20 });

        const { rows, scanned } = await readRows(search, mode);

        expect([filter, scanned]).toEqual([filter, []]);
        expect(rows).toBeLessThanOrEqual(30);
      }
    },
  );

  it.each(modes)('a %s plan that finds things by name reads indexes only', async (mode) => {
    for (const text of ['order-0012', 'big:order-1', 'nightly-7', 'Error-77', '01900000', 'zz']) {
      const { rows, scanned } = await readRows(() => store.find(text, 5), mode);

      expect([text, scanned]).toEqual([text, []]);
      expect(rows).toBeLessThanOrEqual(60);
    }
  });

  it.each(modes)('a %s plan of a scan of documents reads the rows that it may', async (mode) => {
    const search = () => store.scanExecutions({}, '"none"', { limit: 20 }, 5_000);

    const { rows, scanned } = await readRows(search, mode);

    expect(scanned).toEqual([]);
    expect(rows).toBeLessThanOrEqual(5_000 + shownAgain);
  });
});

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}
