/** How deliveries are settled by the outcomes of their runs: each of them once. */
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import type { ClaimRefusal, ClaimResult } from '../../../lib/ports/store/claim-store.ts';
import { DeliveredTasks } from '../../../lib/roles/delivery/delivered-tasks.ts';
import type { RunOutcome } from '../../../lib/roles/execution/run-outcome.ts';
import { createClaimedExecution } from '../../support/claimed-execution.ts';
import { CountingMetrics } from '../../support/counting-metrics.ts';
import { createDelivery } from '../../support/delivery.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { unavailable } from '../../support/role-harness.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const leaseMs = 30_000;

interface SetUpOptions {
  /** Runs an execution. @default it ends */
  readonly run?: (id: string) => Promise<RunOutcome>;
  /** Refusals of claims, by execution. @default every execution is claimed */
  readonly refusals?: readonly ClaimRefusal[];
}

function setUp({ run = async () => ({ kind: 'ended' }), refusals = [] }: SetUpOptions = {}) {
  const calls: string[] = [];
  const logger = new QuietLogger();
  const claim = (ids: readonly string[]): ClaimResult => {
    const refused = refusals.filter(({ id }) => ids.includes(id));
    const claimed = ids.filter((id) => !refused.some((refusal) => refusal.id === id));
    return { claimed: claimed.map((id) => createClaimedExecution({ id })), refused: [...refused] };
  };
  const tasks = new DeliveredTasks(
    {
      store: { claim: async (_workerId, _leaseMs, ids) => claim(ids) },
      executor: {
        run: ({ id }) => run(id),
        isSuspect: ({ stalls }) => stalls >= 2,
        postpone: async ({ id }, dueInMs) => {
          calls.push(`postpone ${id}`);
          return { kind: 'suspended', dueInMs };
        },
      },
      dispatcher: {
        dispatch: async (wakeups, delayMs = 0) => {
          for (const { executionId } of wakeups) calls.push(`send ${executionId} in ${delayMs}`);
          return wakeups.length;
        },
      },
      clock: new SimulatedClock(),
      logger,
      metrics: new CountingMetrics(),
    },
    {
      workerId: 'worker',
      leaseMs,
      hasTime: true,
      hold: () => {},
      acknowledge: ({ receipt }) => void calls.push(`acknowledge ${receipt}`),
      release: ({ receipt }, delayMs) => void calls.push(`release ${receipt} in ${delayMs}`),
      deadLetter: async (deliveries) =>
        void calls.push(`dead-letter ${deliveries.map(({ receipt }) => receipt).join()}`),
      runStarted: () => {},
      abandon: () => void calls.push('abandon the lease'),
    },
  );
  const take = async (deliveries: readonly Delivery[], signal = new AbortController().signal) => {
    await tasks.take(deliveries, signal);
    await tasks.idle();
  };
  return { calls, logger, tasks, take };
}

describe('delivered tasks', () => {
  it('a delivery is acknowledged when its execution ended or was lost to another worker', async () => {
    const run = async (id: string): Promise<RunOutcome> => ({ kind: id as 'ended' | 'lost' });
    const { calls, take } = setUp({ run });

    await take([createDelivery('ended'), createDelivery('lost')]);

    expect(calls).toEqual(['acknowledge ended', 'acknowledge lost']);
  });

  it('the task that ends a short sleep is sent before the delivery of the sleeper is acknowledged', async () => {
    const { calls, take } = setUp({ run: async () => ({ kind: 'suspended', dueInMs: 5_000 }) });

    await take([createDelivery('a')]);

    expect(calls).toEqual(['send a in 5000', 'acknowledge a']);
  });

  it('an unfinished execution is delivered again at once, and by a new task after four deliveries', async () => {
    const { calls, take } = setUp({ run: async () => ({ kind: 'released' }) });

    await take([createDelivery('a', { deliveries: 3 })]);
    await take([createDelivery('b', { deliveries: 4 })]);

    expect(calls).toEqual(['release a in 0', 'send b in 0', 'acknowledge b']);
  });

  it('an execution whose checkpoints the store does not take gives the lease up, and its delivery is settled once', async () => {
    const { calls, logger, take } = setUp({ run: () => Promise.reject(unavailable()) });

    await take([createDelivery('a')]);

    expect(calls).toEqual([`release a in ${leaseMs}`, 'abandon the lease']);
    expect(logger.entries).toMatchObject([{ level: 'error', fields: { executionId: 'a' } }]);
  });

  it('a second copy of a task is acknowledged when it comes together with the first, and released while the first runs', async () => {
    const { promise, resolve } = Promise.withResolvers<RunOutcome>();
    const { calls, tasks } = setUp({ run: () => promise });
    const copy = (receipt: string, deliveries = 1) => createDelivery('a', { receipt, deliveries });
    const { signal } = new AbortController();

    await tasks.take([copy('1'), copy('2')], signal);
    await tasks.take([copy('3')], signal);
    await tasks.take([copy('4', 4)], signal);
    resolve({ kind: 'ended' });
    await tasks.idle();

    expect(calls).toEqual([
      'acknowledge 2',
      `release 3 in ${leaseMs}`,
      'acknowledge 4',
      'acknowledge 1',
    ]);
  });

  it('a delivery whose claim is refused is acknowledged, or delivered again when its execution is due or free', async () => {
    const { calls, take } = setUp({
      refusals: [
        { id: 'ended', reason: 'ended' },
        { id: 'missing', reason: 'missing' },
        { id: 'held', reason: 'held', ms: 7_000 },
        { id: 'asleep', reason: 'notDue', ms: 3_000 },
        { id: 'waiting', reason: 'notDue', ms: null },
      ],
    });

    await take(['ended', 'missing', 'held', 'asleep', 'waiting'].map((id) => createDelivery(id)));

    expect(calls).toEqual([
      'acknowledge ended',
      'acknowledge missing',
      'release held in 7000',
      'release asleep in 3000',
      'acknowledge waiting',
    ]);
  });

  it('deliveries that arrive during a stop are released unclaimed, and foreign messages dead-lettered', async () => {
    const { calls, take } = setUp();
    const foreign = createDelivery('foreign', { body: '{"type":"other"}' });

    await take([createDelivery('a'), foreign], AbortSignal.abort());

    expect(calls).toEqual(['dead-letter foreign', 'release a in 0']);
  });
});
