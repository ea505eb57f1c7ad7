/** What the janitor deletes after its retention, and what it never deletes. */
import { describe, expect, it } from 'vitest';
import { newStateCount } from '../../lib/engine/figures/state-counts.ts';
import { createCheckpoint } from '../../lib/roles/execution/checkpoint-plan.ts';
import { Janitor, janitorDefaults } from '../../lib/roles/janitor.ts';
import { oneTask, RoleHarness } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

async function setUp() {
  const harness = new RoleHarness({
    handlers: {
      work: (input: { fails?: boolean }) => {
        if (input.fails) throw new Error('asked to');
        return 1;
      },
    },
  });
  await harness.register(oneTask);
  const run = async (input: { fails?: boolean } = {}, changes: object = {}) => {
    const id = await harness.record(input, changes);
    await harness.executor().run(await harness.claim(id));
    return id;
  };
  return { harness, run };
}

describe('a janitor', () => {
  it('the janitor deletes ended executions after 30 days by default', async () => {
    const { harness, run } = await setUp();
    const id = await run();
    const janitor = new Janitor(harness);

    await harness.clock.advance(30 * 86_400_000 - 1);
    await janitor.tick();
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
    await harness.clock.advance(1);
    await janitor.tick();

    expect(await harness.readStatus(id)).toBeUndefined();
    expect(await harness.readHistory(id)).toEqual([]);
    expect(janitorDefaults.retentionMs).toBe(2_592_000_000);
  });

  it('the janitor never deletes open executions, archived ones, or those of an open batch', async () => {
    const { harness, run } = await setUp();
    const archived = await run({ fails: true });
    const open = await harness.record();
    const batchId = harness.entropy.uuid();
    await harness.store.createBatch({
      id: batchId,
      name: 'open',
      machineId: 'machine',
      machineVersion: 1,
      source: '{}',
      options: '{}',
    });
    const member = await run({}, { batchId, batchIndex: 0 });

    await harness.clock.advance(400 * 86_400_000);
    await new Janitor(harness).tick();

    expect(await harness.readStatus(archived)).toBe('FAILED');
    expect(await harness.readStatus(open)).toBe('PENDING');
    expect(await harness.readStatus(member)).toBe('SUCCEEDED');
    expect(await harness.store.countArchive({})).toBe(1);
    expect(await harness.readHistory(archived)).not.toEqual([]);
  });

  it('the janitor deletes in small steps without a pause while there is more', async () => {
    const { harness, run } = await setUp();
    for (let count = 0; count < 5; count += 1) await run();
    await harness.clock.advance(2_000);
    const janitor = new Janitor({ ...harness, retentionMs: 1_000, limit: 2 });

    expect(await janitor.tick()).toBe(0);
    expect(await janitor.tick()).toBe(0);
    expect(await janitor.tick()).toBe(janitorDefaults.intervalMs);

    expect(harness.metrics.counts.get('executionsPruned')).toBe(5);
  });

  it('the janitor folds the figures of ended batches, and deletes old ones after 90 days', async () => {
    const { harness } = await setUp();
    const { store, clock } = harness;
    const named = { name: 'b', machineId: 'machine', machineVersion: 1 };
    await store.createBatch({ id: 'b1', ...named, source: '{}', options: '{}' });
    const id = await harness.record({}, { batchId: 'b1', batchIndex: 0 });
    const claimed = await harness.claim(id);
    const states = [{ ...newStateCount('Work'), entered: 1 }];
    const figures = { scope: 'b:b1', states, failure: null };
    const end = { status: 'SUCCEEDED', lease: 'release', output: '1', figures } as const;
    await store.commit([createCheckpoint(claimed, end)]);
    await store.transitionBatch({
      batchId: 'b1',
      from: ['RUNNING'],
      to: 'SUCCEEDED',
      reason: null,
    });
    const janitor = new Janitor(harness);

    await janitor.tick();
    await clock.advance(janitorDefaults.measureRetentionMs - 1);
    await janitor.tick();
    const kept = await store.readStateFigures('b:b1');
    await clock.advance(2);
    await janitor.tick();

    expect(janitorDefaults.measureRetentionMs).toBe(7_776_000_000);
    expect(kept.states).toMatchObject([{ state: 'Work', entered: 1 }]);
    expect((await store.readStateFigures('b:b1')).states).toEqual([]);
  });

  it('the janitor deletes orders, other changes and ended alerts after 400 days by default', async () => {
    const { harness } = await setUp();
    const { store, clock, entropy } = harness;
    const change = { by: null, via: 'cli', requestId: null, reason: null, over: '{}' } as const;
    const made = { ...change, id: entropy.uuid(), action: 'pauseQueue', object: 'queue:low' };
    await store.recordChanges([{ ...made, outcome: null, done: 1, refused: 0 }]);
    const id = entropy.uuid();
    const alert = {
      id,
      rule: 'r',
      subject: 's',
      severity: 'info',
      message: 'm',
      link: '/',
    } as const;
    await store.openAlerts([{ ...alert, since: clock.now(), deliveries: [] }]);
    await store.endAlerts([{ id, at: clock.now(), deliveries: [] }]);
    const janitor = new Janitor(harness);

    await clock.advance(400 * 86_400_000);
    await janitor.tick();
    expect((await store.listOrders({}, { limit: 10 })).entries).toHaveLength(1);
    expect(await store.listAlerts(10)).toHaveLength(1);
    await clock.advance(1);
    await janitor.tick();

    expect((await store.listOrders({}, { limit: 10 })).entries).toEqual([]);
    expect(await store.listAlerts(10)).toEqual([]);
    expect(janitorDefaults.auditRetentionMs).toBe(34_560_000_000);
  });

  it('a janitor that is started and stopped in any order leaves no timer behind', async () => {
    const { harness } = await setUp();

    await startStopStress(
      new Janitor(harness),
      () => harness.metrics.counts.get('executionsPruned') ?? 0,
    );

    expect(harness.clock.pendingTimers).toBe(0);
  });
});
