/** Commands on orders, and the log of all changes. */
import type { JsonObject } from '../../asl/json/json.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type {
  ChangeOrigin,
  OrderFilter,
  OrderRecord,
  OrderTransition,
} from '../../ports/store/order-store.ts';
import type { Page, PageRequest } from '../../ports/store/page.ts';
import { pause } from '../../retry/pause.ts';
import { createChangeEvent, createOrderEvent } from '../../roles/orders/order-event.ts';
import type { AppContext } from '../app-context.ts';

/** An order, or another change, as it is shown. */
export interface OrderDetails extends Omit<OrderRecord, 'over' | 'itemsMax' | 'upTo'> {
  /** The selection of the order, or the request of the change, without documents. */
  readonly over: JsonObject;
}

/** What a change was, for the log. */
export interface ChangeNote {
  /** A UUID: of several notes with the same one, the first is kept. @default a new one */
  readonly id?: string;
  /** The name of the operation, such as `pauseQueue`. */
  readonly action: string;
  /** Such as `queue:low`; null for many things. */
  readonly object: string | null;
  /** The request without documents. */
  readonly over: JsonObject;
  readonly reason: string | null;
  readonly outcome: string | null;
  /** @default 0 */
  readonly done?: number;
  /** @default 0 */
  readonly refused?: number;
}

/** Options of a wait for an order. */
export interface OrderWaitOptions {
  /** Ends the wait early: it then returns the current state. @default never */
  readonly signal?: AbortSignal;
  /** Called with the order whenever it was read, about five times a second. */
  readonly onProgress?: (order: OrderDetails) => void;
}

const pollMs = 200;

/** Recorded where the user gives no reason of their own. */
const reasons = Object.freeze({ pause: 'paused on request', cancel: 'cancelled on request' });

/** Lists orders and all other changes, newest first. */
export async function listOrders(
  { store }: Pick<AppContext, 'store'>,
  filter: OrderFilter,
  page: PageRequest,
): Promise<Page<OrderDetails>> {
  const { entries, next } = await store.listOrders(filter, page);
  return { entries: entries.map(toDetails), next };
}

/**
 * Returns one order, or another change.
 * @throws UNKNOWN_ORDER
 */
export async function getOrder(
  context: Pick<AppContext, 'store'>,
  id: string,
): Promise<OrderDetails> {
  return toDetails(await requireOrder(context, id));
}

/**
 * Pauses an order after the page in progress.
 * @throws UNKNOWN_ORDER
 * @throws CONFLICT when it has ended
 */
export async function pauseOrder(
  context: Pick<AppContext, 'store'>,
  orderId: string,
  reason: string = reasons.pause,
): Promise<OrderDetails> {
  const change = { orderId, from: ['RUNNING'], to: 'PAUSED', outcome: reason } as const;
  return transition(context, change);
}

/**
 * Continues a paused order; with a rate, at that rate. A running order only gets the rate.
 * @throws UNKNOWN_ORDER
 * @throws CONFLICT when it has ended
 */
export async function resumeOrder(
  context: Pick<AppContext, 'store'>,
  orderId: string,
  { perSecond }: { readonly perSecond?: number } = {},
): Promise<OrderDetails> {
  const rate = perSecond === undefined ? {} : { perSecond };
  const from = ['PAUSED', 'RUNNING'] as const;
  return transition(context, { orderId, from, to: 'RUNNING', ...rate });
}

/**
 * Ends an order after the page in progress; what it has done stays done.
 * @throws UNKNOWN_ORDER
 * @throws CONFLICT when it has ended otherwise
 */
export async function cancelOrder(
  context: Pick<AppContext, 'store' | 'events' | 'clock'>,
  orderId: string,
  reason: string = reasons.cancel,
): Promise<OrderDetails> {
  const from = ['RUNNING', 'PAUSED'] as const;
  const change = { orderId, from, to: 'CANCELLED', outcome: reason } as const;
  const cancelled = await context.store.transitionOrder(change);
  if (cancelled === null) return requireStatus(context, change);
  await context.events.publish([createOrderEvent(cancelled, context.clock.now())]);
  return toDetails(cancelled);
}

/**
 * Waits until an order has ended or is paused.
 * @throws UNKNOWN_ORDER
 */
export async function waitForOrder(
  context: Pick<AppContext, 'store' | 'clock'>,
  id: string,
  { signal, onProgress }: OrderWaitOptions = {},
): Promise<OrderDetails> {
  for (;;) {
    const order = await getOrder(context, id);
    onProgress?.(order);
    if (order.status !== 'RUNNING' || signal?.aborted) return order;
    await pause(context.clock, pollMs, signal);
  }
}

/**
 * Records a change that was made, and publishes it. Never throws: the change cannot be taken back,
 * so a failure is logged.
 */
export async function recordChanges(
  context: Pick<AppContext, 'store' | 'entropy' | 'events' | 'clock' | 'logger'>,
  notes: readonly ChangeNote[],
  origin: ChangeOrigin,
): Promise<void> {
  if (notes.length === 0) return;
  const { store, entropy, events, clock, logger } = context;
  const changes = notes.map(({ over, done = 0, refused = 0, ...note }) => {
    const { id = entropy.uuid() } = note;
    return { ...origin, ...note, id, over: JSON.stringify(over), done, refused };
  });
  try {
    await store.recordChanges(changes);
  } catch (error) {
    for (const { action, object, by, via } of changes) {
      const fields = { action, object, by, via, error: messageOf(error) };
      logger.error('change not recorded: the log of changes lacks it', fields);
    }
  }
  await events.publish(changes.map((change) => createChangeEvent(change, clock.now())));
}

async function transition(
  context: Pick<AppContext, 'store'>,
  change: OrderTransition,
): Promise<OrderDetails> {
  const changed = await context.store.transitionOrder(change);
  return changed === null ? requireStatus(context, change) : toDetails(changed);
}

/** Repeating a command changes nothing; any other status is a conflict. */
async function requireStatus(
  context: Pick<AppContext, 'store'>,
  { orderId, to }: OrderTransition,
): Promise<OrderDetails> {
  const order = await requireOrder(context, orderId);
  if (order.status === to) return toDetails(order);
  const state = order.endedAt === null ? `is ${order.status}` : `has ended ${order.status}`;
  throw new MillraceError('CONFLICT', `the order ${orderId} ${state}; nothing was changed`, {
    fields: { orderId },
  });
}

async function requireOrder(
  { store }: Pick<AppContext, 'store'>,
  id: string,
): Promise<OrderRecord> {
  const order = await store.getOrder(id);
  if (order !== null) return order;
  const message = `no order has the id '${id}'; 'order list' shows all`;
  throw new MillraceError('UNKNOWN_ORDER', message, { fields: { orderId: id } });
}

function toDetails({ itemsMax: _i, upTo: _u, over, ...order }: OrderRecord): OrderDetails {
  return { ...order, over: JSON.parse(over) as JsonObject };
}
