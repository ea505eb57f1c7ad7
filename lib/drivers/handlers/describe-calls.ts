/** Texts about calls in hand, for log lines. */
import type { LogFields } from '../../ports/logger.ts';
import type { CallInHand } from './calls-in-hand.ts';

/** Maximum number of calls that one log line names. */
const namedMax = 10;

/** Returns the fields that name one call. */
export function callFields(call: CallInHand): LogFields {
  const { executionId, batchId, machineId, stateName, handler } = call;
  return { executionId, batchId, machineId, state: stateName, handler };
}

/** Names calls in one text: `machine/state (execution id), … and 3 more`. */
export function listCalls(calls: readonly CallInHand[]): string {
  const named = calls.slice(0, namedMax).map(({ machineId, stateName, executionId }) => {
    return `${machineId}/${stateName} (${executionId})`;
  });
  const more = calls.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ') || 'none';
}
