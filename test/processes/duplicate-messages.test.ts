/** Messages that arrive again: of executions that have ended, and of executions in progress. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { openRedisBroker } from '../../lib/drivers/redis/open-redis-broker.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { Broker } from '../../lib/ports/broker.ts';
import { createTaskMessage } from '../../lib/roles/delivery/dispatcher.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createTemporaryFolder } from './process-database.ts';
import { createSumsFleet, type SumsFleet } from './sums-fleet.ts';

const items = 1_600;
const copies = 400;
const queues = ['critical', 'default', 'low'];

async function openBroker(context: TestContext, { redis }: SumsFleet): Promise<Broker> {
  const broker = await openRedisBroker({
    url: redis.url,
    clock: systemClock,
    logger: new QuietLogger(),
  });
  context.onTestFinished(() => broker.close());
  return broker;
}

/** Sends a second message for `copies` executions that satisfy an SQL condition. */
async function sendAgain({ query }: SumsFleet, broker: Broker, condition: string): Promise<void> {
  const rows = await query<{ executionId: string; queue: string; batchId: string }>(`
    SELECT id::text AS "executionId", queue, batch_id AS "batchId" FROM millrace.executions
    WHERE ${condition} LIMIT ${copies}`);
  expect(rows).toHaveLength(copies);
  for (const [queue, group] of Map.groupBy(rows, (row) => row.queue)) {
    const results = await broker.send(
      queue,
      group.map((row) => createTaskMessage(row)),
    );
    expect(results.filter(({ sent }) => !sent)).toEqual([]);
  }
}

describe.skipIf(!hasPostgres || noRedis !== null)('duplicate messages', () => {
  it('duplicate messages of ended and of held executions change nothing', {
    timeout: 300_000,
  }, async (context) => {
    const folder = createTemporaryFolder(context);
    const [gate, effects] = [join(folder, 'open'), join(folder, 'effects')];
    const sums = await createSumsFleet(context, { ITEMS: String(items), EFFECTS: effects });
    const { fleet, query, findFaults } = sums;
    const broker = await openBroker(context, sums);
    const [batchId, holding] = await Promise.all([
      fleet.startBatch('sums'),
      fleet.start('worker', { GATE: gate, CONCURRENCY: String(copies + 100) }),
      fleet.start('leader'),
    ]);
    await holding.waitForStderr(/^holding$/, copies);
    await fleet.start('worker', { CONCURRENCY: '100' });
    await fleet.waitForEnded(batchId, copies + 100);

    await sendAgain(sums, broker, 'ended_at IS NOT NULL');
    await sendAgain(sums, broker, 'worker_id IS NOT NULL');
    await fleet.waitForEnded(batchId, 2 * copies + 100);
    writeFileSync(gate, '');

    await fleet.waitForEnd(batchId);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    const calls = readFileSync(effects, 'utf8').trimEnd().split('\n');
    const keys = new Set(calls.map((line) => line.split(' ')[1]));
    expect(keys.size).toBe(calls.length);
    const [spent] = await query(`
      SELECT sum(stalls)::int AS stalls, count(*) FILTER (WHERE error = 'BadNumber')::int AS failed,
        sum(attempts)::int AS attempts
      FROM millrace.executions`);
    expect(spent).toEqual({ stalls: 0, failed: items / 100, attempts: items / 100 });
    expect(await findFaults()).toEqual([]);
    for (const { dead } of await broker.stats(queues)) expect(dead).toBe(0);
  });
});
