/** The calls to the store that an event batch costs. */
import { describe, expect, it } from 'vitest';
import { definition } from '../../bench/three-tasks.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { EventWorker } from '../../lib/roles/event-worker.ts';
import { RoleHarness } from '../support/role-harness.ts';

/** A store that asks for writes to be gathered, and counts its calls by name. */
function countCalls(real: Store, gatherMs: number) {
  const counts: Record<string, number> = {};
  const store = new Proxy(real, {
    get(target, name: string) {
      if (name === 'gatherMs') return gatherMs;
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        counts[name] = (counts[name] ?? 0) + 1;
        return Reflect.apply(value, target, given);
      };
    },
  });
  return { store, counts };
}

describe('an event batch of a hundred executions of three tasks', () => {
  it('an event batch of a hundred executions costs one claim and four commits, although handlers differ in duration', async () => {
    let counts: Record<string, number> = {};
    const work = () =>
      new Promise<null>((resolve) => {
        harness.clock.after(100 + harness.entropy.random() * 15, () => resolve(null));
      });
    const harness: RoleHarness = new RoleHarness({
      handlers: { work },
      store: (real) => {
        const counted = countCalls(real, 20);
        counts = counted.counts;
        return counted.store;
      },
    });
    await harness.register(definition);
    for (let count = 0; count < 100; count += 1) await harness.submit();
    const deliveries = await harness.broker.receive({
      queues: ['default'],
      max: 100,
      visibilityMs: 60_000,
      waitMs: 0,
    });
    const worker = new EventWorker({ ...harness, createExecutor: () => harness.executor() });
    for (const name of Object.keys(counts)) delete counts[name];

    let again: unknown = null;
    const working = worker.work(deliveries, 60_000).then((answer) => {
      again = answer;
    });
    await harness.pass(() => again !== null, 'the answer', 1);
    await working;

    expect(again).toEqual([]);
    expect(counts).toEqual({ claim: 1, getRevision: 1, commit: 4 });
    expect(harness.metrics.observed.get('commitGroup')).toEqual([100, 100, 100, 100]);
  });
});
