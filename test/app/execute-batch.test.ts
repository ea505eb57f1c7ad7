/** Batches in a user's program: run here or queued, with the same results. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { BatchRequest } from '../../lib/operations/start-batch.ts';
import { batchEnd, openApp } from '../support/open-app.ts';

const square = {
  StartAt: 'Square',
  States: { Square: { Type: 'Task', Resource: 'square', End: true } },
};

const numbers = (count: number): BatchRequest => ({
  source: { kind: 'items', items: Array.from({ length: count }, (_, index) => index) },
  options: { retriesMax: 0, failurePolicy: null, namePrefix: 'n' },
});

/** Opens an app whose handler squares numbers, and fails for 13. */
async function openSquares(changes: Partial<MillraceConfig> = {}) {
  const seen = { running: 0, most: 0, order: [] as number[] };
  const app = await openApp({
    machines: { square: { definition: square }, next: { definition: square } },
    handlers: {
      square: async (n: number) => {
        seen.running += 1;
        seen.most = Math.max(seen.most, seen.running);
        seen.order.push(n);
        await Promise.resolve();
        seen.running -= 1;
        if (n === 13) throw Object.assign(new Error('unlucky'), { name: 'Unlucky' });
        return n * n;
      },
    },
    ...changes,
  });
  return { app, seen };
}

/** Returns the result of each execution of a batch. */
async function readResults(app: Millrace, batchId: string) {
  const { entries } = await app.drivers.store.listOutputs(batchId, { limit: 1_000 });
  return entries.map(({ name, status, output, error }) => ({ name, status, output, error }));
}

describe('a batch without a queue client', () => {
  it('a batch without a queue client runs here to its end and calls back for every item', async () => {
    const { app, seen } = await openSquares();
    const started: number[] = [];
    const completed: [number, string | null][] = [];

    const batch = await app.machine('square').executeBatch(numbers(20), {
      concurrency: 4,
      onExecutionStart: (_id, index) => started.push(index),
      onExecutionComplete: (_id, index, error) => completed.push([index, error]),
    });

    expect(batch).toMatchObject({ status: 'FAILED', created: 20, succeeded: 19, failed: 1 });
    const all = Array.from({ length: 20 }, (_, index) => index);
    expect(started.sort((one, other) => one - other)).toEqual(all);
    expect(completed.map(([index]) => index).sort((one, other) => one - other)).toEqual(all);
    expect(completed.filter(([, error]) => error !== null)).toEqual([[13, 'Unlucky']]);
    expect(seen.most).toBeLessThanOrEqual(4);
  });

  it('a local batch of concurrency 0 runs one execution after the other, in order', async () => {
    const { app, seen } = await openSquares();

    const batch = await app.machine('square').executeBatch(numbers(12), { concurrency: 0 });

    expect(batch).toMatchObject({ status: 'SUCCEEDED', succeeded: 12 });
    expect(seen.order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(seen.most).toBe(1);
  });

  it('a local batch with stopOnError ends FAILED at the first failure, with every execution ended', async () => {
    const { app, seen } = await openSquares();
    const { source } = numbers(50);
    const options = { retriesMax: 0, stopOnError: true };

    const batch = await app.machine('square').executeBatch({ source, options }, { concurrency: 1 });

    expect(batch).toMatchObject({ status: 'FAILED', created: 14, failed: 1 });
    expect(batch.reason).toContain('stopOnError');
    expect(seen.order).toHaveLength(14);
    const ended = await readResults(app, batch.id);
    expect(ended.every(({ status }) => status === 'SUCCEEDED' || status === 'FAILED')).toBe(true);
  });

  it('a local batch is paused with the reason when its failure rate exceeds the hard threshold', async () => {
    const { app, seen } = await openSquares();
    const items = Array.from({ length: 500 }, () => 13);
    const options = { retriesMax: 0, chunkSize: 100 };

    const batch = await app
      .machine('square')
      .executeBatch({ source: { kind: 'items', items }, options }, { concurrency: 20 });

    expect(batch.status).toBe('PAUSED');
    expect(batch.reason).toContain('failure rate');
    expect(seen.order).toHaveLength(100);
  });

  it('a local batch without items ends at once', async () => {
    const { app } = await openSquares();

    expect(await app.machine('square').executeBatch(numbers(0))).toMatchObject({
      status: 'SUCCEEDED',
      created: 0,
    });
  });
});

describe('a queue client', () => {
  it('a queue client makes executeBatch queue for workers, with the same results as a local run', async () => {
    const local = await openSquares();
    const queued = await openSquares();
    const machine = queued.app.machine('square');
    expect(machine.getQueueClient()).toBeNull();
    const client = queued.app.queueClient();
    machine.setQueueClient(client);
    expect(machine.getQueueClient()).toBe(client);

    const here = await local.app.machine('square').executeBatch(numbers(40), { concurrency: 8 });
    const recorded = await machine.executeBatch(numbers(40));
    expect(recorded.status).toBe('RUNNING');
    expect(queued.seen.order).toEqual([]);
    await queued.app.start();
    const there = await batchEnd(queued.app, recorded.id);

    for (const field of ['status', 'reason', 'created', 'succeeded', 'failed'] as const) {
      expect(there[field]).toBe(here[field]);
    }
    expect(await readResults(queued.app, there.id)).toEqual(await readResults(local.app, here.id));
  });

  it('a queue client can be removed, and batches run here again', async () => {
    const { app, seen } = await openSquares();
    const machine = app.machine('square');
    machine.setQueueClient(app.queueClient());
    machine.setQueueClient(null);

    await machine.executeBatch(numbers(3));

    expect(seen.order).toEqual([0, 1, 2]);
  });

  it('a queue client queues an execution once per name, in the queue of its priority', async () => {
    const { app, seen } = await openSquares();
    const client = app.queueClient();
    const payload = { machineId: 'square', input: 7, name: 'seven' };

    const first = await client.enqueueExecution(payload, { priority: 'critical' });
    const second = await client.enqueueExecution({ ...payload, input: 8 });

    expect(first).toMatchObject({ name: 'seven', created: true });
    expect(second).toEqual({ ...first, created: false });
    expect(await app.drivers.store.getExecution(first.executionId)).toMatchObject({
      queue: 'critical',
      input: '7',
    });
    await app.start();
    expect(await app.machine('square').execute(0, { name: 'seven' })).toMatchObject({ output: 49 });
    expect(seen.order).toEqual([7]);
  });

  it('a queue client refuses an execution that no worker could run, and records nothing', async () => {
    const { app } = await openSquares({ payloadBytesMax: 100 });
    const client = app.queueClient();
    const payload = { machineId: 'square', input: 1 };

    await expect(client.enqueueExecution(payload, { priority: 'urgent' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining("critical, default, low; found 'urgent'"),
    });
    for (const retriesMax of [-1, 1.5, Number.NaN]) {
      await expect(client.enqueueExecution(payload, { retriesMax })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
    await expect(
      client.enqueueExecution({ ...payload, input: 'x'.repeat(100) }),
    ).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    await expect(client.enqueueExecution({ ...payload, machineId: 'cube' })).rejects.toMatchObject({
      code: 'UNKNOWN_MACHINE',
      message: expect.stringContaining('square, next'),
    });

    expect((await app.drivers.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
  });
});

describe('a chained batch', () => {
  it('a chained batch takes the outputs of earlier executions, links them, and takes none twice', async () => {
    const { app } = await openSquares();
    const local = { concurrency: 4 };
    const first = await app.machine('square').executeBatch(numbers(5), local);
    const chained: BatchRequest = {
      source: {
        kind: 'executions',
        filter: {
          machineId: 'square',
          batchId: first.id,
          status: 'SUCCEEDED',
          targetMachineId: 'next',
          sourceState: '',
          transformer: '',
          unlinkedOnly: true,
        },
      },
      options: { retriesMax: 0 },
    };

    const second = await app.machine('next').executeBatch(chained, local);
    const third = await app.machine('next').executeBatch(chained, local);

    expect(second).toMatchObject({ status: 'SUCCEEDED', created: 5, succeeded: 5 });
    const outputs = (await readResults(app, second.id)).map(({ output }) => output);
    expect(outputs).toEqual(['0', '1', '16', '81', '256']);
    expect(third).toMatchObject({ status: 'SUCCEEDED', created: 0 });
  });
});

describe('an invalid batch', () => {
  it('an invalid batch is refused before anything is recorded', async () => {
    const { app } = await openSquares({ handlers: {} });
    const { app: fine } = await openSquares();
    const machine = fine.machine('square');

    await expect(app.machine('square').executeBatch(numbers(3))).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
    });
    await expect(
      machine.executeBatch({ source: { kind: 'csv', path: '/nowhere/items.csv' } }),
    ).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
    await expect(
      machine.executeBatch({ ...numbers(3), item: { input: 'toNothing' } }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_TRANSFORMER' });
    await expect(
      machine.executeBatch({ ...numbers(3), options: { chunkSize: 0 } }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });

    for (const { store } of [app.drivers, fine.drivers]) {
      expect((await store.listBatches({}, { limit: 10 })).entries).toEqual([]);
    }
  });
});
