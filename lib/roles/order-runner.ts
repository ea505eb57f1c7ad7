import { hasCode, messageOf } from '../errors.ts';
import type { EventBus } from '../ports/event-bus.ts';
import type { LeasedOrder, OrderStatus, OrderStore } from '../ports/store/order-store.ts';
import { Backoff } from '../retry/backoff.ts';
import { createOrderEvent } from './orders/order-event.ts';
import { decidePace, orderPageMax, spendPace } from './orders/order-pace.ts';
import { itemsLeft, type OrderPosition, readPosition } from './orders/order-position.ts';
import type { OrderWork } from './orders/order-work.ts';
import { Role, type RoleOptions } from './role.ts';

/** What an {@link OrderRunner} is constructed from, and how it works. */
export interface OrderRunnerOptions extends RoleOptions {
  readonly store: Pick<
    OrderStore,
    'leaseOrders' | 'releaseOrder' | 'saveOrder' | 'saveRunningOrder' | 'transitionOrder'
  >;
  readonly work: OrderWork;
  readonly events: EventBus;
  /** Identifies its leases. */
  readonly id: string;
  /** Only orders that this leader handed over. @default every free order */
  readonly predecessor?: string | undefined;
  /** How long a lease lasts without a tick, in milliseconds. @default 30,000 */
  readonly leaseMs?: number;
  /** Time until the next tick while there is no order, in milliseconds. @default 2,000 */
  readonly idleMs?: number;
  /** How long one order runs before the next has its turn, in milliseconds. @default 2,000 */
  readonly turnMs?: number;
  /** Time without a tick that a rate may make up for, in milliseconds. @default 1,000 */
  readonly burstMs?: number;
}

/** Defaults of {@link OrderRunnerOptions}. */
const orderRunnerDefaults = Object.freeze({
  leaseMs: 30_000,
  idleMs: 2_000,
  turnMs: 2_000,
  burstMs: 1_000,
});

/** Maximum time between two ticks, in milliseconds: it doubles while there is no order. */
const idleMsMax = 5_000;

/** Maximum number of orders that one leader carries out. */
const ordersMax = 20;

/** An order, and where it is. */
interface Run {
  readonly order: LeasedOrder;
  readonly position: OrderPosition;
}

/**
 * Carries out orders page by page, each at its rate. A page is saved before it is applied and
 * again with its result. So of two leaders only the one with the lease counts, and after a crash
 * the next one continues with the same page; what that finds changed already is not changed twice.
 *
 * An order that is paused or cancelled stops after the page in progress. One that cannot continue,
 * because its selection names something unknown, ends FAILED with the reason.
 */
export class OrderRunner extends Role {
  readonly name = 'order runner';
  readonly #options: OrderRunnerOptions &
    Required<Pick<OrderRunnerOptions, keyof typeof orderRunnerDefaults>>;
  readonly #looks: Backoff;
  #held: readonly LeasedOrder[] = [];
  #taken = 0;

  constructor(options: OrderRunnerOptions) {
    super(options);
    this.#options = { ...orderRunnerDefaults, ...options };
    const { idleMs } = this.#options;
    this.#looks = new Backoff({ firstMs: idleMs, maxMs: Math.max(idleMs, idleMsMax) });
  }

  /** Number of orders that its last tick leased. */
  get ordersLed(): number {
    return this.#held.length;
  }

  /** Number of things that it has taken so far. */
  get taken(): number {
    return this.#taken;
  }

  protected override async end(): Promise<void> {
    await this.release();
  }

  /** Releases its orders, so that another leader can continue at once. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    await Promise.all(held.map(({ id, fence }) => this.#options.store.releaseOrder(id, fence)));
  }

  /** Keeps its orders leased for the leader that names this one as its predecessor. */
  async handOver(): Promise<number> {
    return (await this.#lease()).length;
  }

  async tick(signal: AbortSignal): Promise<number> {
    const failures: unknown[] = [];
    const orders = await this.#lease();
    if (orders.length > 0) this.#looks.reset();
    let pauseMs = this.#looks.nextMs();
    for (const order of orders) {
      if (signal.aborted) return 0;
      try {
        pauseMs = Math.min(pauseMs, await this.#takeTurn(order, signal));
      } catch (error) {
        failures.push(error);
      }
    }
    // Thrown only now, so that one order that cannot be carried out does not block the others.
    if (failures.length > 0) throw failures[0];
    return pauseMs;
  }

  async #lease(): Promise<readonly LeasedOrder[]> {
    const { store, id, leaseMs, predecessor } = this.#options;
    this.#held = await store.leaseOrders(id, leaseMs, ordersMax, predecessor);
    return this.#held;
  }

  /** Returns the time until its next turn, in milliseconds; infinite when it needs none. */
  async #takeTurn(order: LeasedOrder, signal: AbortSignal): Promise<number> {
    try {
      return await this.#advance(order, signal);
    } catch (error) {
      if (!hasCode(error) || error.retryable) throw error;
      await this.#end(order, 'FAILED', messageOf(error));
      return Number.POSITIVE_INFINITY;
    }
  }

  async #advance(order: LeasedOrder, signal: AbortSignal): Promise<number> {
    const { clock, turnMs, burstMs } = this.#options;
    const turnEndsMs = clock.monotonicMs() + turnMs;
    let run = await this.#finishBegun({ order, position: readPosition(order, clock.now()) });
    while (run !== null && !signal.aborted) {
      const { position } = run;
      const left = itemsLeft(run.order);
      if (position.isLast || left === 0) {
        await this.#end(run.order, 'DONE', null);
        return Number.POSITIVE_INFINITY;
      }
      const pace = decidePace(position.pace, order.perSecond, clock.now(), burstMs);
      if (pace.kind === 'wait') return pace.ms;
      if (clock.monotonicMs() >= turnEndsMs) return 0;
      run = await this.#takePage(run, Math.min(orderPageMax, pace.most, left));
    }
    return run === null ? Number.POSITIVE_INFINITY : 0;
  }

  /** Finishes the page that an earlier leader, or an earlier turn, has begun. */
  async #finishBegun(run: Run): Promise<Run | null> {
    const { order, position } = run;
    if (position.page === null) return run;
    const { ids, skipped } = position.page;
    const undone = await this.#options.work.findUndone(order, ids);
    const changed = await this.#options.work.apply(order, undone);
    const done = ids.length - undone.length + changed;
    return this.#save(run, { ...position, page: null }, done, ids.length - done + skipped);
  }

  /** Returns null when the order is no longer RUNNING, or another leader's. */
  async #takePage({ order, position }: Run, limit: number): Promise<Run | null> {
    const { store, work, clock, burstMs } = this.#options;
    const { ids, skipped, next } = await work.select(order, position.place, limit);
    const taken = ids.length + skipped;
    const begun: OrderPosition = {
      place: next,
      isLast: next === null,
      page: { ids, skipped },
      pace: spendPace(position.pace, order.perSecond, clock.now(), burstMs, taken),
    };
    const { id: orderId, fence } = order;
    const progress = JSON.stringify(begun);
    const mayContinue = { orderId, fence, progress, done: 0, refused: 0 };
    if (!(await store.saveRunningOrder(mayContinue))) return null;
    const done = ids.length === 0 ? 0 : await work.apply(order, ids);
    const refused = ids.length - done + skipped;
    this.#taken += taken;
    return this.#save({ order, position }, { ...begun, page: null }, done, refused);
  }

  async #save(
    { order }: Run,
    position: OrderPosition,
    done: number,
    refused: number,
  ): Promise<Run | null> {
    const { id: orderId, fence } = order;
    const progress = JSON.stringify(position);
    const isSaved = await this.#options.store.saveOrder({
      orderId,
      fence,
      progress,
      done,
      refused,
    });
    if (!isSaved) return null;
    const counted = { ...order, done: order.done + done, refused: order.refused + refused };
    return { order: counted, position };
  }

  async #end(order: LeasedOrder, to: OrderStatus, outcome: string | null): Promise<void> {
    const { store, events, logger, clock } = this.#options;
    const { id: orderId, fence, action } = order;
    const change = { orderId, from: ['RUNNING'], to, fence } as const;
    const ended = await store.transitionOrder({ ...change, ...(outcome !== null && { outcome }) });
    if (ended === null) return;
    const { done, refused } = ended;
    logger.info(`order ${to}`, { orderId, action, done, refused, reason: outcome });
    await events.publish([createOrderEvent(ended, clock.now())]);
  }
}
