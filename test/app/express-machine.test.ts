/** EXPRESS machines of an app: synchronous and asynchronous executions, batches, and their log. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { ExecutionLogEvent } from '../../lib/engine/execution-log-event.ts';
import { batchEnd, openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const definition = {
  StartAt: 'Price',
  States: { Price: { Type: 'Task', Resource: 'price', End: true } },
};

const handlers = { price: (sku: string) => ({ sku, cents: 1999 }) };
const machines = { price: { definition, type: 'EXPRESS' } } as const;

describe('startSyncExecution', () => {
  it('a synchronous execution returns its output as a JSON text', async () => {
    const app = await openApp({ machines, handlers });
    const machine = app.machine('price');

    const first = await machine.startSyncExecution('a-1', { name: 'same' });
    const second = await machine.startSyncExecution('a-2', { name: 'same' });

    expect([first.name, first.status]).toEqual(['same', 'SUCCEEDED']);
    expect([first.output, second.output]).toEqual([
      '{"sku":"a-1","cents":1999}',
      '{"sku":"a-2","cents":1999}',
    ]);
    expect(second.executionArn).not.toBe(first.executionArn);
    expect((await app.drivers.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
  });

  it('a synchronous execution of a STANDARD machine is refused with a remedy', async () => {
    const app = await openApp({ machines: { price: { definition } }, handlers });

    await expect(app.machine('price').startSyncExecution('a-1')).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining("give it type: 'EXPRESS'"),
    });
  });

  it('a synchronous execution with a missing handler or a bad name is refused', async () => {
    const app = await openApp({ machines, handlers });
    const bare = await openApp({ machines });

    await expect(
      app.machine('price').startSyncExecution('a-1', { name: 'a b' }),
    ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(bare.machine('price').startSyncExecution('a-1')).rejects.toMatchObject({
      code: 'UNKNOWN_HANDLER',
    });
  });
});

describe('an EXPRESS machine', () => {
  it('an EXPRESS machine is executed asynchronously, and only its end is recorded', async () => {
    const app = await openApp({ machines, handlers });

    const { executionId, status, output } = await app.machine('price').execute('a-1');

    expect({ status, output }).toEqual({
      status: 'SUCCEEDED',
      output: { sku: 'a-1', cents: 1999 },
    });
    expect(await app.drivers.store.readHistory(executionId, 1, 10)).toEqual([]);
  });

  it('an EXPRESS machine runs every item of a batch', async () => {
    const items = ['a-1', 'a-2', 'a-3'];
    const batches = { prices: { machine: 'price', source: { kind: 'items', items } } } as const;
    const app = await openApp({ machines, handlers, batches });

    const { id } = await app.batches.start('prices');
    await app.start();

    expect(await batchEnd(app, id)).toMatchObject({ status: 'SUCCEEDED', succeeded: 3 });
  });

  it('the execution log has the events that the configuration names', async () => {
    const logged: ExecutionLogEvent[] = [];
    const executionLog = {
      write: (events: readonly ExecutionLogEvent[]) => void logged.push(...events),
      close: async () => {},
    };
    const loggedMachine = { ...machines.price, logging: { level: 'ALL' } } as const;
    const app = await openMillrace({
      config: { machines: { price: loggedMachine, silent: machines.price }, handlers },
      flags: { store: 'memory' },
      logger: new QuietLogger(),
      executionLog,
    });
    onTestFinished(() => app.close());

    await app.machine('silent').startSyncExecution('a-1');
    await app.machine('price').startSyncExecution('a-1');
    await app.machine('price').execute('a-2');

    const ends = logged.filter(({ type }) => type === 'ExecutionSucceeded');
    expect(ends.map(({ details }) => details)).toEqual([{}, {}]);
    expect(logged.every((event) => event.execution_arn.includes(':express:price:'))).toBe(true);
  });
});
