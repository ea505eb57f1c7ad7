/** The janitor: what retention deletes, and what it never touches. */
import { describe, expect, it } from 'vitest';
import { Janitor, janitorDefaults } from '../../lib/roles/janitor.ts';
import { oneTask, RoleWorld } from '../support/role-world.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

async function setUp() {
  const world = new RoleWorld({
    handlers: {
      work: (input: { fails?: boolean }) => {
        if (input.fails) throw new Error('asked to');
        return 1;
      },
    },
  });
  await world.register(oneTask);
  const run = async (input: { fails?: boolean } = {}, changes: object = {}) => {
    const id = await world.record(input, changes);
    await world.executor().run(await world.claim(id));
    return id;
  };
  return { world, run };
}

describe('a janitor', () => {
  it('keeps ended executions for 30 days and no longer, without being told', async () => {
    const { world, run } = await setUp();
    const id = await run();
    const janitor = new Janitor(world);

    await world.clock.advance(30 * 86_400_000 - 1);
    await janitor.tick();
    expect(await world.statusOf(id)).toBe('SUCCEEDED');
    await world.clock.advance(1);
    await janitor.tick();

    expect(await world.statusOf(id)).toBeUndefined();
    expect(await world.historyOf(id)).toEqual([]);
    expect(janitorDefaults.retentionMs).toBe(2_592_000_000);
  });

  it('never touches what is open, what the archive names, or an open batch', async () => {
    const { world, run } = await setUp();
    const archived = await run({ fails: true });
    const open = await world.record();
    const batchId = world.entropy.uuid();
    await world.store.createBatch({
      id: batchId,
      name: 'open',
      machineId: 'machine',
      machineVersion: 1,
      source: '{}',
      options: '{}',
    });
    const member = await run({}, { batchId, batchIndex: 0 });

    await world.clock.advance(400 * 86_400_000);
    await new Janitor(world).tick();

    expect(await world.statusOf(archived)).toBe('FAILED');
    expect(await world.statusOf(open)).toBe('PENDING');
    expect(await world.statusOf(member)).toBe('SUCCEEDED');
    expect(await world.store.countArchive({})).toBe(1);
    expect(await world.historyOf(archived)).not.toEqual([]);
  }); // W51

  it('works in small pieces, one after the other while there is more', async () => {
    const { world, run } = await setUp();
    for (let count = 0; count < 5; count += 1) await run();
    await world.clock.advance(2_000);
    const janitor = new Janitor({ ...world, retentionMs: 1_000, limit: 2 });

    expect(await janitor.tick()).toBe(0);
    expect(await janitor.tick()).toBe(0);
    expect(await janitor.tick()).toBe(janitorDefaults.intervalMs);

    expect(world.metrics.counts.get('executionsPruned')).toBe(5);
  });

  it('starts and stops in any order, and leaves no timer behind', async () => {
    const { world } = await setUp();

    await startStopStress(
      new Janitor(world),
      () => world.metrics.counts.get('executionsPruned') ?? 0,
    );

    expect(world.clock.pendingTimers).toBe(0);
  });
});
