/** A queue without ready messages although rows wait has lost their tasks, and is refilled. */
import { describe, expect, it } from 'vitest';
import { sweeperDefaults } from '../../lib/roles/sweeper.ts';
import { RoleHarness, type RoleHarnessOptions, withSend } from '../support/role-harness.ts';

const { intervalMs, sendingMs } = sweeperDefaults;

/** Records `lost` executions whose tasks count as sent, and are in no queue. */
async function setUp(lost: number, options: RoleHarnessOptions = {}) {
  const harness = new RoleHarness(options);
  for (let count = 0; count < lost; count += 1) await harness.record();
  return harness;
}

async function ready(harness: RoleHarness) {
  return (await harness.depth()).ready;
}

describe('an empty queue', () => {
  it('a queue that lost its tasks is refilled by the next sweep, however recently they were sent', async () => {
    const harness = await setUp(5);
    const sweeper = harness.sweeper();
    sweeper.start();

    await harness.clock.advance(2 * (intervalMs + sendingMs));
    await harness.stop(sweeper);

    expect(await ready(harness)).toBe(5);
    expect(harness.metrics.counts.get('tasksSwept')).toBe(5);
  });

  it('a queue without ready messages is refilled, whatever is in flight or delayed', async () => {
    const harness = await setUp(5);
    await harness.submit();
    const request = { queues: ['default'], max: 1, visibilityMs: 60_000, waitMs: 0 };
    const [delivery] = await harness.broker.receive(request);
    await harness.claim(delivery?.id ?? '', 'alive', 60_000);
    const sleeper = { executionId: harness.entropy.uuid(), queue: 'default', batchId: null };
    await harness.dispatcher.dispatch([sleeper], 60_000);
    await harness.clock.advance(sendingMs);

    await harness.sweeper().tick();

    expect(await harness.depth()).toEqual({ ready: 5, delayed: 1, inFlight: 1 });
  });

  it('tasks that may still be being sent are not sent again', async () => {
    const harness = await setUp(5);
    const sweeper = harness.sweeper();

    await harness.clock.advance(sendingMs - 1);
    await sweeper.tick();

    expect(await ready(harness)).toBe(0);
  });

  it('everything that a queue lost is sent without a pause, and nothing that was sent since', async () => {
    const harness = await setUp(250);
    const sweeper = harness.sweeper({ limit: 100 });
    await harness.clock.advance(sendingMs);

    const pauses = [await sweeper.tick()];
    for (let count = 0; count < 10; count += 1) await harness.submit();
    await harness.clock.advance(sendingMs);
    for (let ticks = 0; ticks < 3; ticks += 1) pauses.push(await sweeper.tick());

    expect(pauses).toEqual([0, 0, intervalMs, intervalMs]);
    expect(await ready(harness)).toBe(260);
  });

  it('a queue that refuses tasks is retried once per interval, and refilled when it accepts them', async () => {
    let attempts = 0;
    let full = true;
    const harness = await setUp(250, {
      broker: (real) =>
        withSend(real, async (send, queue, messages) => {
          attempts += 1;
          const refused = { sent: false, reason: 'unavailable', message: 'full' } as const;
          return full ? messages.map(({ id }) => ({ id, ...refused })) : send(queue, messages);
        }),
    });
    const sweeper = harness.sweeper({ limit: 100 });
    sweeper.start();

    await harness.clock.advance(60_000);
    expect(attempts).toBeLessThanOrEqual(60_000 / intervalMs + 1);
    full = false;
    await harness.clock.advance(60_000);
    await harness.stop(sweeper);

    expect(await ready(harness)).toBe(250);
  });

  it('a queue whose depth is only estimated is not considered empty', async () => {
    const harness = await setUp(5, {
      broker: (real) => {
        const stats = real.stats.bind(real);
        return Object.assign(real, {
          stats: async (queues: readonly string[]) =>
            (await stats(queues)).map((each) => ({ ...each, oldestMs: null })),
        });
      },
    });
    await harness.clock.advance(sendingMs);

    await harness.sweeper().tick();

    expect(await ready(harness)).toBe(0);
  });
});

describe('waiting for an external answer', () => {
  it('a Task that waits for an external answer times out although every message is lost', async () => {
    const Resource = 'arn:aws:states:::lambda:invoke.waitForTaskToken';
    const ask = { Type: 'Task', Resource, Parameters: { FunctionName: 'ask' }, End: true };
    const harness = new RoleHarness({ handlers: { ask: () => 'asked' } });
    await harness.register({ StartAt: 'Ask', States: { Ask: { ...ask, TimeoutSeconds: 60 } } });
    const id = await harness.submit();
    const [worker, sweeper] = [harness.worker(), harness.sweeper()];
    worker.start();
    sweeper.start();
    const isAsleep = async () => (await harness.store.getExecution(id))?.dueAt !== null;
    await harness.pass(isAsleep, 'the wait', 1);

    await harness.broker.purge('default');
    await harness.clock.advance(60_000 + intervalMs + sendingMs + intervalMs);
    await Promise.all([harness.stop(worker), harness.stop(sweeper)]);

    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });
});
