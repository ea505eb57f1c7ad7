/** Second tasks of executions that are held or asleep: they never end these executions. */
import { describe, expect, it } from 'vitest';
import { HeldHandler, oneTask, RoleHarness } from '../support/role-harness.ts';

describe('a second task for an execution that runs for an hour', () => {
  it('a second task for a running execution never becomes a dead letter', async () => {
    const work = new HeldHandler();
    const harness = new RoleHarness({ handlers: { work: work.handler } });
    await harness.register(oneTask);
    const id = await harness.submit();
    const workers = [harness.worker(), harness.worker()];
    for (const worker of workers) worker.start();
    await harness.pass(() => work.calls.length === 1, 'the call');

    const wakeup = { executionId: id, queue: 'default', batchId: null };
    await harness.dispatcher.dispatch([wakeup, wakeup]);
    await harness.clock.advance(3_600_000);

    const [stats] = await harness.broker.stats(['default']);
    expect(stats).toMatchObject({ dead: 0, ready: 0, delayed: 0, inFlight: 1 });
    work.answer(0);
    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    for (const worker of workers) await harness.stop(worker);
    expect(work.calls).toHaveLength(1);
  });
});

describe('a second task for an execution that sleeps twenty times', () => {
  it('a second task for a sleeping execution never becomes a dead letter', async () => {
    const harness = new RoleHarness();
    const names = Array.from({ length: 20 }, (_, index) => `Wait${index}`);
    const waits = names.map((name, index) => {
      const next = names[index + 1];
      const then = next === undefined ? { End: true } : { Next: next };
      return [name, { Type: 'Wait', Seconds: 20, ...then }] as const;
    });
    await harness.register({ StartAt: 'Wait0', States: Object.fromEntries(waits) });
    const id = await harness.submit();
    await harness.dispatcher.dispatch([{ executionId: id, queue: 'default', batchId: null }]);
    // One at a time: both copies in one call would acknowledge the second.
    const worker = harness.worker({ concurrency: 1 });
    worker.start();

    await harness.pass(async () => (await harness.readStatus(id)) === 'SUCCEEDED', 'the end');
    await harness.stop(worker);

    const [stats] = await harness.broker.stats(['default']);
    expect(stats).toMatchObject({ dead: 0, ready: 0, delayed: 0, inFlight: 0 });
  });
});
