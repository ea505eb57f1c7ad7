/** Leaders that lead one batch together, and one that is lost in the middle of its fan-out. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { startSumsFleet } from './sums-fleet.ts';

const settings = { LEASE_SECONDS: '2', CONCURRENCY: '100' };

describe.skipIf(!hasPostgres || noRedis !== null)('two leaders', () => {
  it('at once fan a batch out once', { timeout: 120_000 }, async () => {
    const items = 3_000;
    const { fleet, faults } = await startSumsFleet({ ...settings, ITEMS: String(items) });
    await Promise.all([fleet.start('leader'), fleet.start('leader'), fleet.start('worker')]);

    const batchId = await fleet.record('sums');

    await fleet.untilOver(batchId);
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    expect(await faults()).toEqual([]);
  });

  it('are as good as one when the other is killed in mid-fan-out', {
    timeout: 120_000,
  }, async () => {
    const items = 6_000;
    // The fan-out lasts nearly as long as the batch.
    const { fleet, faults } = await startSumsFleet({
      ...{ ...settings, ITEMS: String(items), IN_FLIGHT: '2000' },
    });
    const leading = await fleet.start('leader');
    const batchId = await fleet.record('sums');
    await fleet.until(batchId, ({ created }) => created > 0);
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);
    await fleet.untilEnded(batchId, 500);

    await fleet.kill(leading);

    const { created } = await fleet.until(batchId, () => true);
    expect(created).toBeLessThan(items);
    await fleet.untilOver(batchId);
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    expect(await faults()).toEqual([]);
  }); // W23

  it('are one too many for the one that was frozen and wakes', { timeout: 120_000 }, async () => {
    const items = 6_000;
    const { fleet, faults } = await startSumsFleet({
      ...{ ...settings, ITEMS: String(items), IN_FLIGHT: '2000' },
    });
    const frozen = await fleet.start('leader');
    const batchId = await fleet.record('sums');
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);
    await fleet.untilEnded(batchId, 500);
    frozen.kill('SIGSTOP');
    const { created } = await fleet.until(batchId, () => true);
    await fleet.until(batchId, (now) => now.created > created + 500);

    frozen.kill('SIGCONT');

    await fleet.untilOver(batchId);
    expect(await fleet.report(batchId)).toMatchObject(expectedSums(items));
    for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
    expect(await faults()).toEqual([]);
  });
});
