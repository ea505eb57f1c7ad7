/** Messages that come again: about what has ended, and about what another worker holds. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRedisBroker } from '../../lib/drivers/redis/open-redis-broker.ts';
import { executionMessage } from '../../lib/roles/delivery/task-message.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { temporaryFolder } from './data-home.ts';
import { type SumsFleet, startSumsFleet } from './sums-fleet.ts';

const items = 4_000;
const copies = 1_000;
const queues = ['critical', 'default', 'low'];

async function openQueues({ redis }: SumsFleet) {
  const broker = await openRedisBroker({ url: redis.url, logger: new QuietLogger() });
  onTestFinished(() => broker.close());
  return broker;
}

/** Sends a second message to a thousand executions of those that `which` says. */
async function sendAgain(
  { query }: SumsFleet,
  broker: Awaited<ReturnType<typeof openQueues>>,
  which: string,
): Promise<void> {
  const rows = await query<{ executionId: string; queue: string; batchId: string }>(`
    SELECT id::text AS "executionId", queue, batch_id AS "batchId" FROM millrace.executions
    WHERE ${which} LIMIT ${copies}`);
  expect(rows).toHaveLength(copies);
  for (const [queue, group] of Map.groupBy(rows, (row) => row.queue)) {
    const results = await broker.send(
      queue,
      group.map((row) => executionMessage(row)),
    );
    expect(results.filter(({ sent }) => !sent)).toEqual([]);
  }
}

describe.skipIf(!hasPostgres || noRedis !== null)('a thousand messages that come again', () => {
  it('about what has ended, and a thousand about what is held, change nothing', {
    timeout: 120_000,
  }, async () => {
    const folder = temporaryFolder();
    const [gate, effects] = [join(folder, 'open'), join(folder, 'effects')];
    const sums = await startSumsFleet({ ITEMS: String(items), EFFECTS: effects });
    const { fleet, query, faults } = sums;
    const broker = await openQueues(sums);
    await fleet.start('leader');
    const holding = await fleet.start('worker', { GATE: gate, CONCURRENCY: String(copies + 100) });
    const batchId = await fleet.record('sums');
    await holding.saysOnStderr(/^holding$/, copies);
    await fleet.start('worker', { CONCURRENCY: '100' });
    await fleet.untilEnded(batchId, 1_500);

    await sendAgain(sums, broker, 'ended_at IS NOT NULL');
    await sendAgain(sums, broker, 'worker_id IS NOT NULL');
    await fleet.untilEnded(batchId, 2_500);
    writeFileSync(gate, '');

    await fleet.untilOver(batchId);
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    const calls = readFileSync(effects, 'utf8').trimEnd().split('\n');
    const keys = new Set(calls.map((line) => line.split(' ')[1]));
    expect(keys.size).toBe(calls.length);
    const [spent] = await query(`
      SELECT sum(stalls)::int AS stalls, count(*) FILTER (WHERE error = 'BadNumber')::int AS failed,
        sum(attempts)::int AS attempts
      FROM millrace.executions`);
    expect(spent).toEqual({ stalls: 0, failed: items / 100, attempts: items / 100 });
    expect(await faults()).toEqual([]);
    for (const { dead } of await broker.stats(queues)) expect(dead).toBe(0);
  });
});
