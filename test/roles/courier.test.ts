/** Carrying signals: nobody who is under way misses one. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../lib/ports/store.ts';
import { Courier } from '../../lib/roles/courier.ts';
import { checkpoint, ending, sleeping } from '../contracts/store/store-harness.ts';
import { RoleWorld, unavailable } from '../support/role-world.ts';

/** An execution that sleeps until a signal comes. */
async function sleeper(world: RoleWorld): Promise<string> {
  const id = await world.record();
  await world.store.commit([sleeping(await world.claim(id), null)]);
  return id;
}

/** One that the worker `w` holds. */
async function held(world: RoleWorld): Promise<string> {
  const id = await world.record();
  await world.store.commit([checkpoint(await world.claim(id))]);
  return id;
}

describe('sending signals', () => {
  it('sends the task of one that sleeps, and says who is not under way', async () => {
    const world = new RoleWorld();
    const id = await sleeper(world);
    const over = world.entropy.uuid();

    const refused = await world.courier.send([
      { executionId: id, event: '1' },
      { executionId: over, event: '2' },
    ]);

    expect(refused).toEqual([over]);
    expect(await world.depth()).toMatchObject({ ready: 1 });
  });

  it('tells whoever runs it in this process, while they attend', async () => {
    const world = new RoleWorld();
    const id = await held(world);
    const told: string[][] = [];
    const taker = { takeSignals: async (ids: readonly string[]) => void told.push([...ids]) };

    world.courier.attend(taker);
    await world.courier.send([{ executionId: id, event: '1' }]);
    world.courier.leave(taker);
    await world.courier.send([{ executionId: id, event: '2' }]);

    expect(told).toEqual([[id]]);
  });

  it('throws what the store throws, for its caller does not know otherwise', async () => {
    const world = new RoleWorld({
      store: (real): Store => ({ ...real, signal: () => Promise.reject(unavailable()) }),
    });

    const sending = world.courier.send([{ executionId: 'e', event: '1' }]);

    await expect(sending).rejects.toThrow('nobody answers');
  });
});

describe('delivering what ends have left', () => {
  it('wakes the parent', async () => {
    const world = new RoleWorld();
    const parent = await sleeper(world);
    const child = await world.claim(await world.record());
    const notify = { executionId: parent, event: '1' };
    await world.store.commit([ending(child, 'SUCCEEDED', { notify })]);

    await world.courier.deliver();

    expect(await world.depth()).toMatchObject({ ready: 1 });
  });

  it('is one call for the many that ask while another is under way', async () => {
    let calls = 0;
    const world = new RoleWorld({
      store: (real): Store => ({
        ...real,
        wakeSignalled: (limit) => {
          calls += 1;
          return real.wakeSignalled(limit);
        },
      }),
    });

    await Promise.all(Array.from({ length: 10 }, () => world.courier.deliver()));

    expect(calls).toBe(2);
  });

  it('is left to the sweep when the store does not answer', async () => {
    const world = new RoleWorld({
      store: (real): Store => ({ ...real, wakeSignalled: () => Promise.reject(unavailable()) }),
    });
    const courier = new Courier(world);

    await courier.deliver();

    expect(world.logger.entries).toHaveLength(1);
  });
});
