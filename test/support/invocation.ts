/** A call of a Task's work, for tests of who carries it out. */
import type { Invocation } from '../../lib/ports/task-invoker.ts';

/** A call of the handler `charge`, but for what `changes` says. */
export function invocationOf(changes: Partial<Invocation> = {}): Invocation {
  return {
    resource: 'charge',
    parameters: { amount: 5 },
    pattern: 'request',
    idempotencyKey: 'e:2:0',
    signal: new AbortController().signal,
    execution: { id: 'e', arn: 'arn:aws:states:local:000000000000:execution:m:n', name: 'n' },
    machineId: 'm',
    batchId: null,
    queue: 'default',
    stateName: 'Charge',
    attempt: 0,
    heartbeat: () => {},
    ...changes,
  };
}
