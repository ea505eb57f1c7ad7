/** The queue client of a program, over real stores. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import { openQueueClient } from '../../lib/app/open-queue-client.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { type ExternalStore, externalStores } from '../support/external-store.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle, until } from '../support/signal.ts';

const order = {
  StartAt: 'Price',
  States: {
    Price: { Type: 'Task', Resource: 'price', ResultPath: '$.cents', Next: 'Ship' },
    Ship: { Type: 'Pass', Parameters: { 'shipped.$': '$.id' }, End: true },
  },
};
const echo = { StartAt: 'Echo', States: { Echo: { Type: 'Pass', End: true } } };

const config: MillraceConfig = {
  machines: { order: { definition: order }, bill: { definition: echo } },
  handlers: { price: ({ id }: { id: number }) => id * 100 },
  transformers: {
    tagged: (item, index) => ({ item, index }),
    failing: () => {
      throw new Error('not this one');
    },
  },
};

/** Opens an app over `store`, closed when the test is over. */
async function open(store: Store, changes: Partial<MillraceConfig> = {}): Promise<Millrace> {
  const app = await openMillrace({
    config: { ...config, ...changes },
    drivers: { store },
    logger: new QuietLogger(),
  });
  onTestFinished(() => app.close());
  return app;
}

/** Returns the code and the message with which a call is refused. */
async function readRefusal(call: Promise<unknown>): Promise<{ code?: string; message?: string }> {
  return call.then(
    () => ({}),
    (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
  );
}

describe.each(externalStores())('a queue client over $kind', ({ kind, fresh }: ExternalStore) => {
  it(`an execution is recorded with all of its options (${kind})`, async () => {
    const client = (await open(await fresh())).queueClient();
    const deadline = new Date(Date.now() + 3_600_000);

    const queued = await client.enqueueExecutionWithPriority(
      { machineId: 'bill', input: { id: 1 }, name: 'first' },
      'critical',
      { retriesMax: 7, timeoutMs: 5_000, deadline, retentionMs: 60_000 },
    );

    expect(queued).toMatchObject({ name: 'first', created: true });
    expect(await client.getTask(queued.executionId)).toMatchObject({
      machineId: 'bill',
      name: 'first',
      input: '{"id":1}',
      state: 'pending',
      queue: 'critical',
      timeoutMs: 5_000,
      retentionMs: 60_000,
      deadlineAt: deadline.getTime(),
    });
    expect(await client.getTask('00000000-0000-7000-8000-000000000000')).toBeNull();
    expect(await client.getTask('no id')).toBeNull();
  });

  it(`thousands of executions are recorded in chunks and returned in order (${kind})`, async () => {
    const store = await fresh();
    const sizes: number[] = [];
    const client = (
      await open({
        ...store,
        createExecutions: (executions, sent) => {
          sizes.push(executions.length);
          return store.createExecutions(executions, sent);
        },
      })
    ).queueClient();
    const payloads = Array.from({ length: 2_100 }, (_, id) => ({
      machineId: id % 2 === 0 ? 'order' : 'bill',
      input: { id },
      name: `n-${id % 2_098}`,
    }));

    const queued = await client.enqueueExecutions(payloads, { priority: 'low' });

    expect(sizes).toEqual([1_000, 1_000, 100]);
    expect(queued.map(({ name }) => name)).toEqual(payloads.map(({ name }) => name));
    expect(queued.filter(({ created }) => !created)).toEqual([
      { ...queued[0], created: false },
      { ...queued[1], created: false },
    ]);
    const [, , low] = await client.getStats();
    expect(low).toMatchObject({ queue: 'low', ready: 2_098, tasks: { pending: 2_098 } });
    expect(await client.enqueueExecutions([])).toEqual([]);
  });

  it(`one invalid payload of many refuses all of them, by its index (${kind})`, async () => {
    const app = await open(await fresh(), { payloadBytesMax: 100 });
    const client = app.queueClient();
    const good = Array.from({ length: 30 }, () => ({ machineId: 'bill', input: 1 }));
    const long = { machineId: 'bill', input: 'x'.repeat(100) };

    expect(await readRefusal(client.enqueueExecutions([...good, long, ...good]))).toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      message: expect.stringMatching(/^payloads\[30\]: the input is 102 bytes/),
    });
    const unknown = { machineId: 'cube' };
    expect(await readRefusal(client.enqueueExecutions([unknown]))).toMatchObject({
      code: 'UNKNOWN_MACHINE',
      message: expect.stringContaining('payloads[0]: '),
    });

    expect((await app.drivers.store.listExecutions({}, { limit: 10 })).entries).toEqual([]);
  });

  it(`the output of an execution, or of one of its states, is taken once per purpose (${kind})`, async () => {
    const app = await open(await fresh());
    const client = app.queueClient();
    const { executionId } = await app.machine('order').execute({ id: 7 });
    const bill = { machineId: 'bill', source: { executionId } };
    const priced = { machineId: 'bill', source: { executionId, state: 'Price' } };

    // Programs that take it at the same time: the constraint of the store decides.
    const rivals = await Promise.all([1, 2, 3].map(() => client.enqueueExecution(bill)));
    const others = await client.enqueueExecutions(
      [priced, { ...priced, transformer: 'tagged', index: 5 }, { ...bill, machineId: 'order' }],
      { priority: 'low' },
    );
    const anyway = await client.enqueueExecution({ ...bill, unique: false });

    expect(rivals.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(rivals.map((each) => each.executionId)).size).toBe(1);
    expect([...others, anyway].every(({ created }) => created)).toBe(true);
    const inputs = await Promise.all(
      [...rivals.slice(0, 1), ...others, anyway].map((each) => client.getTask(each.executionId)),
    );
    expect(inputs.map((each) => each?.input)).toEqual([
      '{"shipped":7}',
      '{"id":7,"cents":700}',
      '{"item":{"id":7,"cents":700},"index":5}',
      '{"shipped":7}',
      '{"shipped":7}',
    ]);
  });

  it(`a source or a transformer that gives no input is refused (${kind})`, async () => {
    const app = await open(await fresh());
    const client = app.queueClient();
    const { executionId } = await app.machine('bill').execute(1);
    const waiting = await client.enqueueExecution({ machineId: 'bill' });
    const bill = { machineId: 'bill', source: { executionId } };
    const misspelled = { ...bill, inputs: [] };
    const cases: [Parameters<typeof client.enqueueExecution>[0], string, string][] = [
      [{ ...bill, source: { executionId: 'none' } }, 'UNKNOWN_EXECUTION', 'with the id none'],
      [{ ...bill, source: waiting }, 'INVALID_ARGUMENT', 'PENDING) has no output'],
      [
        { ...bill, source: { executionId, state: 'Ship' } },
        'INVALID_ARGUMENT',
        "SUCCEEDED) has no output of a state 'Ship'",
      ],
      [{ ...bill, input: 1 }, 'INVALID_ARGUMENT', 'found both'],
      [{ ...bill, transformer: 'none' }, 'UNKNOWN_TRANSFORMER', 'tagged, failing'],
      [{ ...bill, transformer: 'failing' }, 'INVALID_ITEM', 'not this one'],
      [misspelled, 'INVALID_ARGUMENT', "found 'inputs'"],
      [{ ...bill, unique: '' }, 'INVALID_ARGUMENT', 'a text of 1 to 128 characters'],
    ];

    for (const [payload, code, message] of cases) {
      expect(await readRefusal(client.enqueueExecution(payload))).toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    }

    expect((await app.drivers.store.listExecutions({}, { limit: 10 })).entries).toHaveLength(2);
  });

  it(`two open executions cannot have the same unique input or key (${kind})`, async () => {
    const app = await open(await fresh());
    const client = app.queueClient();
    const unique = { machineId: 'bill', input: { a: 1, b: [2] }, unique: true };
    const keyed = { machineId: 'bill', input: 1, unique: 'customer 7' };

    const [first, same, otherMachine, plain] = await client.enqueueExecutions([
      unique,
      { ...unique, input: { b: [2], a: 1 } },
      { ...unique, machineId: 'order', input: { id: 1 } },
      { machineId: 'bill', input: { a: 1, b: [2] } },
    ]);
    const own = await client.enqueueExecution(keyed);
    const ownAgain = await client.enqueueExecution({ ...keyed, input: 2 });

    expect(same).toMatchObject({ executionId: first?.executionId, created: false });
    expect([otherMachine?.created, plain?.created, own.created]).toEqual([true, true, true]);
    expect(ownAgain).toMatchObject({ executionId: own.executionId, created: false });
    await app.start();
    await ended(app.drivers.store, own.executionId);
    expect(await client.enqueueExecution(keyed)).toMatchObject({ created: true });
  });

  it(`a scheduled execution stays out of the queue and can be cancelled (${kind})`, async () => {
    const app = await open(await fresh());
    const client = app.queueClient();
    const bill = { machineId: 'bill', input: 1 };
    const later = { at: new Date(Date.now() + 3_600_000) };

    // Without names, the same execution can be scheduled any number of times.
    const [one, two] = [
      await client.scheduleExecution(bill, later, { priority: 'low' }),
      await client.scheduleExecution(bill, { delayMs: 3_600_000 }, { priority: 'low' }),
    ];
    expect(one.executionId).not.toBe(two.executionId);
    const [, , low] = await client.getStats();
    expect(low).toMatchObject({ ready: 0, delayed: 0, tasks: { scheduled: 2, pending: 0 } });

    expect(await client.cancelScheduled(one.executionId)).toBe(true);
    expect(await client.cancel(two.executionId)).toBe('cancelled');
    expect(await client.cancelScheduled('no id')).toBe(false);
    const again = await client.scheduleExecution(bill, { delayMs: 1 });
    await app.start();
    await ended(app.drivers.store, one.executionId);
    await ended(app.drivers.store, two.executionId);
    expect(await client.getTask(one.executionId)).toMatchObject({ status: 'ABORTED' });
    expect(await client.cancelScheduled(one.executionId)).toBe(false);
    await ended(app.drivers.store, again.executionId);
    expect(await client.getTask(again.executionId)).toMatchObject({ state: 'succeeded' });
    expect(await client.cancelScheduled(again.executionId)).toBe(false);
  });

  it(`a cancellation stops what runs, and reports what had ended or is unknown (${kind})`, async () => {
    const running: AbortSignal[] = [];
    const price = (_: unknown, { signal }: { signal: AbortSignal }) => {
      running.push(signal);
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      );
    };
    const app = await open(await fresh(), { handlers: { price } });
    const client = app.queueClient();
    const { executionId } = await client.enqueueExecution({ machineId: 'order' });
    await app.start();
    await until(() => running.length === 1, 'the handler to run');

    expect(await client.listTasks('default', 'active')).toMatchObject({
      entries: [{ id: executionId, state: 'active' }],
    });
    expect(await client.cancelScheduled(executionId)).toBe(false);
    expect(await client.cancel(executionId)).toBe('stopping');
    await ended(app.drivers.store, executionId);

    expect(running[0]?.aborted).toBe(true);
    expect(await client.getTask(executionId)).toMatchObject({ status: 'ABORTED', state: 'failed' });
    expect(await client.cancel(executionId)).toBe('ended');
    expect(await client.cancel('no id')).toBe('unknown');
  });
});

/** Waits until an execution has ended. */
async function ended(store: Store, id: string): Promise<void> {
  while ((await store.getExecution(id))?.endedAt === null) await settle();
}

describe('a queue client', () => {
  it('tasks are listed by queue and state, and an unknown queue or state is refused', async () => {
    const client = (await open(openMemoryStore())).queueClient();
    await client.enqueueExecutions([{ machineId: 'bill' }, { machineId: 'bill' }]);

    const first = await client.listTasks('default', 'pending', { limit: 1 });
    expect(first).toMatchObject({ entries: [{ machineId: 'bill' }], next: expect.any(String) });
    expect((await client.listTasks('low', 'pending')).entries).toEqual([]);
    expect(await readRefusal(client.listTasks('urgent', 'pending'))).toMatchObject({
      message: "no queue is named 'urgent'; known: critical, default, low",
    });
    // @ts-expect-error a caller without types
    expect(await readRefusal(client.listTasks('low', 'lost'))).toMatchObject({
      message: expect.stringContaining('scheduled, pending, active'),
    });
  });

  it('closing a queue client closes its own app, and not the app that it belongs to', async () => {
    const app = await open(openMemoryStore());
    const client = app.queueClient();
    await client.close();
    expect(await client.enqueueExecution({ machineId: 'bill' })).toMatchObject({ created: true });

    const own = await openQueueClient({
      config: { ...config, store: 'memory', broker: 'memory' },
      logger: new QuietLogger(),
    });
    expect(await own.enqueueExecution({ machineId: 'bill' })).toMatchObject({ created: true });
    await own.close();
    await expect(own.getStats()).rejects.toMatchObject({ code: 'STOPPED' });
  });
});
