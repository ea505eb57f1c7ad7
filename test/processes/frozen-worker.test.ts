/** A worker that is frozen past its lease, and wakes when another has done its work. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noRedis } from '../support/redis-server.ts';
import { hasPostgres } from '../support/test-database.ts';
import { expectedSums } from './apps/sums/expected-sums.ts';
import type { CliProcess } from './cli-process.ts';
import { temporaryFolder } from './data-home.ts';
import { type SumsFleet, startSumsFleet } from './sums-fleet.ts';

const items = 40;

/** Everything held by a worker A that then freezes, and ended by a worker B. */
async function freeze(gate: string): Promise<SumsFleet & { frozen: CliProcess; effects: string }> {
  const effects = join(temporaryFolder(), 'effects');
  const { fleet, ...rest } = await startSumsFleet({
    ...{ ITEMS: String(items), CONCURRENCY: String(items), LEASE_SECONDS: '2', EFFECTS: effects },
  });
  await fleet.start('leader');
  const frozen = await fleet.start('worker', { LABEL: 'A', GATE: gate });
  const batchId = await fleet.record('sums');
  await frozen.saysOnStderr(/^holding$/, items - 1);
  frozen.kill('SIGSTOP');
  await fleet.start('worker', { LABEL: 'B' });
  await fleet.untilOver(batchId);
  expect(await fleet.report(batchId)).toMatchObject({
    ...expectedSums(items),
    byLabel: { B: items - 1 },
  });
  return { fleet, ...rest, frozen, effects };
}

/** The keys of the effects that a worker has left. */
function keysOf(effects: string, label: string): string[] {
  const lines = readFileSync(effects, 'utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [by, key = ''] = line.split(' ');
    return by === label ? [key] : [];
  });
}

/** What the executions say, to the letter. */
const everything = `
  SELECT e.*, (SELECT json_agg(h.events ORDER BY h.first_event_id) FROM millrace.history h
    WHERE h.execution_id = e.id) AS events
  FROM millrace.executions e ORDER BY e.id`;

describe.skipIf(!hasPostgres || noRedis !== null)('a worker frozen past its lease', () => {
  it('wakes to have its answers refused', { timeout: 120_000 }, async () => {
    const gate = join(temporaryFolder(), 'open');
    const { fleet, frozen, query, faults, effects } = await freeze(gate);
    const before = await query(everything);
    writeFileSync(gate, '');

    frozen.kill('SIGCONT');
    await frozen.saysOnStderr(/lease expired: other workers take over what it held/);
    const ends = await fleet.stop();

    for (const end of ends) expect(end).toMatchObject({ status: 0, signal: null });
    expect(await query(everything)).toEqual(before);
    expect(await faults()).toEqual([]);
    const [byA, byB] = [keysOf(effects, 'A'), keysOf(effects, 'B')];
    // A call of each gate was on its way when A froze; B made it again under the same key.
    expect(byA).toHaveLength(2 * items - 1);
    expect(byA.filter((key) => byB.includes(key))).toHaveLength(items - 1);
  });

  it('wakes to have its handlers aborted', { timeout: 120_000 }, async () => {
    const { fleet, frozen, query, faults } = await freeze('never');
    const before = await query(everything);

    frozen.kill('SIGCONT');
    await frozen.saysOnStderr(/^abandoned$/, items - 1);
    await fleet.stop();

    expect(await query(everything)).toEqual(before);
    expect(await faults()).toEqual([]);
  });
});
