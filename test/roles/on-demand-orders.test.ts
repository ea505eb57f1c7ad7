/** Orders where the leader is called on demand: carried out call by call, at their rate. */
import { expect, it } from 'vitest';
import type { NewOrder } from '../../lib/ports/store/order-store.ts';
import { OnDemandLeader } from '../../lib/roles/on-demand-leader.ts';
import { OrderRunner } from '../../lib/roles/order-runner.ts';
import type { OrderWork } from '../../lib/roles/orders/order-work.ts';
import { type LeaderHarness, openLeaderHarness } from '../support/leader-harness.ts';

const tick = { predecessor: null, pausedMs: 0, mayRest: true, remainingMs: 30_000 };

interface Continued {
  readonly predecessor: string;
  readonly pausedMs: number;
}

/** Creates an on-demand leader with orders over `total` things. */
function setUp(harness: LeaderHarness, total: number) {
  const schedule: unknown[] = [];
  const continued: Continued[] = [];
  const taken: { readonly at: number; readonly count: number }[] = [];
  const work: OrderWork = {
    select: async (_, place, limit) => {
      const from = Number(place ?? 0);
      const to = Math.min(total, from + limit);
      const ids = Array.from({ length: to - from }, (_each, index) => `t-${from + index}`);
      return { ids, skipped: 0, next: to === total ? null : String(to) };
    },
    apply: async (_, ids) => {
      taken.push({ at: harness.clock.now(), count: ids.length });
      return ids.length;
    },
    findUndone: async (_, ids) => ids,
  };
  const leader = new OnDemandLeader({
    ...harness,
    createLeader: (scope) => harness.leader({ scope, leaseMs: 90_000 }),
    createOrderRunner: (lease) =>
      new OrderRunner({ ...harness, ...lease, work, leaseMs: 90_000, burstMs: 15_000 }),
    helpers: [],
    leaderSchedule: {
      turnOn: async () => void schedule.push('on'),
      turnOff: async (nextMs) => void schedule.push(nextMs),
    },
    continueLater: async (predecessor, pausedMs) => {
      continued.push({ predecessor, pausedMs });
    },
  });
  const start = async (changes: Partial<NewOrder> = {}) => {
    const { id } = await harness.store.createOrder({
      id: harness.entropy.uuid(),
      by: null,
      via: 'api',
      requestId: null,
      action: 'redrive',
      object: null,
      over: '{}',
      reason: null,
      perSecond: null,
      itemsMax: null,
      total,
      ...changes,
    });
    return id;
  };
  /** Makes the call that was requested last, when it is due. */
  const continueCall = async () => {
    const { predecessor = '', pausedMs = 0 } = continued.at(-1) ?? {};
    await harness.clock.advance(pausedMs);
    await leader.call({ ...tick, predecessor, pausedMs, mayRest: false });
  };
  return { leader, schedule, continued, taken, start, continueCall };
}

it('an order without a rate is done in one call, and the leader then rests', async () => {
  const harness = await openLeaderHarness();
  const { leader, schedule, continued, start } = setUp(harness, 1_200);
  const id = await start();

  await leader.call(tick);

  expect(await harness.store.getOrder(id)).toMatchObject({ status: 'DONE', done: 1_200 });
  expect(continued).toEqual([]);
  expect(schedule).toEqual(['on', null]);
});

it('an order with a rate is continued call by call, as fast as its rate over the pauses', async () => {
  const harness = await openLeaderHarness();
  const { leader, schedule, continued, taken, start, continueCall } = setUp(harness, 1_000);
  const id = await start({ perSecond: 50 });
  const begunAt = harness.clock.now();

  await leader.call(tick);
  for (let calls = 0; calls < 100; calls += 1) {
    if ((await harness.store.getOrder(id))?.status === 'DONE') break;
    await continueCall();
  }

  expect(await harness.store.getOrder(id)).toMatchObject({ status: 'DONE', done: 1_000 });
  const lastedMs = harness.clock.now() - begunAt;
  expect(lastedMs).toBeGreaterThanOrEqual(18_000);
  expect(lastedMs).toBeLessThanOrEqual(24_000);
  expect(taken[0]).toEqual({ at: begunAt, count: 50 });
  expect(new Set(continued.map(({ pausedMs }) => pausedMs))).toEqual(new Set([2_000]));
  expect(schedule).toEqual(['on']);
});

it('a continuation that is delivered twice continues the order once', async () => {
  const harness = await openLeaderHarness();
  const { leader, continued, start, continueCall } = setUp(harness, 1_000);
  const id = await start({ perSecond: 50 });
  await leader.call(tick);
  const [first] = continued;

  await continueCall();
  await leader.call({ ...tick, ...first, mayRest: false });

  expect(continued).toHaveLength(2);
  expect(await harness.store.getOrder(id)).toMatchObject({ done: 150 });
});

it('an order whose continuation cannot be sent is free for the next scheduled call', async () => {
  const harness = await openLeaderHarness();
  const { start } = setUp(harness, 1_000);
  await start({ perSecond: 50 });
  const broken = new OnDemandLeader({
    ...harness,
    createLeader: (scope) => harness.leader({ scope, leaseMs: 90_000 }),
    createOrderRunner: (lease) =>
      new OrderRunner({
        ...harness,
        ...lease,
        work: {
          select: async () => ({ ids: ['t'], skipped: 0, next: 'more' }),
          apply: async () => 1,
          findUndone: async () => [],
        },
      }),
    helpers: [],
    leaderSchedule: { turnOn: async () => {}, turnOff: async () => {} },
    continueLater: async () => {
      throw new Error('the queue is gone');
    },
  });

  await expect(broken.call(tick)).rejects.toThrow('the queue is gone');

  expect(await harness.store.leaseOrders('another', 1_000, 10)).toHaveLength(1);
});

it('a paused order is no work, so the leader rests', async () => {
  const harness = await openLeaderHarness();
  const { leader, schedule, start } = setUp(harness, 1_000);
  const orderId = await start({ perSecond: 50 });
  await harness.store.transitionOrder({ orderId, from: ['RUNNING'], to: 'PAUSED' });

  await leader.call(tick);

  expect(schedule).toEqual(['on', null]);
});
