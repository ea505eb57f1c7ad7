/** A worker with executions that were lost with earlier workers: they run alone. */
import { describe, expect, it } from 'vitest';
import { HeldHandler, oneTask, RoleHarness } from '../support/role-harness.ts';
import { settle, until } from '../support/signal.ts';

interface SetUpOptions {
  /** Number of executions that were lost with earlier workers, and with how many of these. */
  readonly lost: number;
  readonly losses: number;
  /** Number of executions that no worker has had. */
  readonly fresh?: number;
}

/** Creates executions that were lost while their handlers ran, and have a task again. */
async function setUp({ lost, losses, fresh = 0 }: SetUpOptions) {
  const before = new HeldHandler();
  const work = new HeldHandler();
  const handlers = { handler: before.handler };
  const harness = new RoleHarness({
    handlers: { work: (input, context) => handlers.handler(input, context) },
  });
  await harness.register(oneTask);
  const suspects: string[] = [];
  for (let count = 0; count < lost; count += 1) suspects.push(await harness.record());
  for (let loss = 0; loss < losses; loss += 1) {
    const { claimed } = await harness.store.claim(`lost-${loss}`, 1_000, suspects);
    for (const execution of claimed) void harness.executor().run(execution);
    await until(() => before.calls.length === (loss + 1) * lost, 'the calls that are lost');
    await harness.clock.advance(1_000);
  }
  handlers.handler = work.handler;
  const innocents: string[] = [];
  for (let count = 0; count < fresh; count += 1) innocents.push(await harness.submit());
  const tasks = suspects.map((id) => ({ executionId: id, queue: 'default', batchId: null }));
  await harness.dispatcher.dispatch(tasks);
  const called = () => work.calls.map(({ context }) => context.execution.id);
  return { harness, work, suspects, innocents, called };
}

describe('executions that were lost with their workers', () => {
  it('an execution that was lost once runs beside others', async () => {
    const { harness, work, called } = await setUp({ lost: 3, losses: 1 });
    const worker = harness.worker();

    worker.start();
    await until(() => called().length === 3, 'all calls');

    for (let index = 0; index < 3; index += 1) work.answer(index);
    await harness.stop(worker);
  });

  it('an execution that was lost twice waits until its neighbours have ended, and nothing starts beside it', async () => {
    const { harness, work, suspects, innocents, called } = await setUp({
      lost: 1,
      losses: 2,
      fresh: 2,
    });
    const worker = harness.worker();

    worker.start();
    await until(() => called().length === 2, 'the calls of the neighbours');
    await harness.submit();
    await harness.clock.advance(5_000);
    expect(called().toSorted()).toEqual(innocents.toSorted());
    work.answer(0);
    work.answer(1);
    await until(() => called().length === 3, 'the call of the suspect');
    await harness.clock.advance(5_000);

    expect(called()).toHaveLength(3);
    expect(called()[2]).toBe(suspects[0]);
    work.answer(2);
    await until(() => called().length === 4, 'the call after it');
    work.answer(3);
    await harness.stop(worker);
  });

  it('a loss while it runs alone is held against it, and a loss while it waits is not', async () => {
    const { harness, suspects, called } = await setUp({ lost: 2, losses: 2 });
    const worker = harness.worker({ leaseMs: 4_000 });
    worker.start();
    await until(() => called().length === 1, 'the first call');
    await settle();

    // The worker is gone: nothing renews its lease, and its executions are claimed again.
    const held = await harness.store.listHeld(worker.id);
    await harness.store.endLease(worker.id);
    const { claimed } = await harness.store.claim('next', 30_000, suspects);

    expect(held).toEqual(called());
    const stalls = new Map(claimed.map(({ id, stalls: count }) => [id, count]));
    expect(stalls.get(called()[0] ?? '')).toBe(3);
    await harness.stop(worker);
  });

  it('suspects that do not kill their worker run in groups that double', async () => {
    const { harness, work, called } = await setUp({ lost: 7, losses: 2 });
    const worker = harness.worker();
    const started: number[] = [];

    worker.start();
    while (called().length < 7) {
      const before = called().length;
      await harness.pass(() => called().length > before, 'the next trial');
      await settle();
      started.push(called().length - before);
      for (let index = before; index < called().length; index += 1) work.answer(index);
    }
    await harness.stop(worker);

    expect(started).toEqual([1, 2, 4]);
  });
});
