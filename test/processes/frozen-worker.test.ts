/** A worker that is frozen past its lease, and resumes when another has done its work. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import type { CliProcess } from './cli-process.ts';
import { createTemporaryFolder } from './process-database.ts';
import { createSumsFleet, type SumsFleet } from './sums-fleet.ts';

const items = 40;

interface FrozenFleet extends SumsFleet {
  readonly frozen: CliProcess;
  /** The file of side effects. */
  readonly effects: string;
}

/** Lets a worker A hold every execution, freezes it, and lets a worker B complete the batch. */
async function freezeWorker(context: TestContext, gate: string): Promise<FrozenFleet> {
  const effects = join(createTemporaryFolder(context), 'effects');
  const sums = await createSumsFleet(context, {
    ITEMS: String(items),
    CONCURRENCY: String(items),
    LEASE_SECONDS: '2',
    EFFECTS: effects,
  });
  const { fleet } = sums;
  const [batchId, frozen] = await Promise.all([
    fleet.startBatch('sums'),
    fleet.start('worker', { LABEL: 'A', GATE: gate }),
    fleet.start('leader'),
  ]);
  await frozen.waitForStderr(/^holding$/, items - 1);
  frozen.kill('SIGSTOP');
  await fleet.start('worker', { LABEL: 'B' });
  await fleet.waitForEnd(batchId);
  expect(await fleet.getBatch(batchId)).toMatchObject({
    ...expectedSums(items),
    byLabel: { B: items - 1 },
  });
  return { ...sums, frozen, effects };
}

/** Reads the idempotency keys of the side effects of one worker. */
function readKeys(effects: string, label: string): string[] {
  const lines = readFileSync(effects, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [by, key = ''] = line.split(' ');
    return by === label ? [key] : [];
  });
}

/** Every column of the executions, and their history. */
const everything = `
  SELECT e.*, (SELECT json_agg(h.events ORDER BY h.first_event_id) FROM millrace.history h
    WHERE h.execution_id = e.id) AS events
  FROM millrace.executions e ORDER BY e.id`;

describe
  .skipIf(!hasPostgres || noRedis !== null)
  .concurrent('a worker frozen past its lease', () => {
    it('the results of a worker that was frozen past its lease are refused', {
      timeout: 120_000,
    }, async (context) => {
      const gate = join(createTemporaryFolder(context), 'open');
      const { fleet, frozen, query, findFaults, effects } = await freezeWorker(context, gate);
      const before = await query(everything);
      writeFileSync(gate, '');

      frozen.kill('SIGCONT');
      await frozen.waitForStderr(
        /lease lapsed: executions that other workers have claimed are abandoned/,
      );
      const ends = await fleet.stop();

      for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
      expect(await query(everything)).toEqual(before);
      expect(await findFaults()).toEqual([]);
      const [byA, byB] = [readKeys(effects, 'A'), readKeys(effects, 'B')];
      // A call of each gate was in flight when A froze; B repeated it with the same key.
      expect(byA).toHaveLength(2 * items - 1);
      expect(byA.filter((key) => byB.includes(key))).toHaveLength(items - 1);
    });

    it('the handlers of a worker that was frozen past its lease are aborted', {
      timeout: 120_000,
    }, async (context) => {
      const { fleet, frozen, query, findFaults } = await freezeWorker(context, 'never');
      const before = await query(everything);

      frozen.kill('SIGCONT');
      await frozen.waitForStderr(/^abandoned$/, items - 1);
      await fleet.stop();

      expect(await query(everything)).toEqual(before);
      expect(await findFaults()).toEqual([]);
    });
  });
