/** Tasks of executions that are held: they look after the holder, and harm nothing by it. */
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
