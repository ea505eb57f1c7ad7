/** Batches that run in the process that starts them, as the store and the handler see them. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { closeContext } from '../../../lib/app/compose/open-context.ts';
import { openApp } from '../../../lib/app/open-app.ts';
import type { Json, JsonObject } from '../../../lib/asl/json/json.ts';
import { MemoryBroker } from '../../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import {
  cancelBatch,
  pauseBatch,
  resumeBatch,
} from '../../../lib/operations/batches/change-batch.ts';
import { roleOptions } from '../../../lib/operations/create-executor.ts';
import {
  type LocalBatchOptions,
  runBatchLocally,
} from '../../../lib/operations/local/local-batch.ts';
import {
  type BatchRequest,
  batchReaderDeps,
  startBatch,
} from '../../../lib/operations/start-batch.ts';
import { Leader } from '../../../lib/roles/leader.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { settle, until } from '../../support/signal.ts';

const definition = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'work', End: true } },
};

const sleepThenWork = {
  StartAt: 'Sleep',
  States: {
    Sleep: { Type: 'Wait', Seconds: 3_600, Next: 'Work' },
    ...definition.States,
  },
};

type Work = (item: Json) => Json | Promise<Json>;

/** Opens an app over stores in memory; `chunks` has the number of executions of each chunk. */
async function openHarness(work: Work, machine: JsonObject = definition) {
  const store = openMemoryStore();
  const chunks: number[] = [];
  const { fanOut } = store;
  store.fanOut = (chunk) => {
    chunks.push(chunk.executions.length);
    return fanOut(chunk);
  };
  const context = await openApp({
    config: {
      machines: { machine: { definition: machine } },
      handlers: { work },
      retryDelay: () => 1,
    },
    drivers: { store, broker: new MemoryBroker({ clock: systemClock }) },
    logger: new QuietLogger(),
  });
  onTestFinished(() => closeContext(context));
  const start = (items: readonly Json[], options: BatchRequest['options'] = {}) =>
    startBatch(context, context.machines.get('machine'), {
      source: { kind: 'items', items },
      options: { retriesMax: 0, failurePolicy: null, ...options },
    });
  return { context, store, chunks, start };
}

type Harness = Awaited<ReturnType<typeof openHarness>>;

async function runBatch(
  harness: Harness,
  items: readonly Json[],
  options: BatchRequest['options'] = {},
  local: LocalBatchOptions = {},
) {
  return runBatchLocally(harness.context, await harness.start(items, options), local);
}

async function statusesOf({ store }: Harness, batchId: string) {
  const { entries } = await store.listOutputs(batchId, { limit: 1_000 });
  return entries.map(({ status }) => status);
}

/** A handler that answers when it is released, and how many of its calls are open. */
function holdCalls() {
  const open: (() => void)[] = [];
  let calls = 0;
  const work = async (item: Json) => {
    calls += 1;
    await new Promise<void>((resolve) => open.push(resolve));
    return item;
  };
  const releaseAll = () => {
    for (const release of open.splice(0)) release();
  };
  return { work, releaseAll, calls: () => calls };
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the chunks of a local batch', () => {
  it('a local batch is recorded in chunks of at most 2 MB of inputs', async () => {
    const harness = await openHarness(() => null);
    const large = 'x'.repeat(200_000);

    const batch = await runBatch(harness, Array(24).fill(large), {}, { concurrency: 8 });

    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: 24, succeeded: 24 });
    expect(harness.chunks).toEqual([9, 9, 6]);
  });

  it('a local batch records the next chunk when all of the one before has ended', async () => {
    const harness = await openHarness(() => null);

    await runBatch(harness, numbers(25), { chunkSize: 10 }, { concurrency: 20 });

    expect(harness.chunks).toEqual([10, 10, 5]);
  });

  it('a local batch never has more executions in flight than maxInFlight', async () => {
    const harness = await openHarness(() => null);

    await runBatch(harness, numbers(10), { maxInFlight: 4 }, { concurrency: 20 });

    expect(harness.chunks).toEqual([4, 4, 2]);
  });

  it('a local batch whose attempts all fail is paused, held back, and reports no end', async () => {
    let calls = 0;
    const harness = await openHarness(() => {
      calls += 1;
      throw new Error('down');
    });
    const ended: string[] = [];

    const batch = await runBatch(
      harness,
      numbers(500),
      { retriesMax: 100, failurePolicy: { windowSize: 10 } },
      { concurrency: 5, onExecutionComplete: (id) => ended.push(id) },
    );

    expect(batch).toMatchObject({ status: 'PAUSED', onHold: true, failed: 0 });
    expect(batch.created).toBeLessThanOrEqual(40);
    expect(calls).toBeLessThan(500);
    expect(ended).toEqual([]);
  });

  it('a local batch with stopOnError records no more than it runs at once', async () => {
    const harness = await openHarness((item) => {
      if (item === 4) throw new Error('four');
      return item;
    });

    const batch = await runBatch(harness, numbers(20), { stopOnError: true }, { concurrency: 3 });

    expect(batch).toMatchObject({ status: 'FAILED', created: 6, succeeded: 5, failed: 1 });
    expect(harness.chunks).toEqual([3, 3]);
  });
});

describe('a local batch that does not end by itself', () => {
  it('a local batch that is paused resolves when what it runs has ended', async () => {
    const held = holdCalls();
    const harness = await openHarness(held.work);
    const { id } = await harness.start(numbers(6), { chunkSize: 2 });
    const running = runBatchLocally(harness.context, await getBatch(harness, id), {
      concurrency: 2,
    });
    await until(() => held.calls() === 2, 'two calls');

    await pauseBatch(harness.context, id);
    held.releaseAll();

    expect(await running).toMatchObject({ status: 'PAUSED', created: 2, succeeded: 2 });
    expect(held.calls()).toBe(2);
  });

  it('a local batch that is cancelled ends ABORTED, its sleeping executions at once', async () => {
    const harness = await openHarness(() => null, sleepThenWork);
    const { id } = await harness.start(numbers(5));
    const running = runBatchLocally(harness.context, await getBatch(harness, id), {
      concurrency: 2,
    });
    await until(async () => (await statusesOf(harness, id)).includes('RUNNING'), 'a first run');

    await cancelBatch(harness.context, id);

    expect(await running).toMatchObject({ status: 'ABORTED', created: 5, aborted: 5 });
  });
});

describe('a local batch and other leaders', () => {
  it('a local batch that another leader holds is not recorded here, and resolves at its end', async () => {
    const harness = await openHarness(() => null);
    const { id } = await harness.start(numbers(3));
    await harness.store.leaseBatches('another', 30_000, 1, { batchId: id });
    const running = runBatchLocally(harness.context, await getBatch(harness, id), {});
    await settle();

    await harness.store.transitionBatch({
      batchId: id,
      from: ['RUNNING'],
      to: 'FAILED',
      reason: 'ended by another leader',
    });

    expect(await running).toMatchObject({ status: 'FAILED', created: 0 });
    expect(harness.chunks).toEqual([]);
  });

  it('a local batch runs the executions that an earlier leader recorded and left', async () => {
    const harness = await openHarness((item) => item);
    const { id } = await harness.start(numbers(5), { maxInFlight: 2 });
    const earlier = new Leader({
      ...roleOptions(harness.context),
      ...batchReaderDeps(harness.context),
      store: harness.store,
      signalRouter: harness.context.signalRouter,
      dispatcher: { dispatch: async (wakeups) => wakeups.length },
    });
    await earlier.tick(new AbortController().signal);
    await earlier.release();
    expect(harness.chunks).toEqual([2]);

    const batch = await runBatchLocally(harness.context, await getBatch(harness, id), {});

    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: 5, succeeded: 5 });
  });

  it('a local batch releases its lease when it returns', async () => {
    const harness = await openHarness(() => null);
    const { id } = await harness.start(numbers(2));
    await pauseBatch(harness.context, id);
    await runBatchLocally(harness.context, await getBatch(harness, id), {});

    await resumeBatch(harness.context, id);

    expect(await harness.store.leaseBatches('next', 30_000, 1, { batchId: id })).toHaveLength(1);
  });
});

describe('the callbacks of a local batch', () => {
  it('a callback that throws rejects the run, and another process can continue the batch', async () => {
    const harness = await openHarness(() => null);
    const { id } = await harness.start(numbers(4), { chunkSize: 2 });
    const onExecutionComplete = () => {
      throw new Error('from the callback');
    };

    const failing = runBatchLocally(harness.context, await getBatch(harness, id), {
      onExecutionComplete,
    });
    await expect(failing).rejects.toThrow('from the callback');

    const batch = await runBatchLocally(harness.context, await getBatch(harness, id), {});
    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: 4, succeeded: 4 });
  });
});

async function getBatch({ store }: Harness, id: string) {
  const batch = await store.getBatch(id);
  if (batch === null) throw new Error(`no batch ${id}`);
  return batch;
}
