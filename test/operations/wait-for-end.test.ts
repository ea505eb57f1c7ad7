/** Waits for the ends of batches and executions. */
import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { MillraceError } from '../../lib/errors.ts';
import { waitForBatch, waitForExecution } from '../../lib/operations/wait-for-end.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { newBatch, newExecution } from '../contracts/store/store-harness.ts';
import { until } from '../support/signal.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

/** A store whose batch and execution are open, and that is unreachable for the first calls. */
async function openUnreachable(failures: number) {
  const clock = new SimulatedClock();
  const real = openMemoryStore();
  const batch = newBatch();
  const execution = newExecution();
  await real.createBatch(batch);
  await real.createExecutions([execution], true);
  let calls = 0;
  const failFirst = () => {
    calls += 1;
    if (calls > failures) return;
    throw new MillraceError('STORE_UNAVAILABLE', 'restarting', { retryable: true });
  };
  const store: Store = {
    ...real,
    getBatch: async (id) => {
      failFirst();
      return real.getBatch(id);
    },
    getExecution: async (id) => {
      failFirst();
      return real.getExecution(id);
    },
  };
  return { store, clock, batch, execution, callCount: () => calls };
}

describe('a wait', () => {
  it('a wait survives a store that is unreachable for a while', async () => {
    const { store, clock, batch, callCount } = await openUnreachable(3);
    const seen: string[] = [];

    const waiting = waitForBatch({ store, clock }, batch.id, {
      onProgress: ({ status }) => seen.push(status),
    });
    await until(async () => {
      await clock.advance(100);
      return callCount() > 3;
    }, 'the store answers');
    const change = { batchId: batch.id, from: ['RUNNING'], to: 'PAUSED', reason: 'x' } as const;
    await store.transitionBatch(change);
    await clock.advance(1_000);

    expect(await waiting).toMatchObject({ status: 'PAUSED' });
    expect(seen[0]).toBe('RUNNING');
    expect(seen.at(-1)).toBe('PAUSED');
  });

  it('a wait gives up on a store that is unreachable for five minutes', async () => {
    const { store, clock, execution } = await openUnreachable(Number.POSITIVE_INFINITY);

    const waiting = waitForExecution({ store, clock }, execution.id);
    const refused = expect(waiting).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    for (let seconds = 0; seconds < 310; seconds += 1) await clock.advance(1_000);

    await refused;
  });

  it('an interrupted wait returns what is there', async () => {
    const { store, clock, batch, execution } = await openUnreachable(0);
    const stop = { signal: AbortSignal.abort() };

    expect(await waitForBatch({ store, clock }, batch.id, stop)).toMatchObject({
      status: 'RUNNING',
    });
    expect(await waitForExecution({ store, clock }, execution.id, stop)).toMatchObject({
      status: 'PENDING',
    });
  });
});
