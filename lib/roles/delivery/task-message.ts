/** The messages of executions' tasks: they carry ids, never state. Pure. */
import type { Delivery, TaskMessage } from '../../ports/broker.ts';
import type { Wakeup } from '../../ports/store/execution-store.ts';

/** Creates the message that asks a worker to start or resume an execution. */
export function createTaskMessage(wakeup: Wakeup, delayMs = 0): TaskMessage {
  return {
    id: wakeup.executionId,
    body: JSON.stringify({ type: 'execution', executionId: wakeup.executionId }),
    ...(delayMs > 0 && { delayMs }),
    ...(wakeup.batchId !== null && { groupId: wakeup.batchId }),
  };
}

/** Returns the execution id of a delivery; null when it is not the task of an execution. */
export function parseExecutionId(delivery: Pick<Delivery, 'body'>): string | null {
  try {
    const body: unknown = JSON.parse(delivery.body);
    if (typeof body !== 'object' || body === null) return null;
    const { type, executionId } = body as { type?: unknown; executionId?: unknown };
    return type === 'execution' && typeof executionId === 'string' ? executionId : null;
  } catch {
    // Not JSON, so not a message of Millrace: the caller moves it to the dead letters.
    return null;
  }
}
