/** A process whose loop waits for something that never comes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { createFaultsFleet, plainItems } from './faults-fleet.ts';
import { createTemporaryFolder } from './process-database.ts';

const loseConnections = fileURLToPath(new URL('apps/faults/lose-connections.mjs', import.meta.url));

describe.skipIf(!hasPostgres || noRedis !== null)('a process whose loop is stuck', () => {
  it('a process whose calls are never answered exits with 75 within 30 s, and another one does its work', {
    timeout: 300_000,
  }, async (context) => {
    const stuck = join(createTemporaryFolder(context), 'stuck');
    const { fleet, listExecutions, findFaults } = await createFaultsFleet(
      context,
      plainItems(20, 2_000),
      { LEASE_SECONDS: '2' },
    );
    const [batchId, doomed] = await Promise.all([
      fleet.startBatch('faults'),
      fleet.start('worker', {
        NODE_OPTIONS: `--import=${loseConnections}`,
        STUCK_FILE: stuck,
      }),
      fleet.start('leader'),
    ]);
    await doomed.waitForStderr(/^working plain$/, 20);
    const startedAt = performance.now();
    writeFileSync(stuck, '');

    const [end] = await Promise.all([doomed.ended, fleet.start('worker')]);

    expect(end).toMatchObject({
      status: 75,
      stderr: expect.stringMatching(/heartbeater stuck: the process ends.*/),
    });
    expect((performance.now() - startedAt) / 1_000).toBeLessThan(30);
    await fleet.waitForEnd(batchId);
    for (const execution of await listExecutions()) {
      expect(execution).toMatchObject({ status: 'SUCCEEDED', attempts: 0 });
    }
    expect(await findFaults()).toEqual([]);
  });
});
