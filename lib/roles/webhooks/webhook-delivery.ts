import type { JsonObject } from '../../asl/json/json.ts';
import type { BusEvent } from '../../ports/event-bus.ts';
import type { NewDelivery } from '../../ports/store/webhook-store.ts';

/** Maximum length of a text in a request, in characters: a reason may quote what handlers threw. */
const textMax = 2_000;

/** Creates the delivery of an event to a webhook: the same type and detail as on the bus. Pure. */
export function createWebhookDelivery(
  { type, detail, at }: BusEvent,
  { id, url, secretName }: Pick<NewDelivery, 'id' | 'url' | 'secretName'>,
): NewDelivery {
  return {
    id,
    url,
    secretName,
    type,
    body: JSON.stringify({ id, type, at, detail: cutTexts(detail) }),
  };
}

function cutTexts(detail: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(detail).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.slice(0, textMax).toWellFormed() : value,
    ]),
  );
}
