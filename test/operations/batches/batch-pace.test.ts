/** How fast a batch is said to be, and how long it still takes. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeContext } from '../../../lib/app/compose/open-context.ts';
import { openApp } from '../../../lib/app/open-app.ts';
import { MemoryBroker } from '../../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { measurePace } from '../../../lib/operations/batches/batch-pace.ts';
import type { BatchRecord } from '../../../lib/ports/store/batch-store.ts';
import type { SeriesSum } from '../../../lib/ports/store/figures/step-figures.ts';
import { createClaimed, ending } from '../../contracts/store/store-harness.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { SimulatedClock } from '../../support/simulated-clock.ts';

const batchId = 'b-1';

/** Opens an app whose batch is so old; `ended` executions ended in each slot of ten seconds. */
async function openAged(ageMs: number, ended: number) {
  const clock = new SimulatedClock();
  const store = openMemoryStore({ now: () => clock.now() });
  const context = await openApp({
    config: { machines: {}, handlers: {} },
    drivers: { store, broker: new MemoryBroker({ clock }) },
    logger: new QuietLogger(),
  });
  onTestFinished(() => closeContext(context));
  const named = { id: batchId, name: 'orders', machineId: 'order', machineVersion: 1 };
  const record = await store.createBatch({ ...named, source: '{}', options: '{}' });
  await clock.advance(ageMs);
  const slots = Math.floor(clock.now() / 10_000) * 10_000;
  const series = Array.from({ length: 12 }, (_, back): SeriesSum => {
    const counts = { started: 0, succeeded: 0, failed: 0, retried: 0, archived: 0, received: 0 };
    const at = slots - (back + 1) * 10_000;
    return { ...counts, kind: 'batch', key: batchId, at, ended, took: null };
  });
  const claimed = await createClaimed(store);
  await store.commit([ending(claimed)], { series, times: [] });
  return { record, measure: (batch: BatchRecord) => measurePace({ ...context, clock }, batch) };
}

describe('measurePace', () => {
  it('the rate of an older batch is that of the last minute, whatever it was before', async () => {
    const { record, measure } = await openAged(3_600_000, 50);
    const batch = { ...record, created: 1_000, succeeded: 900, sourceDone: true };

    expect(await measure(batch)).toEqual({ perSecond: 5, secondsLeft: 20 });
  });

  it('the rate of a young batch is that since its start', async () => {
    const { record, measure } = await openAged(30_000, 50);
    const batch = { ...record, created: 90, succeeded: 50, failed: 10, sourceDone: true };

    expect(await measure(batch)).toEqual({ perSecond: 2, secondsLeft: 15 });
  });

  it('the time that is left is not known while the end of the source is not', async () => {
    const { record, measure } = await openAged(30_000, 50);
    const batch = { ...record, created: 90, succeeded: 60 };

    expect(await measure(batch)).toEqual({ perSecond: 2, secondsLeft: null });
  });

  it('a batch in which nothing has ended or that does not run has no rate', async () => {
    const { record, measure } = await openAged(30_000, 50);
    const none = { perSecond: null, secondsLeft: null };

    expect(await measure(record)).toEqual(none);
    expect(await measure({ ...record, status: 'PAUSED', created: 9, succeeded: 9 })).toEqual(none);
  });
});
