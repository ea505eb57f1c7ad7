/** How long an execution may take: one attempt by its timeout, all of them by its deadline. */
import { describe, expect, it } from 'vitest';
import type { Handler } from '../../../lib/drivers/handlers/handler.ts';
import type { NewExecution } from '../../../lib/ports/store/execution-store.ts';
import { HeldHandler, oneTask, RoleHarness } from '../../support/role-harness.ts';
import { until } from '../../support/signal.ts';

const waitThenWork = {
  StartAt: 'Wait',
  States: { Wait: { Type: 'Wait', Seconds: 60, Next: 'Work' }, ...oneTask.States },
};

type Type = 'STANDARD' | 'EXPRESS';

/** Starts a worker and a sweeper, and submits an execution of the machine. */
async function setUp(
  changes: Partial<NewExecution> | ((now: number) => Partial<NewExecution>),
  definition: object = oneTask,
  type: Type = 'STANDARD',
  handler?: Handler,
) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: handler ?? work.handler } });
  await harness.register(definition, 'machine', type);
  const given = typeof changes === 'function' ? changes(harness.clock.now()) : changes;
  const id = await harness.submit({}, given);
  const roles = [harness.worker(), harness.sweeper()];
  const startedAt = harness.clock.now();
  for (const role of roles) role.start();
  return {
    harness,
    work,
    id,
    /** Returns the time until the execution has this status, in steps of a tenth of a second. */
    reach: async (status: string) => {
      const reached = async () => (await harness.readStatus(id)) === status;
      await harness.pass(reached, status, 100, 20_000);
      return harness.clock.now() - startedAt;
    },
    stop: () => Promise.all(roles.map((role) => harness.stop(role))),
  };
}

describe('a timeout of one execution', () => {
  for (const type of ['STANDARD', 'EXPRESS'] as const) {
    it(`a timeout ends a run of a machine of type ${type} TIMED_OUT`, async () => {
      const { work, reach, stop } = await setUp({ timeoutMs: 5_000 }, oneTask, type);

      expect(await reach('TIMED_OUT')).toBe(5_000);

      expect(work.calls[0]?.context.signal.aborted).toBe(true);
      await stop();
    });
  }

  it('a shorter timeout of the machine comes first', async () => {
    const { reach, stop } = await setUp({ timeoutMs: 5_000 }, { ...oneTask, TimeoutSeconds: 2 });

    expect(await reach('TIMED_OUT')).toBe(2_000);
    await stop();
  });

  it('a timeout also applies to a sleep, and to a run that another worker resumed', async () => {
    const { harness, id, reach, stop } = await setUp({ timeoutMs: 5_000 }, waitThenWork);

    await reach('RUNNING');
    expect((await harness.store.getTask(id))?.dueAt).not.toBeNull();

    expect(await reach('TIMED_OUT')).toBeLessThan(6_000);
    await stop();
  });

  it('a timeout starts over with each attempt', async () => {
    const { harness, work, id, reach, stop } = await setUp({ timeoutMs: 5_000, retriesMax: 1 });

    await reach('PENDING_REDRIVE');
    await until(() => work.calls[0]?.context.signal.aborted === true, 'the first attempt');
    await reach('TIMED_OUT');

    expect(work.calls).toHaveLength(2);
    const record = await harness.store.getTask(id);
    expect(record).toMatchObject({ attempts: 2, state: 'archived' });
    await stop();
  });
});

describe('a deadline', () => {
  it('a deadline ends a running execution at once, however much of its timeout is left', async () => {
    const deadline = (now: number) => ({ deadlineAt: now + 3_000, timeoutMs: 60_000 });
    const { work, reach, stop } = await setUp(deadline);

    expect(await reach('TIMED_OUT')).toBe(3_000);
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    await stop();
  });

  for (const type of ['STANDARD', 'EXPRESS'] as const) {
    it(`a deadline that has passed ends an execution of type ${type} that never ran, and calls nothing`, async () => {
      const over = (now: number) => ({ deadlineAt: now - 1, retriesMax: 5 });
      const { harness, work, id, reach, stop } = await setUp(over, oneTask, type);

      await reach('TIMED_OUT');

      expect(work.calls).toEqual([]);
      expect(await harness.store.getTask(id)).toMatchObject({
        state: 'archived',
        error: 'States.Timeout',
        attempts: 1,
        archiveReason: expect.stringContaining('its deadline is before the next attempt'),
      });
      await stop();
    });
  }

  it('a retry that would come after the deadline is not made', async () => {
    const soon = (now: number) => ({ deadlineAt: now + 1_500, retriesMax: 5 });
    const { harness, id, reach, stop } = await setUp(soon, oneTask, 'STANDARD', () => {
      throw new Error('no luck');
    });

    expect(await reach('FAILED')).toBeLessThan(1_500);

    expect(await harness.store.getTask(id)).toMatchObject({ attempts: 2, state: 'archived' });
    await stop();
  });

  it('a redrive removes the deadline', async () => {
    const { harness, work, id, reach, stop } = await setUp((now) => ({ deadlineAt: now + 1_000 }));
    await reach('TIMED_OUT');

    const wakeups = await harness.store.redriveArchived({}, 1);
    await harness.dispatcher.dispatch(wakeups);
    await until(() => work.calls.length === 2, 'the second call');

    expect(await harness.store.getExecution(id)).toMatchObject({ deadlineAt: null });
    await stop();
  });
});

describe('a cancellation', () => {
  it('a cancelled execution stops within about two seconds, however long it has run', async () => {
    const { harness, work, id, reach, stop } = await setUp({});
    await until(() => work.calls.length === 1, 'the call');
    await harness.clock.advance(60_000);
    const cancelledAt = harness.clock.now();

    await harness.store.requestAbort([id]);
    await reach('ABORTED');

    expect(harness.clock.now() - cancelledAt).toBeLessThanOrEqual(2_200);
    expect(work.calls[0]?.context.signal.aborted).toBe(true);
    await stop();
  });
});
