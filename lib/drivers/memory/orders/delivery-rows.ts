/** Queues deliveries in memory, together with the change that they report. */
import { deliveriesMax, type NewDelivery } from '../../../ports/store/webhook-store.ts';
import { toStorableDeliveries } from '../../shared/storable.ts';
import type { MemoryTables } from '../memory-tables.ts';

/** Adds deliveries that are due at once; drops those that exceed the limit. */
export function queueDeliveries(
  { deliveries, now }: MemoryTables,
  added: readonly NewDelivery[] = [],
): void {
  for (const delivery of toStorableDeliveries(added)) {
    if (deliveries.size >= deliveriesMax || deliveries.has(delivery.id)) continue;
    deliveries.set(delivery.id, {
      ...delivery,
      createdAt: now(),
      attempts: 0,
      dueAt: now(),
    });
  }
}
