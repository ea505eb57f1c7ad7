/** Routing signals to executions and notifying those that run here. */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../lib/ports/store/store.ts';
import { SignalRouter } from '../../../lib/roles/callbacks/signal-router.ts';
import { checkpoint, ending, sleeping } from '../../contracts/store/store-harness.ts';
import { RoleHarness, unavailable } from '../../support/role-harness.ts';

/** Records an execution that sleeps until a signal arrives. */
async function recordSleeping(harness: RoleHarness): Promise<string> {
  const id = await harness.record();
  await harness.store.commit([sleeping(await harness.claim(id), null)]);
  return id;
}

/** Records an execution that the worker `w` holds. */
async function recordHeld(harness: RoleHarness): Promise<string> {
  const id = await harness.record();
  await harness.store.commit([checkpoint(await harness.claim(id))]);
  return id;
}

describe('sending signals', () => {
  it('sending signals queues sleeping executions, and returns those that are not running', async () => {
    const harness = new RoleHarness();
    const id = await recordSleeping(harness);
    const over = harness.entropy.uuid();

    const refused = await harness.signalRouter.send([
      { executionId: id, event: '1' },
      { executionId: over, event: '2' },
    ]);

    expect(refused).toEqual([over]);
    expect(await harness.depth()).toMatchObject({ ready: 1 });
  });

  it('receivers are notified of signals to executions that run here, until they are removed', async () => {
    const harness = new RoleHarness();
    const id = await recordHeld(harness);
    const notified: string[][] = [];
    const receiver = {
      takeSignals: async (ids: readonly string[]) => void notified.push([...ids]),
    };

    harness.signalRouter.addReceiver(receiver);
    await harness.signalRouter.send([{ executionId: id, event: '1' }]);
    harness.signalRouter.removeReceiver(receiver);
    await harness.signalRouter.send([{ executionId: id, event: '2' }]);

    expect(notified).toEqual([[id]]);
  });

  it('sending signals throws what the store throws', async () => {
    const harness = new RoleHarness({
      store: (real): Store => ({ ...real, sendSignals: () => Promise.reject(unavailable()) }),
    });

    const sending = harness.signalRouter.send([{ executionId: 'e', event: '1' }]);

    await expect(sending).rejects.toThrow('no answer');
  });
});

describe('deliverNotices', () => {
  it('delivering the notice of a child queues its parent', async () => {
    const harness = new RoleHarness();
    const parent = await recordSleeping(harness);
    const child = await harness.claim(await harness.record());
    const notify = { executionId: parent, event: '1' };
    await harness.store.commit([ending(child, 'SUCCEEDED', { notify })]);

    await harness.signalRouter.deliverNotices();

    expect(await harness.depth()).toMatchObject({ ready: 1 });
  });

  it('concurrent deliveries of notices share one further call', async () => {
    let calls = 0;
    const harness = new RoleHarness({
      store: (real): Store => ({
        ...real,
        deliverNotices: (limit) => {
          calls += 1;
          return real.deliverNotices(limit);
        },
      }),
    });

    await Promise.all(Array.from({ length: 10 }, () => harness.signalRouter.deliverNotices()));

    expect(calls).toBe(2);
  });

  it('a failed delivery of notices is logged and left to the sweeper', async () => {
    const harness = new RoleHarness({
      store: (real): Store => ({ ...real, deliverNotices: () => Promise.reject(unavailable()) }),
    });
    const signalRouter = new SignalRouter(harness);

    await signalRouter.deliverNotices();

    expect(harness.logger.entries).toHaveLength(1);
  });
});
