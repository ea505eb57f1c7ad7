/**
 * Converts texts to what every store can keep: UTF-8 without U+0000. In one place, so that all
 * drivers return the same. Documents (JSON texts) come back unchanged; plain text loses only
 * characters that no database can store.
 */

import type { MadeChange, NewOrder } from '../../ports/store/order-store.ts';
import type { NewDelivery } from '../../ports/store/webhook-store.ts';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const loneSurrogates = /\p{Surrogate}/gu;

/** True when `id` can be an execution's id: a UUID in lower case. */
export function isUuid(id: string): boolean {
  return uuidPattern.test(id);
}

/** Replaces U+0000 and lone surrogates in plain text (a name, an error, a cause) by U+FFFD. */
export function toStorableText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}

/**
 * Returns a JSON text as it can be stored: unchanged, except that a raw lone surrogate, which UTF-8
 * cannot encode, becomes its `\uXXXX` escape, which is the same JSON value. (A JSON text cannot
 * contain raw U+0000.)
 */
export function toStorableDocument(json: string): string {
  if (json.isWellFormed()) return json;
  return json.replace(loneSurrogates, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

/** Returns the valid execution ids, each once, in the order in which rows are locked. */
export function distinctUuids(ids: readonly string[]): string[] {
  return [...new Set(ids)].filter(isUuid).sort();
}

/** Returns an order, or a change that was made, as it can be stored. */
export function toStorableOrder<Order extends NewOrder | MadeChange>(order: Order): Order {
  const text = (found: string | null) => (found === null ? null : toStorableText(found));
  return {
    ...order,
    by: text(order.by),
    requestId: text(order.requestId),
    action: toStorableText(order.action),
    object: text(order.object),
    over: toStorableDocument(order.over),
    reason: text(order.reason),
    ...('outcome' in order && { outcome: text(order.outcome) }),
  };
}

/** Returns deliveries to webhooks as they can be stored. */
export function toStorableDeliveries(deliveries: readonly NewDelivery[] = []): NewDelivery[] {
  return deliveries.map((delivery) => ({
    ...delivery,
    url: toStorableText(delivery.url),
    body: toStorableDocument(delivery.body),
  }));
}
