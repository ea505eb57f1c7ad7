/** A world whose worker is handed its deliveries; its handler answers when the test says so. */
import type { Delivery } from '../../lib/ports/broker.ts';
import type { Store } from '../../lib/ports/store.ts';
import { PushedWorker, type PushedWorkerOptions } from '../../lib/roles/pushed-worker.ts';
import { HeldHandler, oneTask, RoleWorld, type RoleWorldOptions } from './role-world.ts';

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
export async function openPushedWorld(
  options: RoleWorldOptions = {},
  changes: Partial<PushedWorkerOptions> = {},
) {
  const work = new HeldHandler();
  const world = new RoleWorld({ handlers: { work: work.handler }, ...options });
  await world.register(oneTask);
  const worker = new PushedWorker({ ...world, executor: () => world.executor(), ...changes });
  return { world, work, worker, lot: (max = 1_000) => receive(world, max) };
}

/** What waits in the queue, hidden for an hour. */
export function receive({ broker }: RoleWorld, max: number): Promise<Delivery[]> {
  const hiddenMs = 3_600_000;
  return broker.receive({ queues: ['default'], max, visibilityMs: hiddenMs, waitMs: 0 });
}
