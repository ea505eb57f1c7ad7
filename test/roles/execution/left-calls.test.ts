/** Executions on workers that lack a handler, while other workers have it. */
import { describe, expect, it } from 'vitest';
import type { Handlers } from '../../../lib/drivers/handlers/handler.ts';
import { HandlerInvoker } from '../../../lib/drivers/handlers/handler-invoker.ts';
import { findHandlerTarget } from '../../../lib/drivers/handlers/handler-target.ts';
import type { Clock } from '../../../lib/ports/clock.ts';
import { MissingHandlers } from '../../../lib/roles/delivery/missing-handlers.ts';
import type { Executor } from '../../../lib/roles/execution/executor.ts';
import { RoleHarness } from '../../support/role-harness.ts';
import { offBy } from '../../support/simulated-clock.ts';

const graceMs = 600_000;

const twoSteps = {
  StartAt: 'First',
  States: {
    First: { Type: 'Task', Resource: 'first', Next: 'Second' },
    Second: { Type: 'Task', Resource: 'second', End: true },
  },
};

/** An executor whose process has `handlers`, and leaves what it lacks to others for the grace. */
function executorWith(
  harness: RoleHarness,
  handlers: Handlers,
  clock: Clock = harness.clock,
): Executor {
  const invoker = new HandlerInvoker(handlers, harness.logger);
  const findHandlerName = (task: Parameters<typeof findHandlerTarget>[0]) =>
    findHandlerTarget(task).name;
  const missingHandlers = new MissingHandlers({
    ...harness,
    clock,
    invoker,
    findHandlerName,
    graceMs,
  });
  return harness.executor({ clock, invoker, missingHandlers });
}

async function announce(harness: RoleHarness, workerId: string, about: object): Promise<void> {
  await harness.store.heartbeat(workerId, 30_000, JSON.stringify(about));
}

const newer = { role: 'worker', queues: ['default'], handlers: ['first', 'second'], lacks: [] };

describe('an execution whose handler is missing here', () => {
  it('a worker without the first handler gives an execution back unchanged, and logs the handler once', async () => {
    const harness = new RoleHarness();
    await harness.register(twoSteps);
    const executor = executorWith(harness, { other: () => 1 });
    const ids = [await harness.record(), await harness.record()];

    for (const id of ids) {
      expect(await executor.run(await harness.claim(id))).toEqual({
        kind: 'suspended',
        dueInMs: 1_000,
      });
    }

    for (const id of ids) {
      const { status, attempts, workerId } = (await harness.store.getExecution(id)) ?? {};
      expect({ status, attempts, workerId }).toEqual({
        status: 'PENDING',
        attempts: 0,
        workerId: null,
      });
      expect(await harness.readHistory(id)).toEqual([]);
    }
    expect(harness.logger.entries.map(({ fields }) => fields?.handler)).toEqual(['first']);
  });

  it('an execution goes on at a worker that has its next handler, and keeps what was done', async () => {
    const harness = new RoleHarness();
    await harness.register(twoSteps);
    const older = executorWith(harness, { first: () => ({ done: 1 }) });
    const calls: unknown[] = [];
    const current = executorWith(harness, {
      second: (input) => {
        calls.push(input);
        return 'end';
      },
    });
    const id = await harness.record();

    const outcome = await older.run(await harness.claim(id));
    expect(outcome).toMatchObject({ kind: 'suspended' });
    await harness.clock.advance(1_000);
    expect(await current.run(await harness.claim(id))).toEqual({ kind: 'ended' });

    expect(calls).toEqual([{ done: 1 }]);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'SUCCEEDED',
      attempts: 0,
      output: '"end"',
    });
  });

  it('workers that have only one of two parallel handlers each finish the execution together', async () => {
    const harness = new RoleHarness();
    const branch = (name: string) => ({
      StartAt: name,
      States: { [name]: { Type: 'Task', Resource: name, End: true } },
    });
    await harness.register({
      StartAt: 'Both',
      States: { Both: { Type: 'Parallel', Branches: [branch('a'), branch('b')], End: true } },
    });
    const called: string[] = [];
    const handlerOf = (name: string) => () => {
      called.push(name);
      return name;
    };
    const id = await harness.record();

    await executorWith(harness, { a: handlerOf('a') }).run(await harness.claim(id));
    await harness.clock.advance(60_000);
    const outcome = await executorWith(harness, { b: handlerOf('b') }).run(await harness.claim(id));

    expect(outcome).toEqual({ kind: 'ended' });
    expect(called).toEqual(['a', 'b']);
    expect(await harness.store.getExecution(id)).toMatchObject({ output: '["a","b"]' });
  });

  it('an execution fails with UnknownHandler when no live worker has had the handler for the grace', async () => {
    const harness = new RoleHarness();
    await harness.register(twoSteps);
    const executor = executorWith(harness, { other: () => 1 });
    const recordedAt = harness.clock.now();
    const id = await harness.record({}, { retriesMax: 3 });

    for (;;) {
      const outcome = await executor.run(await harness.claim(id));
      if (outcome.kind === 'ended') break;
      await harness.clock.advance(outcome.kind === 'suspended' ? (outcome.dueInMs ?? 0) : 0);
    }

    const waitedMs = harness.clock.now() - recordedAt;
    expect(waitedMs).toBeGreaterThanOrEqual(graceMs);
    expect(waitedMs).toBeLessThanOrEqual(graceMs + 60_000);
    expect(await harness.store.getExecution(id)).toMatchObject({
      status: 'FAILED',
      error: 'Millrace.UnknownHandler',
    });
  });

  it.each([-3_600_000, 3_600_000])(
    'an execution is given back for its waiting time by a worker whose clock is off by %i ms',
    async (ms) => {
      const harness = new RoleHarness();
      await harness.register(twoSteps);
      const executor = executorWith(harness, { other: () => 1 }, offBy(harness.clock, ms));
      const id = await harness.record();
      await harness.clock.advance(20_000);

      const outcome = await executor.run(await harness.claim(id));

      if (outcome.kind !== 'suspended') throw new Error('the execution was not given back');
      expect(outcome.dueInMs).toBeGreaterThanOrEqual(10_000);
      expect(outcome.dueInMs).toBeLessThanOrEqual(20_000);
    },
  );

  it('an execution waits for as long as a live worker of its queue has the handler', async () => {
    const harness = new RoleHarness();
    await harness.register(twoSteps);
    const executor = executorWith(harness, { other: () => 1 });
    const id = await harness.record();

    for (let turn = 0; turn < 40; turn += 1) {
      await announce(harness, 'newer', newer);
      const outcome = await executor.run(await harness.claim(id));
      expect(outcome).toMatchObject({ kind: 'suspended' });
      await harness.clock.advance(60_000);
    }
  });

  it('a live worker of another queue, or one that reports the same lack, is not waited for', async () => {
    const harness = new RoleHarness();
    const resource = 'arn:aws:states:::dynamodb:getItem';
    await harness.register({
      StartAt: 'Get',
      States: { Get: { Type: 'Task', Resource: resource, Parameters: {}, End: true } },
    });
    const executor = executorWith(harness, { other: () => 1 });
    const id = await harness.record();
    let outcome = await executor.run(await harness.claim(id));

    while (outcome.kind === 'suspended') {
      await announce(harness, 'elsewhere', { ...newer, queues: ['low'] });
      await announce(harness, 'same', { ...newer, lacks: [resource] });
      await harness.clock.advance(60_000);
      outcome = await executor.run(await harness.claim(id));
    }

    expect(outcome).toEqual({ kind: 'ended' });
    expect(await harness.readStatus(id)).toBe('FAILED');
  });

  it('an EXPRESS execution does not begin where one of its handlers is missing', async () => {
    const harness = new RoleHarness();
    await harness.register(twoSteps, 'machine', 'EXPRESS');
    const calls: string[] = [];
    const first = () => {
      calls.push('first');
      return 1;
    };
    const id = await harness.record();

    const outcome = await executorWith(harness, { first }).run(await harness.claim(id));
    expect(outcome).toEqual({ kind: 'suspended', dueInMs: 1_000 });
    expect(calls).toEqual([]);
    await harness.clock.advance(1_000);
    await executorWith(harness, { first, second: () => 2 }).run(await harness.claim(id));

    expect(calls).toEqual(['first']);
    expect(await harness.readStatus(id)).toBe('SUCCEEDED');
  });

  it('an execution that is given back can be aborted, and keeps its deadline', async () => {
    const harness = new RoleHarness();
    await harness.register(twoSteps);
    const executor = executorWith(harness, { other: () => 1 });
    const aborted = await harness.record();
    const late = await harness.record({}, { deadlineAt: harness.clock.now() + 700 });
    await executor.run(await harness.claim(aborted));

    expect(await executor.run(await harness.claim(late))).toEqual({
      kind: 'suspended',
      dueInMs: 700,
    });
    await harness.clock.advance(1_000);
    await harness.store.requestAbort([aborted]);
    await executor.run(await harness.claim(aborted));
    await executor.run(await harness.claim(late));

    expect(await harness.readStatus(aborted)).toBe('ABORTED');
    expect(await harness.readStatus(late)).toBe('TIMED_OUT');
  });
});
