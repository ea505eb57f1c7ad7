import type { Delivery } from '../../lib/ports/broker.ts';
import { createTaskMessage } from '../../lib/roles/delivery/dispatcher.ts';

/** Creates the first delivery of an execution's task, unless changed. */
export function createDelivery(executionId: string, changes: Partial<Delivery> = {}): Delivery {
  const { id, body } = createTaskMessage({ executionId, queue: 'default', batchId: null });
  const message = { queue: 'default', id, body, groupId: null };
  return { ...message, receipt: executionId, deliveries: 1, sentAt: 0, ...changes };
}
