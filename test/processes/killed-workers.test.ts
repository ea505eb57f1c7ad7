/** Workers that are killed without a word, one after the other, while a batch runs. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { pause } from '../../lib/retry/pause.ts';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import type { Fleet } from './fleet.ts';
import { startSumsFleet } from './sums-fleet.ts';

const items = 20_000;

/** Two at a time, the older killed a second after the other has begun; answers how many were. */
async function killEverySecond(fleet: Fleet, over: AbortSignal): Promise<number> {
  let [older, newer] = await Promise.all([fleet.start('worker'), fleet.start('worker')]);
  for (let kills = 0; ; kills += 1) {
    await pause(systemClock, 1_000, over);
    if (over.aborted) return kills;
    await fleet.kill(older);
    [older, newer] = [newer, await fleet.start('worker')];
  }
}

describe.skipIf(!hasPostgres || noRedis !== null)('a batch whose workers are killed', () => {
  it('every second comes to its figures, and every execution ends once', {
    timeout: 240_000,
  }, async () => {
    const { fleet, query, faults } = await startSumsFleet({
      ...{ ITEMS: String(items), LEASE_SECONDS: '2', CONCURRENCY: '100' },
    });
    await fleet.start('leader');
    const over = new AbortController();
    const killing = killEverySecond(fleet, over.signal);
    const batchId = await fleet.record('sums');

    await fleet.untilOver(batchId);
    over.abort();

    expect(await killing).toBeGreaterThanOrEqual(3);
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
    expect(await faults()).toEqual([]);
    const [left] = await query('SELECT count(worker_id)::int AS held FROM millrace.executions');
    expect(left).toEqual({ held: 0 });
  }); // W02
});
