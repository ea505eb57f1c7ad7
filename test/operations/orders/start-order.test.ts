/** Orders on a real app: what they select, that the set is frozen, and what they change. */
import { describe, expect, it } from 'vitest';
import type { Millrace } from '../../../lib/app/millrace.ts';
import { systemClock } from '../../../lib/drivers/system/system-clock.ts';
import type { OrderRequest } from '../../../lib/operations/orders/start-order.ts';
import { pause } from '../../../lib/retry/pause.ts';
import { batchEnd, openApp } from '../../support/open-app.ts';
import { until } from '../../support/signal.ts';

class Refused extends Error {
  override name = 'Refused';
}

const work = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } };
const rest = { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 9_999, End: true } } };

/** Opens an app whose executions fail while `isBroken`; `calls` are the inputs of the handler. */
async function open() {
  const calls: unknown[] = [];
  const state = { isBroken: true };
  const app = await openApp({
    machines: {
      work: { definition: work, nonRetryableErrors: ['Refused'] },
      rest: { definition: rest },
    },
    handlers: {
      work: (input: unknown) => {
        calls.push(input);
        if (state.isBroken) throw new Refused('no');
        return input;
      },
    },
    batches: { works: { machine: 'work', source: { kind: 'items', items: [1, 2, 3] } } },
  });
  return { app, calls, state };
}

/** Runs the batch of three, which all fail. Returns its id. */
async function failBatch(app: Millrace): Promise<string> {
  await app.start();
  const { id } = await app.batches.start('works');
  await batchEnd(app, id);
  // A later millisecond than that of the ends.
  await pause(systemClock, 2);
  return id;
}

async function startAndWait(app: Millrace, request: OrderRequest) {
  const { orderId } = await app.orders.start(request);
  return app.orders.wait(orderId ?? '');
}

function statusOf(app: Millrace, batchId: string) {
  return async () => {
    const { entries } = await app.executions.list({ batchId });
    return entries.map(({ status }) => status);
  };
}

describe('a dry run', () => {
  it('a dry run counts what would be taken, and changes nothing', async () => {
    const { app, calls } = await open();
    const batchId = await failBatch(app);

    const counted = await app.orders.start({
      action: 'redrive',
      over: { archive: { batchId } },
      dryRun: true,
    });
    const limited = await app.orders.start({
      action: 'redrive',
      over: { executions: { batchId } },
      dryRun: true,
      limit: 2,
    });

    expect(counted).toMatchObject({ orderId: null, matching: 3, isMinimum: false });
    expect(counted.some).toHaveLength(3);
    expect(counted.some[0]).toMatchObject({
      label: expect.stringMatching(/^work:/),
      error: 'Refused',
    });
    expect(limited).toMatchObject({ matching: 2 });
    expect(limited.some).toHaveLength(2);
    expect(calls).toHaveLength(3);
    expect((await app.orders.list()).entries.map(({ action }) => action)).toEqual(['startBatch']);
  });

  it('an order that would take over a tenth more or less than expected is refused', async () => {
    const { app } = await open();
    await failBatch(app);
    const order = { action: 'redrive', over: { archive: {} } } as const;

    for (const expect_ of [2, 4, 0, 30]) {
      await expect(app.orders.start({ ...order, expect: expect_ })).rejects.toMatchObject({
        code: 'CONFLICT',
        fields: { matching: 3, expect: expect_ },
      });
    }
    await expect(app.orders.start({ ...order, expect: 3 })).resolves.toMatchObject({ matching: 3 });
  });
});

describe('an order over the archive', () => {
  it('a redrive takes each entry once, although all fail again while it runs', async () => {
    const { app, calls } = await open();
    await failBatch(app);

    const { orderId } = await app.orders.start({
      action: 'redrive',
      over: { archive: {} },
      perSecond: 1,
      reason: 'it may work now',
    });
    await until(async () => (await app.orders.get(orderId ?? '')).done >= 1, 'the first', 200_000);
    const refilled = async () => (await app.archive.count({ all: true })) === 3;
    await until(refilled, 'it fails again', 200_000);
    await app.orders.resume(orderId ?? '', { perSecond: 1_000 });
    const ended = await app.orders.wait(orderId ?? '');
    await until(refilled, 'the others fail again', 200_000);

    expect(ended).toMatchObject({
      status: 'DONE',
      action: 'redrive',
      over: { archive: {} },
      reason: 'it may work now',
      total: 3,
      done: 3,
      refused: 0,
      perSecond: 1_000,
    });
    expect(calls).toHaveLength(6);
  });

  it('a deletion takes the entries of its ids, and counts what is not there', async () => {
    const { app } = await open();
    await failBatch(app);
    const { entries } = await app.archive.list();
    const [first] = entries;
    const ids = [first?.taskId ?? '', 'not there'];

    const ended = await startAndWait(app, { action: 'delete', over: { archive: { ids } } });

    expect(ended).toMatchObject({ status: 'DONE', done: 1, refused: 1 });
    expect(await app.archive.count({ all: true })).toBe(2);
  });

  it('the archive can only be redriven and deleted', async () => {
    const { app } = await open();

    for (const action of ['cancel', 'archive'] as const) {
      await expect(app.orders.start({ action, over: { archive: {} } })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });
});

describe('an order over executions', () => {
  it('failed executions are redriven by any filter, from the archive too', async () => {
    const { app, state } = await open();
    const batchId = await failBatch(app);
    state.isBroken = false;

    const ended = await startAndWait(app, {
      action: 'redrive',
      over: { executions: { batchId, statuses: ['FAILED'], error: 'Refused' } },
    });
    const statuses = statusOf(app, batchId);
    await until(
      async () => (await statuses()).every((status) => status === 'SUCCEEDED'),
      'all succeed',
      200_000,
    );

    expect(ended).toMatchObject({ status: 'DONE', object: `batch:${batchId}`, done: 3 });
    expect(await app.archive.count({ all: true })).toBe(0);
  });

  it('open executions are cancelled, whether they have started or not', async () => {
    const { app } = await open();
    const started = [];
    for (let count = 0; count < 5; count += 1) {
      started.push(await app.executions.start({ machineId: 'rest' }));
    }
    await app.start();
    const [first] = started;
    const isRunning = async () =>
      (await app.executions.get(first?.executionId ?? '')).status === 'RUNNING';
    await until(isRunning, 'one is running', 200_000);

    const ended = await startAndWait(app, {
      action: 'cancel',
      over: { executions: { machineId: 'rest' } },
    });

    expect(ended).toMatchObject({ status: 'DONE', object: 'machine:rest', done: 5, refused: 0 });
    for (const { executionId } of started) {
      expect((await app.executions.wait(executionId))?.status).toBe('ABORTED');
    }
  });

  it('executions that are named by machine and name are changed, and others are refused', async () => {
    const { app, calls } = await open();
    const batchId = await failBatch(app);
    const [one] = (await app.executions.list({ batchId })).entries;
    const { executionId } = await app.executions.start({ machineId: 'rest', name: 'r' });

    const ended = await startAndWait(app, {
      action: 'redrive',
      over: { executions: { ids: [`work:${one?.name}`, 'rest:r', 'rest:unknown'] } },
    });

    expect(ended).toMatchObject({ status: 'DONE', total: 2, done: 1, refused: 2 });
    await until(() => calls.length === 4, 'it is called again', 200_000);
    expect(ended.over).toEqual({
      executions: { ids: [one?.id, executionId, 'rest:unknown'] },
    });
  });

  it('executions of an ended batch are deleted with their history', async () => {
    const { app } = await open();
    const batchId = await failBatch(app);

    const ended = await startAndWait(app, {
      action: 'delete',
      over: { executions: { batchId } },
    });

    expect(ended).toMatchObject({ status: 'DONE', done: 3 });
    expect((await app.executions.list({ batchId })).entries).toEqual([]);
  });
});

describe('an order over tasks', () => {
  it('tasks of one state are changed: scheduled ones run now', async () => {
    const { app, state } = await open();
    state.isBroken = false;
    const client = app.queueClient();
    for (let count = 0; count < 3; count += 1) {
      await client.scheduleExecution({ machineId: 'work', input: count }, { delayMs: 3_600_000 });
    }
    await app.start();

    const ended = await startAndWait(app, {
      action: 'redrive',
      over: { tasks: { state: 'scheduled', queue: 'default' } },
    });
    const succeeded = async () => (await app.tasks.list({ state: 'succeeded' })).entries.length;
    await until(async () => (await succeeded()) === 3, 'they run', 200_000);

    expect(ended).toMatchObject({ status: 'DONE', object: 'queue:default', done: 3 });
  });

  it('tasks that no worker holds are archived', async () => {
    const { app } = await open();
    const client = app.queueClient();
    for (let count = 0; count < 3; count += 1) {
      await client.scheduleExecution({ machineId: 'work', input: count }, { delayMs: 3_600_000 });
    }
    await app.start(['leader', 'worker']);

    const ended = await startAndWait(app, { action: 'archive', over: { tasks: {} } });

    expect(ended).toMatchObject({ status: 'DONE', done: 3, refused: 0 });
    expect(await app.archive.count({ all: true })).toBe(3);
  });
});

describe('the request of an order', () => {
  it.each([
    [{ ids: [] }, {}],
    [{ ids: Array.from({ length: 1_001 }, (_, index) => String(index)) }, {}],
    [{}, { perSecond: 0 }],
    [{}, { perSecond: 1.5 }],
    [{}, { limit: 0 }],
  ])('a request that makes no sense is refused (%#)', async (filter, changes) => {
    const { app } = await open();

    const start = app.orders.start({ action: 'cancel', over: { executions: filter }, ...changes });

    await expect(start).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});
