/** Orders: one leader at a time carries each out, and its progress is saved under a fence. */
import { expect } from 'vitest';
import type {
  LeasedOrder,
  MadeChange,
  NewOrder,
  OrderProgress,
} from '../../../lib/ports/store/order-store.ts';
import type { Store } from '../../../lib/ports/store/store.ts';
import { type Clause, leaseMs, nextId } from './store-harness.ts';

const dayMs = 86_400_000;

/** Returns an order to record. */
function newOrder(changes: Partial<NewOrder> = {}): NewOrder {
  return {
    id: nextId(),
    by: 'ada',
    via: 'api',
    requestId: 'r-1',
    action: 'redrive',
    object: 'batch:b',
    over: '{ "archive":{} }',
    reason: 'card service is back',
    perSecond: 50,
    itemsMax: 10,
    total: 7,
    upTo: 1_000,
    ...changes,
  };
}

/** Returns a change that was made. */
function madeChange(changes: Partial<MadeChange> = {}): MadeChange {
  return {
    id: nextId(),
    by: null,
    via: 'cli',
    requestId: null,
    action: 'pauseQueue',
    object: 'queue:low',
    over: '{}',
    reason: null,
    outcome: 'paused',
    done: 1,
    refused: 0,
    ...changes,
  };
}

/** Leases one order; throws when it is not free. */
async function leaseOne(store: Store, leaderId = 'leader-1'): Promise<LeasedOrder> {
  const [order] = await store.leaseOrders(leaderId, leaseMs, 10);
  if (order === undefined) throw new Error('no order is free');
  return order;
}

function progressOf(
  { id: orderId, fence }: Pick<LeasedOrder, 'id' | 'fence'>,
  changes: Partial<OrderProgress> = {},
): OrderProgress {
  return { orderId, fence, progress: '{ "place":"1~a" }', done: 0, refused: 0, ...changes };
}

/** Defines the clauses about orders and other changes. */
export function orderClauses(clause: Clause): void {
  recordClauses(clause);
  listClauses(clause);
  leaseClauses(clause);
  progressClauses(clause);
  transitionClauses(clause);
}

function recordClauses(clause: Clause): void {
  clause('an order is recorded as it was given, RUNNING', async ({ store, clock }) => {
    const order = newOrder();

    const recorded = await store.createOrder(order);

    expect(recorded).toEqual({
      ...order,
      at: clock.now(),
      status: 'RUNNING',
      done: 0,
      refused: 0,
      endedAt: null,
      outcome: null,
    });
    expect(await store.getOrder(order.id)).toEqual(recorded);
    expect(await store.createOrder({ ...order, action: 'delete' })).toEqual(recorded);
  });

  clause("an order's set ends with what is there, unless it is given", async ({ store, clock }) => {
    const { upTo: _, ...order } = newOrder();
    const nothingKnown = { perSecond: null, itemsMax: null, total: null, object: null };

    const recorded = await store.createOrder({ ...order, ...nothingKnown });

    expect(recorded).toMatchObject({ ...nothingKnown, upTo: clock.now() + 1 });
  });

  clause('a change that was made is an order that is DONE', async ({ store, clock }) => {
    const change = madeChange({ reason: 'no \0 here' });

    await store.recordChanges([change, madeChange()]);
    await store.recordChanges([]);

    const { entries } = await store.listOrders({}, { limit: 10 });
    expect(entries).toHaveLength(2);
    expect(await store.getOrder(change.id)).toEqual({
      ...change,
      reason: 'no \uFFFD here',
      at: clock.now(),
      status: 'DONE',
      perSecond: null,
      itemsMax: null,
      total: null,
      upTo: clock.now(),
      endedAt: clock.now(),
    });
    expect(await store.leaseOrders('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('an unknown order is null, whatever its id is', async ({ store }) => {
    expect(await store.getOrder(nextId())).toBeNull();
    expect(await store.getOrder('no-uuid')).toBeNull();
    const change = { from: ['RUNNING'], to: 'PAUSED' } as const;
    expect(await store.transitionOrder({ orderId: 'no-uuid', ...change })).toBeNull();
  });

  clause('the store deletes orders and changes after their retention', async ({ store, clock }) => {
    const open = await store.createOrder(newOrder());
    await store.recordChanges([madeChange(), madeChange()]);
    await clock.advance(dayMs + 1);
    await store.recordChanges([madeChange()]);

    expect(await store.pruneOrders(dayMs, 1)).toBe(1);
    expect(await store.pruneOrders(dayMs, 10)).toBe(1);
    expect(await store.pruneOrders(dayMs, 10)).toBe(0);
    expect((await store.listOrders({}, { limit: 10 })).entries).toHaveLength(2);
    expect(await store.getOrder(open.id)).not.toBeNull();
  });
}

function listClauses(clause: Clause): void {
  clause(
    'the list of orders and changes is newest first, page by page',
    async ({ store, clock }) => {
      const ids: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        const { id } = await store.createOrder(newOrder());
        ids.unshift(id);
        if (count % 2 === 0) await clock.advance(10);
      }

      const first = await store.listOrders({}, { limit: 3 });
      const rest = await store.listOrders({}, { limit: 3, cursor: first.next ?? '' });

      expect([...first.entries, ...rest.entries].map(({ id }) => id)).toEqual(ids);
      expect(rest.next).toBeNull();
    },
  );

  clause('a list of orders can be filtered by each of its fields', async ({ store, clock }) => {
    const { id } = await store.createOrder(newOrder());
    await clock.advance(1_000);
    const change = madeChange();
    await store.recordChanges([change]);
    const idsOf = async (filter: Parameters<Store['listOrders']>[0]) =>
      (await store.listOrders(filter, { limit: 10 })).entries.map((order) => order.id);

    expect(await idsOf({ status: 'RUNNING' })).toEqual([id]);
    expect(await idsOf({ by: 'ada' })).toEqual([id]);
    expect(await idsOf({ action: 'pauseQueue' })).toEqual([change.id]);
    expect(await idsOf({ object: 'queue:low' })).toEqual([change.id]);
    expect(await idsOf({ from: clock.now() })).toEqual([change.id]);
    expect(await idsOf({ before: clock.now() })).toEqual([id]);
    expect(await idsOf({ object: 'queue:low', action: 'resumeQueue' })).toEqual([]);
  });
}

function leaseClauses(clause: Clause): void {
  clause('an order belongs to one leader until its lease ends', async ({ store, clock }) => {
    const { id } = await store.createOrder(newOrder());

    expect(await leaseOne(store)).toMatchObject({ id, fence: 1, progress: null });
    expect(await store.leaseOrders('leader-2', leaseMs, 10)).toEqual([]);
    expect(await leaseOne(store)).toMatchObject({ fence: 1 });
    await clock.advance(leaseMs);
    expect(await leaseOne(store, 'leader-2')).toMatchObject({ fence: 2 });
    expect(await store.leaseOrders('leader-1', leaseMs, 10)).toEqual([]);
  });

  clause('an order that is released is free at once', async ({ store }) => {
    await store.createOrder(newOrder());
    const { id, fence } = await leaseOne(store);

    await store.releaseOrder(id, fence + 1);
    expect(await store.leaseOrders('leader-2', leaseMs, 10)).toEqual([]);
    await store.releaseOrder(id, fence);
    expect(await leaseOne(store, 'leader-2')).toMatchObject({ fence: 2 });
  });

  clause('a leader gets the orders leased longest ago first', async ({ store, clock }) => {
    const [first, second] = [newOrder(), newOrder()];
    await store.createOrder(first);
    await store.createOrder(second);

    const lease = async () => (await store.leaseOrders('leader-1', leaseMs, 1))[0]?.id;
    const ids = [await lease()];
    await clock.advance(1);
    ids.push(await lease());
    await clock.advance(1);
    ids.push(await lease());

    expect(ids).toEqual([first.id, second.id, first.id]);
  });

  clause('orders that were handed over go to their one successor', async ({ store, clock }) => {
    await store.createOrder(newOrder());
    await leaseOne(store, 'leader-1');
    await store.createOrder(newOrder());

    const taken = await store.leaseOrders('leader-2', leaseMs, 10, 'leader-1');
    const again = await store.leaseOrders('leader-3', leaseMs, 10, 'leader-1');
    await clock.advance(leaseMs);

    expect(taken).toMatchObject([{ fence: 2 }]);
    expect(again).toEqual([]);
    expect(await store.leaseOrders('leader-4', leaseMs, 10, 'leader-2')).toHaveLength(1);
  });

  clause('an order is work while it is RUNNING', async ({ store }) => {
    const { id: orderId } = await store.createOrder(newOrder());
    expect(await store.workAhead()).toEqual({ busy: true, nextDueMs: null });

    await store.transitionOrder({ orderId, from: ['RUNNING'], to: 'PAUSED' });
    expect(await store.workAhead()).toEqual({ busy: false, nextDueMs: null });
  });
}

function progressClauses(clause: Clause): void {
  clause('progress is saved under the lease, and its counters add up', async ({ store }) => {
    await store.createOrder(newOrder());
    const order = await leaseOne(store);

    expect(await store.saveOrder(progressOf(order, { done: 3, refused: 1 }))).toBe(true);
    expect(await store.saveRunningOrder(progressOf(order, { done: 2 }))).toBe(true);

    expect(await leaseOne(store)).toMatchObject({
      progress: '{ "place":"1~a" }',
      done: 5,
      refused: 1,
    });
  });

  clause('a leader that lost its lease saves nothing', async ({ store, clock }) => {
    await store.createOrder(newOrder());
    const order = await leaseOne(store);
    await clock.advance(leaseMs);
    await leaseOne(store, 'leader-2');

    const { id: orderId, fence } = order;
    expect(await store.saveOrder(progressOf(order, { done: 3 }))).toBe(false);
    expect(await store.saveRunningOrder(progressOf(order))).toBe(false);
    const end = { orderId, from: ['RUNNING'], to: 'DONE', fence } as const;
    expect(await store.transitionOrder(end)).toBeNull();
    expect(await store.getOrder(order.id)).toMatchObject({ status: 'RUNNING', done: 0 });
  });

  clause('a paused order begins nothing, and keeps what was under way', async ({ store }) => {
    await store.createOrder(newOrder());
    const order = await leaseOne(store);
    await store.transitionOrder({ orderId: order.id, from: ['RUNNING'], to: 'PAUSED' });

    expect(await store.saveRunningOrder(progressOf(order, { done: 1 }))).toBe(false);
    expect(await store.saveOrder(progressOf(order, { done: 2 }))).toBe(true);
    expect(await store.getOrder(order.id)).toMatchObject({ status: 'PAUSED', done: 2 });
    expect(await store.leaseOrders('leader-1', leaseMs, 10)).toEqual([]);
  });
}

function transitionClauses(clause: Clause): void {
  clause('an order changes its status only from an expected one', async ({ store, clock }) => {
    const { id: orderId } = await store.createOrder(newOrder());
    const pause = { orderId, from: ['RUNNING'], to: 'PAUSED', outcome: 'lunch' } as const;

    expect(await store.transitionOrder(pause)).toMatchObject({
      status: 'PAUSED',
      outcome: 'lunch',
      endedAt: null,
    });
    expect(await store.transitionOrder(pause)).toBeNull();
    const resume = { orderId, from: ['PAUSED'], to: 'RUNNING', perSecond: 5 } as const;
    expect(await store.transitionOrder(resume)).toMatchObject({
      status: 'RUNNING',
      perSecond: 5,
      outcome: null,
    });
    await clock.advance(10);
    const cancel = { orderId, from: ['RUNNING', 'PAUSED'], to: 'CANCELLED' } as const;
    expect(await store.transitionOrder(cancel)).toMatchObject({
      status: 'CANCELLED',
      perSecond: 5,
      endedAt: clock.now(),
    });
    expect(await store.transitionOrder(cancel)).toBeNull();
  });
}
