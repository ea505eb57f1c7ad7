/** Workers that are killed without notice, one after another, while a batch runs. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import type { CliProcess } from './cli-process.ts';
import type { Fleet } from './fleet.ts';
import { createSumsFleet } from './sums-fleet.ts';

/**
 * Short tasks: an execution whose worker is killed six times in a row ends `Millrace.Stalled`.
 */
const items = 2_500;

/**
 * Kills the older of two workers a second after the newer has started, and starts another, until
 * `ended` aborts. Returns the number of kills.
 */
async function killEverySecond(
  fleet: Fleet,
  workers: readonly [CliProcess, CliProcess],
  ended: AbortSignal,
): Promise<number> {
  let [older, newer] = workers;
  for (let kills = 0; ; kills += 1) {
    await pause(systemClock, 1_000, ended);
    if (ended.aborted) return kills;
    await fleet.kill(older);
    [older, newer] = [newer, await fleet.start('worker')];
  }
}

describe.skipIf(!hasPostgres || noRedis !== null)('a batch whose workers are killed', () => {
  it('a batch whose workers are killed every second ends each execution once', {
    timeout: 240_000,
  }, async (context) => {
    const { fleet, query, findFaults } = await createSumsFleet(context, {
      ITEMS: String(items),
      DELAY_MS: '300',
      LEASE_SECONDS: '2',
      CONCURRENCY: '100',
    });
    const [batchId, older, newer] = await Promise.all([
      fleet.startBatch('sums'),
      fleet.start('worker'),
      fleet.start('worker'),
      fleet.start('leader'),
    ]);
    const ended = new AbortController();
    const killing = killEverySecond(fleet, [older, newer], ended.signal);

    await fleet.waitForEnd(batchId);
    ended.abort();

    expect(await killing).toBeGreaterThanOrEqual(3);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
    expect(await findFaults()).toEqual([]);
    const [left] = await query('SELECT count(worker_id)::int AS held FROM millrace.executions');
    expect(left).toEqual({ held: 0 });
  });
});
