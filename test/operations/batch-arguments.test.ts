/** Batches over earlier executions and over lists of inputs, started by a program. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { batchEnd, openApp } from '../support/open-app.ts';

const config: MillraceConfig = {
  machines: {
    order: {
      definition: {
        StartAt: 'Price',
        States: {
          Price: { Type: 'Task', Resource: 'price', ResultPath: '$.cents', Next: 'Ship' },
          Ship: { Type: 'Pass', Parameters: { 'shipped.$': '$.id' }, End: true },
        },
      },
    },
    bill: {
      definition: {
        StartAt: 'Bill',
        States: { Bill: { Type: 'Task', Resource: 'bill', End: true } },
      },
    },
  },
  handlers: {
    price: ({ id }: { id: number }) => {
      if (id === 3) throw Object.assign(new Error('no such item'), { name: 'NoItem' });
      return id * 100;
    },
    bill: (input: unknown) => ({ billed: input }),
  },
  transformers: { tagged: (item, index) => ({ item, index }) },
};

const ids = Array.from({ length: 8 }, (_, id) => ({ id }));
const noRetries = { retriesMax: 0, failurePolicy: null } as const;

/** Opens an app in which eight orders have run, one of which failed. */
async function openOrders(): Promise<Millrace> {
  const app = await openApp(config);
  await app
    .machine('order')
    .executeBulk(ids, { ...noRetries, namePrefix: 'order', concurrency: 4 });
  return app;
}

/** Returns the executions of a batch, and the orders that are not linked to a bill yet. */
async function readResult(app: Millrace, batchId: string, purpose: object = {}) {
  const { entries } = await app.drivers.store.listOutputs(batchId, { limit: 100 });
  const chain = { targetMachineId: 'bill', sourceState: '', transformer: '', unlinkedOnly: true };
  const filter = { machineId: 'order', ...chain, ...purpose };
  const unlinked = await app.drivers.store.listForChaining(filter, { limit: 100 });
  return {
    executions: entries.map(({ name, status, output }) => ({ name, status, output })),
    unlinked: unlinked.entries.map(({ name }) => name),
  };
}

describe('executeBatch over earlier executions', () => {
  it('a chained batch has the same names, ends, outputs and links here and through the queues', async () => {
    const [here, queued] = [await openOrders(), await openOrders()];
    const options = { ...noRetries, namePrefix: 'bill', transformer: 'tagged' };
    await queued.start();
    const machine = queued.machine('bill');
    machine.setQueueClient(queued.queueClient());

    const local = await here.machine('bill').executeBatch({ machineId: 'order' }, 'Price', options);
    const recorded = await machine.executeBatch({ machineId: 'order' }, 'Price', options);
    expect(recorded.status).toBe('RUNNING');
    const remote = await batchEnd(queued, recorded.id);

    const purpose = { sourceState: 'Price', transformer: 'tagged' };
    const result = await readResult(here, local.id, purpose);
    expect(await readResult(queued, remote.id, purpose)).toEqual(result);
    expect(result.executions).toHaveLength(7);
    expect(result.executions[4]).toEqual({
      name: 'bill-4',
      status: 'SUCCEEDED',
      output: '{"billed":{"item":{"id":5,"cents":500},"index":4}}',
    });
    expect(result.unlinked).toEqual(['order-3']);
  });

  it('a chained batch takes each execution once for a machine, state and transformer, unless unique is false', async () => {
    const app = await openOrders();
    const bill = app.machine('bill');
    const created = async (state: string | null, options: object) =>
      (await bill.executeBatch({ machineId: 'order' }, state, { ...noRetries, ...options }))
        .created;

    expect(await created(null, {})).toBe(7);
    expect(await created(null, {})).toBe(0);
    expect(await created('Ship', {})).toBe(7);
    expect(await created(null, { transformer: 'tagged' })).toBe(7);
    expect(await created(null, { unique: false })).toBe(7);
    expect(await created(null, { unique: false })).toBe(7);
  });

  it('concurrent chained batches take each execution once between them', async () => {
    const app = await openOrders();
    const machines = [app.machine('bill'), app.machine('bill'), app.machine('bill')];
    machines[2]?.setQueueClient(app.queueClient());
    await app.start();

    const batches = await Promise.all(
      machines.map((bill) => bill.executeBatch({ machineId: 'order' }, null, noRetries)),
    );

    const ended = await Promise.all(batches.map(({ id }) => batchEnd(app, id)));
    expect(ended.reduce((sum, { created }) => sum + created, 0)).toBe(7);
    expect(ended.every(({ status, failed }) => status === 'SUCCEEDED' && failed === 0)).toBe(true);
  });

  it('a chained batch takes failed executions when its filter names them', async () => {
    const app = await openOrders();
    const filter = { machineId: 'order', status: 'FAILED' } as const;

    const batch = await app.machine('bill').executeBatch(filter, null, noRetries);

    const { entries } = await app.drivers.store.listOutputs(batch.id, { limit: 10 });
    expect(entries).toMatchObject([{ status: 'FAILED', error: 'Millrace.InvalidItem' }]);
    expect(entries[0]?.cause).toContain('order-3');
  });

  it('a second argument that belongs to the other form of executeBatch is refused', async () => {
    const app = await openOrders();
    const bill = app.machine('bill');
    const invalid = { code: 'INVALID_ARGUMENT' };

    await expect(
      // @ts-expect-error a caller without types
      bill.executeBatch({ machineId: 'order' }, { concurrency: 1 }),
    ).rejects.toMatchObject({ ...invalid, message: expect.stringContaining("a state's name") });
    await expect(
      // @ts-expect-error a caller without types
      bill.executeBatch({ source: { kind: 'items', items: [] } }, 'Price'),
    ).rejects.toMatchObject({ ...invalid, message: expect.stringContaining('found "Price"') });
    await expect(
      bill.executeBatch({ machineId: 'order' }, null, { transformer: 'unknown' }),
    ).rejects.toMatchObject({ code: 'UNKNOWN_TRANSFORMER' });
    for (const concurrency of [-1, 0.5, Number.NaN]) {
      await expect(bill.executeBulk([1], { concurrency })).rejects.toMatchObject(invalid);
    }

    expect((await app.drivers.store.listBatches({}, { limit: 10 })).entries).toHaveLength(1);
  });
});

describe('executeBulk', () => {
  it('a bulk of concurrency 0 or 1 runs one execution after the other', async () => {
    for (const concurrency of [0, 1]) {
      const seen: number[] = [];
      const app = await openApp(config);
      const onExecutionStart = (_id: string, index: number) => seen.push(index);
      const onExecutionComplete = (_id: string, index: number) => seen.push(index);
      const calls = { onExecutionStart, onExecutionComplete };

      await app.machine('bill').executeBulk([1, 2, 3], { ...noRetries, ...calls, concurrency });

      expect(seen).toEqual([0, 0, 1, 1, 2, 2]);
    }
  });

  it('a bulk has the same results here and through the queues', async () => {
    const [here, queued] = [await openApp(config), await openApp(config)];
    const options = { ...noRetries, namePrefix: 'n', priority: 'low', transformer: '$.id' };
    const machine = queued.machine('bill');
    machine.setQueueClient(queued.queueClient());

    const local = await here.machine('bill').executeBulk(ids, { ...options, concurrency: 3 });
    const recorded = await machine.executeBulk(ids, { ...options, concurrency: 3 });
    await queued.start();
    const remote = await batchEnd(queued, recorded.id);

    const result = await readResult(here, local.id);
    expect(await readResult(queued, remote.id)).toEqual(result);
    expect(result.executions[7]).toMatchObject({ name: 'n-7', output: '{"billed":7}' });
    const { entries } = await queued.drivers.store.listExecutions({}, { limit: 100 });
    expect(entries.every(({ queue }) => queue === 'low')).toBe(true);
  });
});
