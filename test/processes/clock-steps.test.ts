/** Processes whose time of day steps by an hour while they work. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import { createSumsFleet } from './sums-fleet.ts';

const stepClock = fileURLToPath(new URL('apps/faults/step-clock.mjs', import.meta.url));
const hourMs = 3_600_000;
/** So many that the clocks step in the middle of the batch. */
const items = 1_000;

describe.skipIf(!hasPostgres || noRedis !== null).concurrent('a clock that steps', () => {
  it.for([
    ['back', -hourMs],
    ['forward', hourMs],
  ] as const)(
    'a leader and a worker whose clocks step %s by an hour finish their batch within 120 s',
    {
      timeout: 300_000,
    },
    async ([, ms], context) => {
      const stepped = {
        NODE_OPTIONS: `--import=${stepClock}`,
        STEP_MS: String(ms),
        STEP_AFTER_MS: '4000',
      };
      const { fleet, findFaults } = await createSumsFleet(context, {
        ITEMS: String(items),
        IN_FLIGHT: '100',
        DELAY_MS: '200',
        LEASE_SECONDS: '4',
        CONCURRENCY: '50',
      });
      const startedMs = performance.now();
      const [batchId] = await Promise.all([
        fleet.startBatch('sums'),
        fleet.start('worker', stepped),
        fleet.start('leader', stepped),
      ]);

      await fleet.waitForEnd(batchId);

      expect(performance.now() - startedMs).toBeLessThan(120_000);
      expect(await fleet.getBatch(batchId)).toMatchObject(expectedSums(items));
      for (const end of await fleet.stop()) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await findFaults()).toEqual([]);
    },
  );
});
