/** A queue without a line though rows wait has lost their tasks, and is filled again at once. */
import { describe, expect, it } from 'vitest';
import { sweeperDefaults } from '../../lib/roles/sweeper.ts';
import { RoleWorld, type RoleWorldOptions, withSend } from '../support/role-world.ts';

const { intervalMs, sendingMs } = sweeperDefaults;

/** Executions whose tasks count as sent, `lost` of them to nowhere. */
async function setUp(lost: number, options: RoleWorldOptions = {}) {
  const world = new RoleWorld(options);
  for (let count = 0; count < lost; count += 1) await world.record();
  return world;
}

async function ready(world: RoleWorld) {
  return (await world.depth()).ready;
}

describe('an empty queue', () => {
  it('is filled at the next sweep with what it has lost, however lately that was sent', async () => {
    const world = await setUp(5);
    const sweeper = world.sweeper();
    sweeper.start();

    await world.clock.advance(2 * (intervalMs + sendingMs));
    await world.stop(sweeper);

    expect(await ready(world)).toBe(5);
    expect(world.metrics.counts.get('tasksSwept')).toBe(5);
  });

  it('is one in which nothing is in line, whatever is in flight or delayed', async () => {
    const world = await setUp(5);
    await world.submit();
    const request = { queues: ['default'], max: 1, visibilityMs: 60_000, waitMs: 0 };
    const [delivery] = await world.broker.receive(request);
    await world.claim(delivery?.id ?? '', 'alive', 60_000);
    const sleeper = { executionId: world.entropy.uuid(), queue: 'default', batchId: null };
    await world.dispatcher.dispatch([sleeper], 60_000);
    await world.clock.advance(sendingMs);

    await world.sweeper().tick();

    expect(await world.depth()).toEqual({ ready: 5, delayed: 1, inFlight: 1 });
  });

  it('has not lost what may still be on its way', async () => {
    const world = await setUp(5);
    const sweeper = world.sweeper();

    await world.clock.advance(sendingMs - 1);
    await sweeper.tick();

    expect(await ready(world)).toBe(0);
  });

  it('gets all back that it has lost, without a pause, and nothing that was sent since', async () => {
    const world = await setUp(250);
    const sweeper = world.sweeper({ limit: 100 });
    await world.clock.advance(sendingMs);

    const pauses = [await sweeper.tick()];
    for (let count = 0; count < 10; count += 1) await world.submit();
    await world.clock.advance(sendingMs);
    for (let ticks = 0; ticks < 3; ticks += 1) pauses.push(await sweeper.tick());

    expect(pauses).toEqual([0, 0, intervalMs, intervalMs]);
    expect(await ready(world)).toBe(260);
  });

  it('that refuses is not pressed: one try an interval, and all of it once it takes again', async () => {
    let tries = 0;
    let full = true;
    const world = await setUp(250, {
      broker: (real) =>
        withSend(real, async (send, queue, messages) => {
          tries += 1;
          const refused = { sent: false, reason: 'unavailable', message: 'full' } as const;
          return full ? messages.map(({ id }) => ({ id, ...refused })) : send(queue, messages);
        }),
    });
    const sweeper = world.sweeper({ limit: 100 });
    sweeper.start();

    await world.clock.advance(60_000);
    expect(tries).toBeLessThanOrEqual(60_000 / intervalMs + 1);
    full = false;
    await world.clock.advance(60_000);
    await world.stop(sweeper);

    expect(await ready(world)).toBe(250);
  });

  it('is not taken for one where the driver only estimates how much it holds', async () => {
    const world = await setUp(5, {
      broker: (real) => {
        const stats = real.stats.bind(real);
        return Object.assign(real, {
          stats: async (queues: readonly string[]) =>
            (await stats(queues)).map((each) => ({ ...each, oldestMs: null })),
        });
      },
    });
    await world.clock.advance(sendingMs);

    await world.sweeper().tick();

    expect(await ready(world)).toBe(0);
  });
});

describe('a wait for an outsider', () => {
  it('times out although every message is lost', async () => {
    const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
    const ask = { Type: 'Task', Resource, Parameters: { FunctionName: 'ask' }, End: true };
    const world = new RoleWorld({ handlers: { ask: () => 'asked' } });
    await world.register({ StartAt: 'Ask', States: { Ask: { ...ask, TimeoutSeconds: 60 } } });
    const id = await world.submit();
    const [worker, sweeper] = [world.worker(), world.sweeper()];
    worker.start();
    sweeper.start();
    const isAsleep = async () => (await world.store.getExecution(id))?.dueAt !== null;
    await world.pass(isAsleep, 'the wait', 1);

    await world.broker.purge('default');
    await world.clock.advance(60_000 + intervalMs + sendingMs + intervalMs);
    await Promise.all([world.stop(worker), world.stop(sweeper)]);

    expect(await world.store.getExecution(id)).toMatchObject({
      ...{ status: 'FAILED', error: 'States.Timeout' },
    });
  }); // W35
});
