/** A harness with an event worker, batches from its queue, and a handler that the test answers. */
import type { Store } from '../../lib/ports/store/store.ts';
import { EventWorker, type EventWorkerOptions } from '../../lib/roles/event-worker.ts';
import { HeldHandler, oneTask, RoleHarness, type RoleHarnessOptions } from './role-harness.ts';

/** Wraps a store so that it records the names of these calls, in order. */
export function recordCalls(...names: (keyof Store)[]) {
  const calls: string[] = [];
  const store = (real: Store) =>
    new Proxy(real, {
      get(target, name: keyof Store) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function' || !names.includes(name)) return value;
        return (...given: unknown[]) => {
          calls.push(name);
          return Reflect.apply(value, target, given);
        };
      },
    });
  return { calls, store };
}

/** How long received deliveries stay hidden, in milliseconds. */
const visibilityMs = 3_600_000;

/** Creates the harness; `receive` takes what waits in the queue, as a function's poller does. */
export async function openEventWorkerHarness(
  options: RoleHarnessOptions = {},
  changes: Partial<EventWorkerOptions> = {},
) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(oneTask);
  const worker = new EventWorker({
    ...harness,
    createExecutor: () => harness.executor(),
    ...changes,
  });
  const receive = (max = 1_000) =>
    harness.broker.receive({ queues: ['default'], max, visibilityMs, waitMs: 0 });
  return { harness, work, worker, receive };
}
