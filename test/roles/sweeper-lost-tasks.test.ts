/** Lost tasks are found although sleeping executions have delayed tasks. */
import { describe, expect, it } from 'vitest';
import { ending } from '../contracts/store/store-harness.ts';
import { RoleHarness } from '../support/role-harness.ts';

const sleepMs = 800_000;

/** Records sleeping executions, each with a delayed task in the queue. */
async function recordSleeping(harness: RoleHarness, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = await harness.record();
    const { fence } = await harness.claim(id);
    const wakeup = { executionId: id, queue: 'default', batchId: null };
    await harness.store.commit([
      {
        executionId: id,
        fence,
        status: 'RUNNING',
        snapshot: '{}',
        events: null,
        firstEventId: 0,
        lease: 'release',
        dueInMs: sleepMs,
        wakeupSent: true,
        attempts: 0,
        output: null,
        error: null,
        cause: null,
        archiveReason: null,
        signalsSeen: 0,
        signalsUnused: [],
        notify: null,
      },
    ]);
    await harness.dispatcher.dispatch([wakeup], sleepMs);
    ids.push(id);
  }
  return ids;
}

async function readDepth(harness: RoleHarness) {
  const [stats] = await harness.broker.stats(['default']);
  return { ready: stats?.ready, delayed: stats?.delayed };
}

describe('a lost task', () => {
  it('a lost task is found although more sleeping executions have delayed tasks', async () => {
    const harness = new RoleHarness();
    await recordSleeping(harness, 5);
    await harness.record(); // Its task counts as sent, and is in no queue.
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(120_000);
    await harness.stop(sweeper);

    expect(await readDepth(harness)).toEqual({ ready: 1, delayed: 5 });
  });

  it('a lost task is found although aborted executions have left delayed tasks behind', async () => {
    const harness = new RoleHarness();
    for (const id of await recordSleeping(harness, 5)) {
      await harness.store.requestAbort([id]);
      await harness.store.commit([ending(await harness.claim(id), 'ABORTED')]);
    }
    await harness.record();
    await harness.submit(); // The queue has a ready message.
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(120_000);
    await harness.stop(sweeper);

    expect(await readDepth(harness)).toEqual({ ready: 2, delayed: 5 });
  });

  it('the lost task of a sleeping execution is sent when it is due, and not before', async () => {
    const harness = new RoleHarness();
    await recordSleeping(harness, 5);
    await harness.broker.purge('default');
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(sleepMs - 1_000);
    expect(await readDepth(harness)).toEqual({ ready: 0, delayed: 0 });
    await harness.clock.advance(120_000);
    await harness.stop(sweeper);

    expect(await readDepth(harness)).toEqual({ ready: 5, delayed: 0 });
  });
});
