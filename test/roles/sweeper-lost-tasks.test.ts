/** Lost tasks are found among sleepers whose own tasks are on their way, and no sleeper is lost. */
import { describe, expect, it } from 'vitest';
import { ending } from '../contracts/store/store-harness.ts';
import { RoleWorld } from '../support/role-world.ts';

const sleepMs = 800_000;

/** As many executions as asked for, asleep, each with a delayed task in the queue. */
async function sleepers(world: RoleWorld, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = await world.record();
    const { fence } = await world.claim(id);
    const wakeup = { executionId: id, queue: 'default', batchId: null };
    await world.store.commit([
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
    await world.dispatcher.dispatch([wakeup], sleepMs);
    ids.push(id);
  }
  return ids;
}

async function depthOf(world: RoleWorld) {
  const [stats] = await world.broker.stats(['default']);
  return { ready: stats?.ready, delayed: stats?.delayed };
}

describe('a lost task', () => {
  it('is found although more sleepers than that have tasks on their way', async () => {
    const world = new RoleWorld();
    await sleepers(world, 5);
    await world.record(); // its task counts as sent, and is in no queue
    const sweeper = world.sweeper();
    sweeper.start();

    await world.clock.advance(120_000);
    await world.stop(sweeper);

    expect(await depthOf(world)).toEqual({ ready: 1, delayed: 5 });
  });

  it('is found although sleepers that were aborted have left their delayed tasks behind', async () => {
    const world = new RoleWorld();
    for (const id of await sleepers(world, 5)) {
      await world.store.requestAbort([id]);
      await world.store.commit([ending(await world.claim(id), 'ABORTED')]);
    }
    await world.record();
    await world.submit(); // the queue is not without a line
    const sweeper = world.sweeper();
    sweeper.start();

    await world.clock.advance(120_000);
    await world.stop(sweeper);

    expect(await depthOf(world)).toEqual({ ready: 2, delayed: 5 });
  });

  it('of a sleeper is sent once it is due, and until then no other in its place', async () => {
    const world = new RoleWorld();
    await sleepers(world, 5);
    await world.broker.purge('default');
    const sweeper = world.sweeper();
    sweeper.start();

    await world.clock.advance(sleepMs - 1_000);
    expect(await depthOf(world)).toEqual({ ready: 0, delayed: 0 });
    await world.clock.advance(120_000);
    await world.stop(sweeper);

    expect(await depthOf(world)).toEqual({ ready: 5, delayed: 0 });
  });
});
