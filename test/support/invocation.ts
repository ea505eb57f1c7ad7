/** Invocations for tests of task invokers. */
import type { Invocation } from '../../lib/ports/task-invoker.ts';

/** Creates an invocation of the handler `charge`, with these changes. */
export function createInvocation(changes: Partial<Invocation> = {}): Invocation {
  return {
    resource: 'charge',
    parameters: { amount: 5 },
    pattern: 'request',
    idempotencyKey: 'e:2:0',
    signal: new AbortController().signal,
    execution: { id: 'e', arn: 'arn:aws:states:us-east-1:000000000000:execution:m:n', name: 'n' },
    machineId: 'm',
    batchId: null,
    queue: 'default',
    stateName: 'Charge',
    retryCount: 0,
    heartbeat: () => {},
    ...changes,
  };
}
