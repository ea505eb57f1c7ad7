/** The events that report orders and other changes to systems outside. Pure. */
import type { BusEvent } from '../../ports/event-bus.ts';
import type { MadeChange, OrderRecord } from '../../ports/store/order-store.ts';

/** Creates the event that reports the beginning or the end of an order. */
export function createOrderEvent(order: OrderRecord, at: number): BusEvent {
  const { id, action, object, by, via, reason, status, total, done, refused, outcome } = order;
  const figures = { status, total, done, refused, outcome };
  const type = order.endedAt === null ? 'millrace.order.started' : 'millrace.order.ended';
  return { type, detail: { orderId: id, action, object, by, via, reason, ...figures }, at };
}

/** Creates the event that reports a change that was made at once. */
export function createChangeEvent(change: MadeChange, at: number): BusEvent {
  const { action, object, by, via, reason, outcome, requestId } = change;
  const detail = { action, object, by, via, reason, outcome, requestId };
  return { type: 'millrace.change.made', detail, at };
}
