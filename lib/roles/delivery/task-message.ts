/**
 * The messages that Millrace sends: a wake-up with ids, never state. Pure; parse ∘ print is the
 * identity.
 */
import type { Delivery, OutgoingMessage } from '../../ports/broker.ts';
import type { Wakeup } from '../../ports/execution-store.ts';

/** The message that asks a worker to start or continue an execution. */
export function executionMessage(wakeup: Wakeup, delayMs = 0): OutgoingMessage {
  return {
    id: wakeup.executionId,
    body: JSON.stringify({ type: 'execution', executionId: wakeup.executionId }),
    ...(delayMs > 0 && { delayMs }),
    ...(wakeup.batchId !== null && { groupId: wakeup.batchId }),
  };
}

/** The id of the execution that a delivery is about; null when it is no execution's task. */
export function executionOf(delivery: Pick<Delivery, 'body'>): string | null {
  try {
    const body: unknown = JSON.parse(delivery.body);
    if (typeof body !== 'object' || body === null) return null;
    const { type, executionId } = body as { type?: unknown; executionId?: unknown };
    return type === 'execution' && typeof executionId === 'string' ? executionId : null;
  } catch {
    // Not JSON: somebody else's message. The caller puts it among the dead letters, with its body.
    return null;
  }
}
