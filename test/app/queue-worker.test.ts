/** Workers as programs of their own, and the custom tasks that they run. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { QueueWorker, type QueueWorkerOptions } from '../../lib/app/queue-worker.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { HandlerContext } from '../../lib/drivers/handlers/handler.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import type { OpenDrivers } from '../../lib/operations/app-context.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { externalStores } from '../support/external-store.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { settle, until } from '../support/signal.ts';

const echo = { StartAt: 'Echo', States: { Echo: { Type: 'Task', Resource: 'echo', End: true } } };
const machines = { echo: { definition: echo } };
const handlers = { echo: (input: unknown) => input };

/** Returns a store and a broker that several apps of this process share. */
function shared(store: Store = openMemoryStore()): Required<OpenDrivers> {
  const broker = new MemoryBroker({ clock: systemClock });
  onTestFinished(() => broker.close());
  return { store, broker };
}

/** Opens a client over shared drivers. */
async function openClient(drivers: OpenDrivers, config: MillraceConfig = { machines }) {
  const app = await openMillrace({ config, drivers, logger: new QuietLogger() });
  onTestFinished(() => app.close());
  return app.queueClient();
}

/** Creates a worker that is shut down after the test. */
function createWorker(
  drivers: OpenDrivers,
  config: Partial<MillraceConfig> = {},
  options: QueueWorkerOptions = {},
): QueueWorker {
  const worker = new QueueWorker({ machines, handlers, ...config }, drivers, {
    logger: new QuietLogger(),
    ...options,
  });
  onTestFinished(() => worker.shutdown());
  return worker;
}

async function ended(store: Store, id: string) {
  for (;;) {
    const task = await store.getTask(id);
    if (task?.endedAt !== null) return task;
    await settle();
  }
}

describe.each(externalStores())('custom tasks over $kind', ({ kind, fresh }) => {
  it(`a custom task is run by the handler of its type, with an idempotency key of its own (${kind})`, async () => {
    const drivers = shared(await fresh());
    const client = await openClient(drivers);
    const seen: [unknown, HandlerContext][] = [];
    void createWorker(drivers)
      .handle('report:build', (input, context) => {
        seen.push([input, context]);
        return { pages: 3 };
      })
      .handle('mail.send', (address) => {
        throw Object.assign(new Error(`no such address: ${address}`), { name: 'BadAddress' });
      })
      .run();

    const report = await client.enqueueTask('report:build', { month: 5 }, { name: 'may' });
    const mail = await client.enqueueTask('mail.send', 'unknown', { retriesMax: 0 });
    const many = await client.enqueueTasks('report:build', [1, null, [2]], { priority: 'low' });

    expect(await ended(drivers.store, report.executionId)).toMatchObject({
      machineId: 'task.report.build',
      name: 'may',
      output: '{"pages":3}',
      state: 'succeeded',
    });
    expect(await ended(drivers.store, mail.executionId)).toMatchObject({
      error: 'BadAddress',
      state: 'archived',
    });
    for (const { executionId } of many) await ended(drivers.store, executionId);
    expect(seen.map(([input]) => input)).toEqual(
      expect.arrayContaining([{ month: 5 }, 1, null, [2]]),
    );
    const keys = seen.map(([, { idempotencyKey }]) => idempotencyKey);
    expect(new Set(keys).size).toBe(4);
    expect(keys).toContainEqual(expect.stringContaining(report.executionId));
    expect(await client.enqueueTask('report:build', 0, { name: 'may' })).toEqual({
      ...report,
      created: false,
    });
  });

  it(`a custom task is unique, scheduled and cancelled like an execution (${kind})`, async () => {
    const client = await openClient(shared(await fresh()));
    const unique = { unique: true };

    const first = await client.enqueueTask('sync', { user: 7 }, unique);
    const second = await client.enqueueTask('sync', { user: 7 }, unique);
    const other = await client.enqueueTask('sync.all', { user: 7 }, unique);
    const [third, fourth] = await client.enqueueTasks('sync', [{ user: 7 }, { user: 8 }], unique);
    const later = await client.scheduleTask('sync', 0, { delayMs: 60_000 }, { unique: 'nightly' });

    expect([second, third]).toEqual([
      expect.objectContaining({ executionId: first.executionId, created: false }),
      expect.objectContaining({ executionId: first.executionId, created: false }),
    ]);
    expect([other.created, fourth?.created, later.created]).toEqual([true, true, true]);
    expect(await client.getTask(later.executionId)).toMatchObject({
      state: 'scheduled',
      uniqueKey: 'nightly',
    });
    expect(await client.cancelScheduled(later.executionId)).toBe(true);
  });
});

describe('a custom task', () => {
  it('a failing custom task is retried up to its limit, archived and redriven', async () => {
    const drivers = shared();
    const client = await openClient(drivers);
    const failures = ['Busy', 'Busy', 'Busy'];
    void createWorker(drivers, { retryDelay: () => 0 })
      .handle('flaky', () => {
        const name = failures.pop();
        if (name !== undefined) throw Object.assign(new Error('not now'), { name });
        return 'done';
      })
      .run();

    const { executionId } = await client.enqueueTask('flaky', 1, { retriesMax: 2 });
    await ended(drivers.store, executionId);
    const archived = await client.getTask(executionId);
    const [wakeup] = await drivers.store.redriveArchived({ taskIds: [executionId] }, 1);
    await drivers.broker.send('default', [
      { id: executionId, body: JSON.stringify({ type: 'execution', executionId }) },
    ]);

    expect(archived).toMatchObject({ state: 'archived', attempts: 3, error: 'Busy' });
    expect(wakeup).toMatchObject({ executionId });
    expect(await ended(drivers.store, executionId)).toMatchObject({
      state: 'succeeded',
      output: '"done"',
    });
  });

  it('a custom task over its timeout is aborted by its signal and ends TIMED_OUT', async () => {
    const drivers = shared();
    const client = await openClient(drivers);
    const signals: AbortSignal[] = [];
    void createWorker(drivers)
      .handle('slow', (_, { signal }) => {
        signals.push(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      })
      .run();

    const limits = { retriesMax: 0, timeoutMs: 20 };
    const { executionId } = await client.enqueueTask('slow', 1, limits);

    expect(await ended(drivers.store, executionId)).toMatchObject({ status: 'TIMED_OUT' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('a bad task type', () => {
  it('a bad task type is refused by the client and by the worker', async () => {
    const client = await openClient(shared());

    await expect(client.enqueueTask('a b', 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    // @ts-expect-error a caller without types
    await expect(client.enqueueTasks('t', [1], { name: 'x' })).rejects.toThrow("found 'name'");
    await expect(client.enqueueTasks('', [])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(() => createWorker(shared()).handle('a/b', () => 1)).toThrow(
      '1 to 60 of the characters',
    );
  });
});

describe('a worker of a program', () => {
  it('a worker without the handler of a task leaves it to another, and runs the rest', async () => {
    const drivers = shared();
    const client = await openClient(drivers);
    const task = await client.enqueueTask('report:build', 1);
    const { executionId } = await client.enqueueExecution({ machineId: 'echo', input: 2 });
    const logger = new QuietLogger();
    const without = createWorker(drivers, {}, { logger });
    void without.run();

    expect(await ended(drivers.store, executionId)).toMatchObject({ output: '2' });
    await until(() => logger.entries.length > 0, 'the type is logged');
    expect(logger.entries).toMatchObject([{ level: 'warn', fields: { type: 'report:build' } }]);
    await without.shutdown();
    void createWorker(drivers, { tasks: { 'report:build': () => 'built' } }).run();

    expect(await ended(drivers.store, task.executionId)).toMatchObject({
      output: '"built"',
      attempts: 0,
    });
  });

  it('a worker serves machines and task types that were recorded after its start', async () => {
    const drivers = shared();
    void createWorker(drivers, { handlers: { ...handlers, late: (n: number) => n + 1 } })
      .handle('late:task', (n: number) => n * 2)
      .run();
    const definition = {
      StartAt: 'Late',
      States: { Late: { Type: 'Task', Resource: 'late', End: true } },
    };

    const client = await openClient(drivers, { machines: { ...machines, late: { definition } } });
    const execution = await client.enqueueExecution({ machineId: 'late', input: 1 });
    const task = await client.enqueueTask('late:task', 4);

    expect(await ended(drivers.store, execution.executionId)).toMatchObject({ output: '2' });
    expect(await ended(drivers.store, task.executionId)).toMatchObject({ output: '8' });
  });

  it('two workers of one process have handlers of their own, also under the same names', async () => {
    const [red, blue] = [shared(), shared()];
    const doing = (colour: string) => ({ handlers: { echo: () => colour } });
    void createWorker(red, doing('red')).run();
    void createWorker(blue, doing('blue')).run();
    const enqueued = async (drivers: OpenDrivers) =>
      (await openClient(drivers)).enqueueExecution({ machineId: 'echo' });

    const [first, second] = await Promise.all([enqueued(red), enqueued(blue)]);

    expect(await ended(red.store, first.executionId)).toMatchObject({ output: '"red"' });
    expect(await ended(blue.store, second.executionId)).toMatchObject({ output: '"blue"' });
  });

  it('a shutdown lets running tasks end, and leaves the others to other workers', async () => {
    const drivers = shared();
    const client = await openClient(drivers);
    let answer = () => {};
    const begun = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let calls = 0;
    const serving = createWorker(drivers, { concurrency: 1 }).handle('slow', async () => {
      calls += 1;
      await begun;
    });
    const running = serving.run();
    const [first, second] = await client.enqueueTasks('slow', [1, 2]);
    await until(() => calls === 1, 'the first call');

    const stopped = Promise.all([serving.shutdown(), serving.shutdown()]);
    answer();
    await stopped;
    await running;

    const states = [];
    for (const each of [first, second]) states.push(await client.getTask(each?.executionId ?? ''));
    expect(states.map((task) => task?.state).sort()).toEqual(['pending', 'succeeded']);
    expect(states.every((task) => task?.attempts === 0 && task.stalls === 0)).toBe(true);
    await serving.shutdown();
  });

  it('a worker that is shut down before it runs never starts, and a worker runs once', async () => {
    const serving = createWorker(shared());

    await serving.shutdown();
    await serving.run();

    expect(() => serving.run()).toThrow('a worker runs once');
    expect(() => serving.handle('late', () => 1)).toThrow('call handle before run');
  });

  it('a worker that is shut down while it starts ends, too', async () => {
    const serving = createWorker(shared());

    const running = serving.run();
    await serving.shutdown();

    await expect(running).resolves.toBeUndefined();
  });

  it('a worker that cannot start says why, and leaves only external drivers open', async () => {
    const drivers = shared();
    const alone = createWorker({}, { store: 'memory', broker: 'memory' });
    const broken = createWorker({ ...drivers, broker: unreachable(drivers.broker) });

    await expect(alone.run()).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('a worker process of its own needs a broker'),
    });
    await expect(broken.run()).rejects.toThrow('no broker there');
    await broken.shutdown();

    expect(await drivers.store.listMachines()).toHaveLength(1);
    expect(await drivers.broker.stats(['default'])).toHaveLength(1);
  });

  it('a worker shares the drivers of an app in its own process', async () => {
    const app = await openMillrace({
      config: { machines, store: 'memory', broker: 'memory' },
      logger: new QuietLogger(),
    });
    onTestFinished(() => app.close());
    void createWorker(app.drivers, { tasks: { once: () => 'done' } }).run();

    const { executionId } = await app.queueClient().enqueueTask('once', null);

    expect(await ended(app.drivers.store, executionId)).toMatchObject({ output: '"done"' });
  });

  it('a queue worker may run a leader, too', async () => {
    const store = openMemoryStore();
    const roles = ['leader', 'worker'] as const;
    const all = createWorker(
      { store },
      { broker: 'memory', tasks: { once: () => 'done' } },
      { roles },
    );
    const client = await openClient({ store });
    const { executionId } = await client.enqueueTask('once', null);

    void all.run();

    expect(await ended(store, executionId)).toMatchObject({ output: '"done"' });
  });

  it('a task type has one handler', () => {
    const serving = createWorker(shared(), { tasks: { once: () => 1 } });

    expect(() => serving.handle('once', () => 2)).toThrow(
      "tasks of the type 'once' have a handler already",
    );
  });
});

/** Returns a broker that cannot be reached. */
function unreachable(real: MemoryBroker | Required<OpenDrivers>['broker']) {
  return Object.assign(Object.create(real) as Required<OpenDrivers>['broker'], {
    stats: async () => {
      throw new Error('no broker there');
    },
  });
}
