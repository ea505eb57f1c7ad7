/** Leaders that lead one batch together, and one that is lost in the middle of the fan-out. */
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createSumsFleet } from './sums-fleet.ts';

const items = 1_200;
const variables = { ITEMS: String(items), LEASE_SECONDS: '2', CONCURRENCY: '100' };
/** The fan-out lasts nearly as long as the batch. */
const slowFanOut = { ...variables, IN_FLIGHT: '400', DELAY_MS: '300' };

describe.skipIf(!hasPostgres || noRedis !== null).concurrent('two leaders', () => {
  it('two leaders fan a batch out once', { timeout: 120_000 }, async (context) => {
    const { fleet, findFaults } = await createSumsFleet(context, variables);
    await Promise.all([fleet.start('leader'), fleet.start('leader'), fleet.start('worker')]);

    const batchId = await fleet.startBatch('sums');

    await fleet.waitForEnd(batchId);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    expect(await findFaults()).toEqual([]);
  });

  it('a second leader continues the fan-out of a leader that is killed', {
    timeout: 120_000,
  }, async (context) => {
    const { fleet, findFaults } = await createSumsFleet(context, slowFanOut);
    const [batchId, leader] = await Promise.all([fleet.startBatch('sums'), fleet.start('leader')]);
    await fleet.waitFor(batchId, ({ created }) => created > 0);
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);
    await fleet.waitForEnded(batchId, 200);

    await fleet.kill(leader);

    const { created } = await fleet.waitFor(batchId, () => true);
    expect(created).toBeLessThan(items);
    await fleet.waitForEnd(batchId);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    expect(await findFaults()).toEqual([]);
  });

  it('a leader that was frozen does not disturb the one that took over', {
    timeout: 120_000,
  }, async (context) => {
    const { fleet, findFaults } = await createSumsFleet(context, slowFanOut);
    const [batchId, frozen] = await Promise.all([fleet.startBatch('sums'), fleet.start('leader')]);
    await Promise.all([fleet.start('leader'), fleet.start('worker')]);
    await fleet.waitForEnded(batchId, 200);
    frozen.kill('SIGSTOP');
    const { created } = await fleet.waitFor(batchId, () => true);
    await fleet.waitFor(batchId, (progress) => progress.created > created + 200);

    frozen.kill('SIGCONT');

    await fleet.waitForEnd(batchId);
    expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
    for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
    expect(await findFaults()).toEqual([]);
  });
});
