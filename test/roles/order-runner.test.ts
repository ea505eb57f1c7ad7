/** Orders are carried out page by page, at their rate, once, whatever crashes. */
import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../lib/errors.ts';
import type { NewOrder, OrderRecord } from '../../lib/ports/store/order-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { OrderRunner, type OrderRunnerOptions } from '../../lib/roles/order-runner.ts';
import type { OrderPage, OrderWork } from '../../lib/roles/orders/order-work.ts';
import { RoleHarness, unavailable } from '../support/role-harness.ts';
import { startStopStress } from '../support/start-stop-stress.ts';

const never = new AbortController().signal;

/** Work on numbered things; each may be changed once. */
class NumberedWork implements OrderWork {
  readonly changed: string[] = [];
  readonly #total: number;
  /** Called before each page is applied, and after it. */
  before: (ids: readonly string[]) => void | Promise<void> = () => {};
  after: (ids: readonly string[]) => void | Promise<void> = () => {};

  constructor(total: number) {
    this.#total = total;
  }

  async select(_: OrderRecord, place: string | null, limit: number): Promise<OrderPage> {
    const from = Number(place ?? 0);
    const to = Math.min(this.#total, from + limit);
    const ids = Array.from({ length: to - from }, (_each, index) => `t-${from + index}`);
    return { ids, skipped: 0, next: to === this.#total ? null : String(to) };
  }

  async apply(_: OrderRecord, ids: readonly string[]): Promise<number> {
    await this.before(ids);
    this.changed.push(...ids);
    await this.after(ids);
    return ids.length;
  }

  async findUndone(_: OrderRecord, ids: readonly string[]): Promise<readonly string[]> {
    return ids.filter((id) => !this.changed.includes(id));
  }
}

function setUp(total: number, wrap?: (real: Store) => Store) {
  const harness = new RoleHarness(wrap === undefined ? {} : { store: wrap });
  const work = new NumberedWork(total);
  const runner = (changes: Partial<OrderRunnerOptions> = {}) =>
    new OrderRunner({ ...harness, work, id: harness.entropy.uuid(), ...changes });
  const order = async (changes: Partial<NewOrder> = {}) => {
    const { id } = await harness.store.createOrder({
      id: harness.entropy.uuid(),
      by: 'ada',
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
  const get = (id: string) => harness.store.getOrder(id);
  return { harness, work, runner, order, get };
}

describe('carrying out an order', () => {
  it('an order changes everything that it selects, 500 at a time, and is DONE', async () => {
    const { harness, work, runner, order, get } = setUp(1_200);
    const id = await order();
    const pages: number[] = [];
    work.before = (ids) => void pages.push(ids.length);

    await runner().tick(never);

    expect(pages).toEqual([500, 500, 200]);
    expect(new Set(work.changed).size).toBe(1_200);
    expect(await get(id)).toMatchObject({ status: 'DONE', done: 1_200, refused: 0, outcome: null });
    expect(harness.events.published).toMatchObject([
      { type: 'millrace.order.ended', detail: { orderId: id, by: 'ada', done: 1_200 } },
    ]);
  });

  it('an order of nothing is DONE at once', async () => {
    const { runner, order, get } = setUp(0);
    const id = await order();

    await runner().tick(never);

    expect(await get(id)).toMatchObject({ status: 'DONE', done: 0 });
  });

  it('an order takes no more than its limit', async () => {
    const { work, runner, order, get } = setUp(1_200);
    const id = await order({ itemsMax: 601 });

    await runner().tick(never);

    expect(work.changed).toHaveLength(601);
    expect(await get(id)).toMatchObject({ status: 'DONE', done: 601 });
  });

  it('an order keeps its rate', async () => {
    const { harness, work, runner, order, get } = setUp(200);
    const id = await order({ perSecond: 50 });
    const running = runner();
    const begun = harness.clock.now();
    const times: number[] = [];
    work.before = () => void times.push(harness.clock.now() - begun);

    running.start();
    await harness.pass(async () => (await get(id))?.status === 'DONE', 'the end', 100);
    await harness.stop(running);

    expect(work.changed).toHaveLength(200);
    expect(times).toHaveLength(4);
    expect(times.every((time, index) => time >= index * 1_000)).toBe(true);
    expect(times.at(-1)).toBeLessThan(4_500);
  });

  it('several orders have their turns in one tick', async () => {
    const { runner, order, get } = setUp(10);
    const ids = [await order(), await order(), await order({ perSecond: 5 })];

    const pauseMs = await runner().tick(never);

    const statuses = await Promise.all(ids.map(async (id) => (await get(id))?.status));
    expect(statuses).toEqual(['DONE', 'DONE', 'RUNNING']);
    expect(pauseMs).toBe(1_000);
  });

  it('an order counts what cannot be changed as refused', async () => {
    const { work, runner, order, get } = setUp(3);
    const id = await order();
    const select = work.select.bind(work);
    const skipping: OrderWork = {
      select: async (...given) => ({ ...(await select(...given)), skipped: 2 }),
      apply: async () => 1,
      findUndone: async () => [],
    };

    await runner({ work: skipping }).tick(never);

    expect(await get(id)).toMatchObject({ status: 'DONE', done: 1, refused: 4 });
  });

  it('a page without anything is passed by', async () => {
    const { runner, order, get } = setUp(0);
    const id = await order();
    const pages: OrderPage[] = [
      { ids: [], skipped: 0, next: 'a' },
      { ids: ['t'], skipped: 0, next: 'b' },
      { ids: [], skipped: 1, next: null },
    ];
    const places: (string | null)[] = [];
    const work: OrderWork = {
      select: async (_, place) => {
        places.push(place);
        return pages[places.length - 1] ?? { ids: [], skipped: 0, next: null };
      },
      apply: async (_, ids) => ids.length,
      findUndone: async () => [],
    };

    await runner({ work }).tick(never);

    expect(places).toEqual([null, 'a', 'b']);
    expect(await get(id)).toMatchObject({ status: 'DONE', done: 1, refused: 1 });
  });
});

describe('pausing and ending an order', () => {
  it('an order that is paused stops after its page, and continues where it was', async () => {
    const { harness, work, runner, order, get } = setUp(1_200);
    const id = await order();
    work.after = async () => {
      await harness.store.transitionOrder({ orderId: id, from: ['RUNNING'], to: 'PAUSED' });
    };

    await runner().tick(never);
    expect(await get(id)).toMatchObject({ status: 'PAUSED', done: 500 });
    work.after = () => {};
    await harness.store.transitionOrder({ orderId: id, from: ['PAUSED'], to: 'RUNNING' });
    await runner().tick(never);

    expect(await get(id)).toMatchObject({ status: 'RUNNING', done: 500 });
    await harness.clock.advance(30_000);
    await runner().tick(never);
    expect(await get(id)).toMatchObject({ status: 'DONE', done: 1_200 });
    expect(new Set(work.changed).size).toBe(1_200);
  });

  it('an order that is cancelled keeps what it has done', async () => {
    const { harness, work, runner, order, get } = setUp(1_200);
    const id = await order();
    work.after = async () => {
      const cancel = { orderId: id, from: ['RUNNING'], to: 'CANCELLED', outcome: 'no' } as const;
      await harness.store.transitionOrder(cancel);
    };

    await runner().tick(never);
    await runner().tick(never);

    expect(await get(id)).toMatchObject({ status: 'CANCELLED', done: 500, outcome: 'no' });
    expect(harness.events.published).toEqual([]);
  });

  it('an order that cannot continue is FAILED, and does not block others', async () => {
    const { work, runner, order, get } = setUp(10);
    const failing = await order({ action: 'delete' });
    const other = await order();
    const select = work.select.bind(work);
    const broken: OrderWork = {
      select: async (given, ...rest) => {
        if (given.action === 'delete') throw new MillraceError('INVALID_ARGUMENT', 'no such queue');
        return select(given, ...rest);
      },
      apply: work.apply.bind(work),
      findUndone: work.findUndone.bind(work),
    };

    await runner({ work: broken }).tick(never);

    expect(await get(failing)).toMatchObject({ status: 'FAILED', outcome: 'no such queue' });
    expect(await get(other)).toMatchObject({ status: 'DONE', done: 10 });
  });

  it('an order whose store is unreachable stays RUNNING, and others continue', async () => {
    const { work, runner, order, get } = setUp(10);
    const id = await order();
    const other = await order();
    work.before = (ids) => {
      if (work.changed.length === 0 && ids.length > 0) {
        work.before = () => {};
        throw unavailable();
      }
    };

    await expect(runner().tick(never)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });

    expect(await get(id)).toMatchObject({ status: 'RUNNING', done: 0 });
    expect(await get(other)).toMatchObject({ status: 'DONE' });
  });
});

describe('an order whose leader crashes', () => {
  it('a page that was interrupted is finished by the next leader, and nothing is done twice', async () => {
    const { harness, work, runner, order, get } = setUp(1_200);
    const id = await order();
    let pages = 0;
    work.before = (ids) => {
      pages += 1;
      if (pages !== 2) return;
      work.changed.push(...ids.slice(0, 100));
      throw new Error('the process is killed');
    };
    await expect(runner().tick(never)).rejects.toThrow('killed');
    expect(await get(id)).toMatchObject({ status: 'RUNNING', done: 500 });

    await harness.clock.advance(30_000);
    await runner().tick(never);

    expect(work.changed).toHaveLength(1_200);
    expect(new Set(work.changed).size).toBe(1_200);
    expect(await get(id)).toMatchObject({ status: 'DONE', done: 1_200, refused: 0 });
  });

  it('a leader that lost its lease records nothing more', async () => {
    const { harness, work, runner, order, get } = setUp(1_200);
    const id = await order();
    const second = runner();
    work.after = async () => {
      work.after = () => {};
      // Frozen for longer than its lease, while another leader continues.
      await harness.clock.advance(31_000);
      await second.tick(never);
    };

    await runner().tick(never);

    expect(new Set(work.changed).size).toBe(1_200);
    expect(work.changed).toHaveLength(1_200);
    expect(await get(id)).toMatchObject({ status: 'DONE', done: 1_200 });
  });

  it('two leaders share the orders, and none is carried out twice', async () => {
    const { work, runner, order, get } = setUp(300);
    const ids = [await order(), await order(), await order()];
    const [one, other] = [runner(), runner()];

    await Promise.all([one.tick(never), other.tick(never)]);

    for (const id of ids) expect(await get(id)).toMatchObject({ status: 'DONE', done: 300 });
    expect(work.changed).toHaveLength(900);
  });

  it('orders that are handed over continue with the named successor alone', async () => {
    const { runner, order, get } = setUp(100);
    const id = await order({ perSecond: 10 });
    const first = runner();
    await first.tick(never);
    expect(await first.handOver()).toBe(1);

    const other = runner();
    await other.tick(never);
    const successor = runner({ predecessor: 'another leader' });
    await successor.tick(never);

    expect([first, other, successor].map(({ ordersLed }) => ordersLed)).toEqual([1, 0, 0]);
    expect(await get(id)).toMatchObject({ done: 10 });
    expect(first.taken).toBe(10);
  });
});

describe('the role', () => {
  it('an order runner that is started and stopped in any order leaves no timer and no lease behind', async () => {
    const { harness, work, runner, order } = setUp(10);
    await order({ perSecond: 1 });

    await startStopStress(runner(), () => work.changed.length);

    expect(harness.clock.pendingTimers).toBe(0);
    expect(await harness.store.leaseOrders('another', 1_000, 10)).toHaveLength(1);
  });
});
