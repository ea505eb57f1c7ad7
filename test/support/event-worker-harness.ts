/** A world whose worker is handed its deliveries; its handler answers when the test says so. */
import type { Delivery } from '../../lib/ports/broker.ts';
import type { Store } from '../../lib/ports/store.ts';
import { EventWorker, type EventWorkerOptions } from '../../lib/roles/event-worker.ts';
import { HeldHandler, oneTask, RoleHarness, type RoleHarnessOptions } from './role-harness.ts';

/** Names of the store's calls that a test asks for, in order. */
export function recordingCalls(...names: (keyof Store)[]) {
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

/** The world; `lot` takes what waits in the queue, as the poller of a function does. */
export async function openEventWorkerHarness(
  options: RoleHarnessOptions = {},
  changes: Partial<EventWorkerOptions> = {},
) {
  const work = new HeldHandler();
  const harness = new RoleHarness({ handlers: { work: work.handler }, ...options });
  await harness.register(oneTask);
  const worker = new EventWorker({ ...harness, executor: () => harness.executor(), ...changes });
  return { harness, work, worker, lot: (max = 1_000) => receive(harness, max) };
}

/** What waits in the queue, hidden for an hour. */
export function receive({ broker }: RoleHarness, max: number): Promise<Delivery[]> {
  const hiddenMs = 3_600_000;
  return broker.receive({ queues: ['default'], max, visibilityMs: hiddenMs, waitMs: 0 });
}
