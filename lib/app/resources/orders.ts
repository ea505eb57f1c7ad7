import {
  type ChangeNote,
  cancelOrder,
  getOrder,
  listOrders,
  type OrderDetails,
  type OrderWaitOptions,
  pauseOrder,
  recordChanges,
  resumeOrder,
  waitForOrder,
} from '../../operations/orders/orders.ts';
import {
  type OrderRequest,
  type StartedOrder,
  startOrder,
} from '../../operations/orders/start-order.ts';
import type { ChangeOrigin, OrderFilter } from '../../ports/store/order-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import type { ResourceDeps } from './resource-deps.ts';

/**
 * Orders: the same change of many executions, tasks or archived tasks, which a leader carries out
 * at a rate. `app.orders`. The list of orders is the log of all other changes, too.
 *
 * @example
 * const over = { archive: { error: 'BadAddress' } };
 * const { matching } = await app.orders.start({ action: 'redrive', over, dryRun: true });
 * const { orderId } = await app.orders.start({ action: 'redrive', over, expect: matching });
 */
export class Orders {
  readonly #deps: ResourceDeps;

  constructor(deps: ResourceDeps) {
    this.#deps = deps;
  }

  /** Lists orders and other changes, newest first. */
  list(filter: OrderFilter = {}, page: PageRequest = { limit: 100 }): Promise<Page<OrderDetails>> {
    return listOrders(this.#deps.context, filter, page);
  }

  /** Returns one order, or another change; throws UNKNOWN_ORDER. */
  get(id: string): Promise<OrderDetails> {
    return getOrder(this.#deps.context, id);
  }

  /**
   * Starts an order, or counts what it would take (`dryRun`). What it takes is frozen when it
   * starts. Throws CONFLICT when that is not what `expect` says, INVALID_ARGUMENT for an action
   * that the selected things do not have.
   * @param origin who gives the order. @default the app's own
   */
  async start(request: OrderRequest, origin?: ChangeOrigin): Promise<StartedOrder> {
    const { context, roles } = this.#deps;
    const started = await startOrder(context, request, origin ?? context.origin);
    if (started.orderId !== null) roles.wakeLeader();
    return started;
  }

  /** Pauses an order after the page in progress. Throws UNKNOWN_ORDER or CONFLICT. */
  pause(id: string, reason?: string): Promise<OrderDetails> {
    return pauseOrder(this.#deps.context, id, reason);
  }

  /**
   * Continues a paused order, at another rate if one is given; a running order only gets the rate.
   * Throws UNKNOWN_ORDER or CONFLICT.
   */
  async resume(id: string, options: { readonly perSecond?: number } = {}): Promise<OrderDetails> {
    const order = await resumeOrder(this.#deps.context, id, options);
    this.#deps.roles.wakeLeader();
    return order;
  }

  /** Ends an order; what it has done stays done. Throws UNKNOWN_ORDER or CONFLICT. */
  cancel(id: string, reason?: string): Promise<OrderDetails> {
    return cancelOrder(this.#deps.context, id, reason);
  }

  /** Waits until an order has ended or is paused. Throws UNKNOWN_ORDER. */
  wait(id: string, options?: OrderWaitOptions): Promise<OrderDetails> {
    return waitForOrder(this.#deps.context, id, options);
  }

  /** Records changes that were made by other means in the log; never throws. */
  record(notes: readonly ChangeNote[], origin?: ChangeOrigin): Promise<void> {
    const { context } = this.#deps;
    return recordChanges(context, notes, origin ?? context.origin);
  }
}
