/** Properties: SQL returns the same as the memory store, and the invariants hold. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { PgliteClient } from '../../../lib/drivers/pglite/pglite-client.ts';
import { createSqlStore } from '../../../lib/drivers/sql/sql-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import {
  commandBatchId,
  readAll,
  runEverywhere,
  storeCommands,
} from '../../contracts/store/store-commands.ts';
import { newBatch } from '../../contracts/store/store-harness.ts';
import fc from '../../support/properties.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';
import { truncateAll } from '../../support/truncate-all.ts';

async function expectCountersToEqualExecutions(store: Store): Promise<void> {
  const batch = await store.getBatch(commandBatchId);
  const { byStatus } = await store.getBatchStats(commandBatchId);
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  expect(batch).toMatchObject({
    created: total,
    succeeded: byStatus.SUCCEEDED ?? 0,
    failed: byStatus.FAILED ?? 0,
    timedOut: byStatus.TIMED_OUT ?? 0,
    aborted: byStatus.ABORTED ?? 0,
  });
}

describe('store commands', () => {
  const clock = new SimulatedClock();
  let client: PgliteClient;
  let sql: Store;

  beforeAll(async () => {
    client = await PgliteClient.open(undefined, 'PGlite in memory');
    sql = createSqlStore(client, { now: () => clock.now() });
    await sql.migrate();
  });
  afterAll(() => client.close());

  it('any sequence of commands has the same results and effects in SQL as in memory', async () => {
    await fc.assert(
      fc.asyncProperty(storeCommands, async (commands) => {
        await client.transaction([truncateAll]);
        const memory = openMemoryStore({ now: () => clock.now() });
        for (const store of [memory, sql])
          await store.createBatch(newBatch({ id: commandBatchId }));

        for (const command of commands) {
          const [expected, found] = await runEverywhere(command, [memory, sql], clock);
          expect(found, command.text).toEqual(expected);
        }

        expect(await readAll(sql)).toEqual(await readAll(memory));
        await expectCountersToEqualExecutions(sql);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('any sequence of commands leaves counters in memory that equal the executions', async () => {
    await fc.assert(
      fc.asyncProperty(storeCommands, async (commands) => {
        const memory = openMemoryStore({ now: () => clock.now() });
        await memory.createBatch(newBatch({ id: commandBatchId }));

        for (const command of commands) {
          await runEverywhere(command, [memory], clock);
          await expectCountersToEqualExecutions(memory);
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
