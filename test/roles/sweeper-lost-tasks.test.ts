/** Lost tasks are found among sleepers whose own tasks are on their way, and no sleeper is lost. */
import { describe, expect, it } from 'vitest';
import { ending } from '../contracts/store/store-harness.ts';
import { RoleHarness } from '../support/role-harness.ts';

const sleepMs = 800_000;

/** As many executions as asked for, asleep, each with a delayed task in the queue. */
async function sleepers(harness: RoleHarness, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = await harness.record();
    const { fence } = await harness.claim(id);
    const wakeup = { executionId: id, queue: 'default', batchId: null };
    await harness.store.commit([
      {
        ...{ executionId: id, fence, status: 'RUNNING', snapshot: '{}', events: null },
        ...{ firstEventId: 0, lease: 'release', dueInMs: sleepMs, wakeupSent: true, attempts: 0 },
        ...{
          output: null,
          error: null,
          cause: null,
          archiveReason: null,
          signalsSeen: 0,
          signalsUnused: [],
          notify: null,
        },
      },
    ]);
    await harness.dispatcher.dispatch([wakeup], sleepMs);
    ids.push(id);
  }
  return ids;
}

async function depthOf(harness: RoleHarness) {
  const [stats] = await harness.broker.stats(['default']);
  return { ready: stats?.ready, delayed: stats?.delayed };
}

describe('a lost task', () => {
  it('is found although more sleepers than that have tasks on their way', async () => {
    const harness = new RoleHarness();
    await sleepers(harness, 5);
    await harness.record(); // its task counts as sent, and is in no queue
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(120_000);
    await harness.stop(sweeper);

    expect(await depthOf(harness)).toEqual({ ready: 1, delayed: 5 });
  });

  it('is found although sleepers that were aborted have left their delayed tasks behind', async () => {
    const harness = new RoleHarness();
    for (const id of await sleepers(harness, 5)) {
      await harness.store.requestAbort([id]);
      await harness.store.commit([ending(await harness.claim(id), 'ABORTED')]);
    }
    await harness.record();
    await harness.submit(); // the queue is not without a line
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(120_000);
    await harness.stop(sweeper);

    expect(await depthOf(harness)).toEqual({ ready: 2, delayed: 5 });
  });

  it('of a sleeper is sent once it is due, and until then no other in its place', async () => {
    const harness = new RoleHarness();
    await sleepers(harness, 5);
    await harness.broker.purge('default');
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(sleepMs - 1_000);
    expect(await depthOf(harness)).toEqual({ ready: 0, delayed: 0 });
    await harness.clock.advance(120_000);
    await harness.stop(sweeper);

    expect(await depthOf(harness)).toEqual({ ready: 5, delayed: 0 });
  });
});
