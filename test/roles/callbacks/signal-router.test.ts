/** Carrying signals: nobody who is under way misses one. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../lib/ports/store.ts';
import { SignalRouter } from '../../../lib/roles/callbacks/signal-router.ts';
import { checkpoint, ending, sleeping } from '../../contracts/store/store-harness.ts';
import { RoleHarness, unavailable } from '../../support/role-harness.ts';

/** An execution that sleeps until a signal comes. */
async function sleeper(harness: RoleHarness): Promise<string> {
  const id = await harness.record();
  await harness.store.commit([sleeping(await harness.claim(id), null)]);
  return id;
}

/** One that the worker `w` holds. */
async function held(harness: RoleHarness): Promise<string> {
  const id = await harness.record();
  await harness.store.commit([checkpoint(await harness.claim(id))]);
  return id;
}

describe('sending signals', () => {
  it('sends the task of one that sleeps, and says who is not under way', async () => {
    const harness = new RoleHarness();
    const id = await sleeper(harness);
    const over = harness.entropy.uuid();

    const refused = await harness.signalRouter.send([
      { executionId: id, event: '1' },
      { executionId: over, event: '2' },
    ]);

    expect(refused).toEqual([over]);
    expect(await harness.depth()).toMatchObject({ ready: 1 });
  });

  it('tells whoever runs it in this process, while they attend', async () => {
    const harness = new RoleHarness();
    const id = await held(harness);
    const told: string[][] = [];
    const taker = { takeSignals: async (ids: readonly string[]) => void told.push([...ids]) };

    harness.signalRouter.attend(taker);
    await harness.signalRouter.send([{ executionId: id, event: '1' }]);
    harness.signalRouter.leave(taker);
    await harness.signalRouter.send([{ executionId: id, event: '2' }]);

    expect(told).toEqual([[id]]);
  });

  it('throws what the store throws, for its caller does not know otherwise', async () => {
    const harness = new RoleHarness({
      store: (real): Store => ({ ...real, signal: () => Promise.reject(unavailable()) }),
    });

    const sending = harness.signalRouter.send([{ executionId: 'e', event: '1' }]);

    await expect(sending).rejects.toThrow('nobody answers');
  });
});

describe('delivering what ends have left', () => {
  it('wakes the parent', async () => {
    const harness = new RoleHarness();
    const parent = await sleeper(harness);
    const child = await harness.claim(await harness.record());
    const notify = { executionId: parent, event: '1' };
    await harness.store.commit([ending(child, 'SUCCEEDED', { notify })]);

    await harness.signalRouter.deliver();

    expect(await harness.depth()).toMatchObject({ ready: 1 });
  });

  it('is one call for the many that ask while another is under way', async () => {
    let calls = 0;
    const harness = new RoleHarness({
      store: (real): Store => ({
        ...real,
        wakeSignalled: (limit) => {
          calls += 1;
          return real.wakeSignalled(limit);
        },
      }),
    });

    await Promise.all(Array.from({ length: 10 }, () => harness.signalRouter.deliver()));

    expect(calls).toBe(2);
  });

  it('is left to the sweep when the store does not answer', async () => {
    const harness = new RoleHarness({
      store: (real): Store => ({ ...real, wakeSignalled: () => Promise.reject(unavailable()) }),
    });
    const signalRouter = new SignalRouter(harness);

    await signalRouter.deliver();

    expect(harness.logger.entries).toHaveLength(1);
  });
});
