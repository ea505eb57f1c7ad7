/** What reading fingerprints costs in a large database: a few rows by an index, never a scan. */
import { describe, expect, it } from 'vitest';
import { connectStore } from '../../../lib/app/compose/open-store.ts';
import { selectFingerprints } from '../../../lib/drivers/sql/statements/changes/select-fingerprints.ts';
import { createTestDatabase, hasPostgres, type TestDatabase } from '../../support/test-database.ts';

const topics = [
  { kind: 'overview' },
  { kind: 'queues' },
  { kind: 'workers' },
  { kind: 'orders' },
  { kind: 'alerts' },
  { kind: 'batch', id: 'b7' },
  { kind: 'execution', executionId: '01900000-0000-7000-8000-0000000000ff' },
  { kind: 'execution', machineId: 'm', name: 'n5' },
];

const uuid = `CAST('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0') AS uuid)`;

/** Ended executions with history, batches with counters and counts, archive, orders, alerts. */
const rows = [
  `INSERT INTO millrace.executions (id, machine_id, machine_version, name, queue, status,
    retries_max, created_at, started_at, ended_at, input, output, batch_id, batch_index)
  SELECT ${uuid}, 'm', 1, 'n' || i, 'default', 'SUCCEEDED', 0, i, i, i, '{}', '{}',
    'b' || (i / 100), i % 100 FROM generate_series(1, 10000) i`,
  `INSERT INTO millrace.history SELECT id, 1, '[]' FROM millrace.executions`,
  `INSERT INTO millrace.batches (id, name, machine_id, machine_version, source, options, status,
    created_at, ended_at)
  SELECT 'b' || i, 'n', 'm', 1, '{}', '{}', 'SUCCEEDED', i, i FROM generate_series(0, 300) i`,
  `INSERT INTO millrace.batch_counters
  SELECT 'b' || i, s, 100, 100, 0, 0, 0 FROM generate_series(0, 300) i, generate_series(0, 15) s`,
  `INSERT INTO millrace.state_counts (scope, state, shard, current, entered, failed, caught, retried)
  SELECT 'b:b' || i, 's' || state, s, 1, 1, 0, 0, 0
  FROM generate_series(0, 300) i, generate_series(0, 15) s, generate_series(1, 3) state`,
  `INSERT INTO millrace.archive (task_id, queue, body, reason, deliveries, sent_at, archived_at,
    attempts)
  SELECT 't' || i, 'default', '', '', 1, i, i, 1 FROM generate_series(1, 5000) i`,
  `INSERT INTO millrace.orders (id, at, via, action, selection, status, up_to, ended_at)
  SELECT ${uuid}, i, 'api', 'x', '{}', 'DONE', 0, i FROM generate_series(1, 5000) i`,
  `INSERT INTO millrace.alerts (id, rule, subject, severity, message, link, since, ended_at)
  SELECT ${uuid}, 'r', 's' || i, 'info', '', '/', i, i FROM generate_series(1, 5000) i`,
];

async function openLargeDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const store = await connectStore({ driver: 'postgres', url: database.url });
  await store.migrate();
  await store.close();
  for (const insert of rows) await database.query(insert);
  await database.query('VACUUM ANALYZE');
  return database;
}

/** Returns the tables that a plan scans from the beginning, unless a branch is never executed. */
async function scannedTables(database: TestDatabase, topic: object): Promise<string[]> {
  const document = JSON.stringify({ now: null, topics: [topic] });
  const explain = `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${selectFingerprints.text}`;
  const lines = await database.query<{ 'QUERY PLAN': string }>(explain, [document]);
  return lines
    .map((line) => line['QUERY PLAN'])
    .filter((line) => !line.includes('never executed'))
    .flatMap((line) => /Seq Scan on (\w+)/.exec(line)?.[1] ?? []);
}

describe.skipIf(!hasPostgres)('fingerprints in a large database', () => {
  it('no topic scans a table that grows with the work', async () => {
    const database = await openLargeDatabase();

    for (const topic of topics) {
      const scanned = await scannedTables(database, topic);
      expect({ topic, scanned: scanned.filter((table) => table !== 'workers') }).toEqual({
        topic,
        scanned: [],
      });
    }
    await database.drop();
  });
});
