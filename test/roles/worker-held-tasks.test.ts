/**
 * Tasks of executions that are held or asleep: they look after the holder and the sleeper, and harm
 * nothing by it.
 */
import { describe, expect, it } from 'vitest';
import { HeldHandler, oneTask, RoleWorld } from '../support/role-world.ts';

describe('a second task for an execution that runs for an hour', () => {
  it('does not become a dead letter, whichever worker receives it', async () => {
    const work = new HeldHandler();
    const world = new RoleWorld({ handlers: { work: work.handler } });
    await world.register(oneTask);
    const id = await world.submit();
    const workers = [world.worker(), world.worker()];
    for (const worker of workers) worker.start();
    await world.pass(() => work.calls.length === 1, 'the call');

    const wakeup = { executionId: id, queue: 'default', batchId: null };
    await world.dispatcher.dispatch([wakeup, wakeup]);
    await world.clock.advance(3_600_000);

    const [stats] = await world.broker.stats(['default']);
    expect(stats).toMatchObject({ dead: 0, ready: 0, delayed: 0, inFlight: 1 });
    work.answer(0);
    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    for (const worker of workers) await world.stop(worker);
    expect(work.calls).toHaveLength(1);
  });
});

describe('a second task for an execution that sleeps twenty times', () => {
  it('does not become a dead letter, which would end the execution', async () => {
    const world = new RoleWorld();
    const names = Array.from({ length: 20 }, (_, index) => `Wait${index}`);
    const waits = names.map((name, index) => {
      const next = names[index + 1];
      const then = next === undefined ? { End: true } : { Next: next };
      return [name, { Type: 'Wait', Seconds: 20, ...then }] as const;
    });
    await world.register({ StartAt: 'Wait0', States: Object.fromEntries(waits) });
    const id = await world.submit();
    await world.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);
    // One at a time: else both copies come in one call, and the second is done with.
    const worker = world.worker({ concurrency: 1 });
    worker.start();

    await world.pass(async () => (await world.statusOf(id)) === 'SUCCEEDED', 'the end');
    await world.stop(worker);

    const [stats] = await world.broker.stats(['default']);
    expect(stats).toMatchObject({ dead: 0, ready: 0, delayed: 0, inFlight: 0 });
  });
});
