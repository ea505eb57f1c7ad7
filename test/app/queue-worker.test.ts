/** Workers as programs of their own, and the custom tasks that they do. */
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

/** A store and a broker that processes share, as far as one process can. */
function shared(store: Store = openMemoryStore()): Required<OpenDrivers> {
  const broker = new MemoryBroker({ clock: systemClock });
  onTestFinished(() => broker.close());
  return { store, broker };
}

/** A client over shared stores. */
async function clientOf(stores: OpenDrivers, config: MillraceConfig = { machines }) {
  const app = await openMillrace({ config, stores, logger: new QuietLogger() });
  onTestFinished(() => app.close());
  return app.queueClient();
}

/** A worker that is shut down when the test is over, at the latest. */
function worker(
  stores: OpenDrivers,
  config: Partial<MillraceConfig> = {},
  options: QueueWorkerOptions = {},
): QueueWorker {
  const made = new QueueWorker({ machines, handlers, ...config }, stores, {
    logger: new QuietLogger(),
    ...options,
  });
  onTestFinished(() => made.shutdown());
  return made;
}

async function ended(store: Store, id: string) {
  for (;;) {
    const task = await store.getTask(id);
    if (task?.endedAt !== null) return task;
    await settle();
  }
}

describe.each(externalStores())('custom tasks over $kind', ({ kind, fresh }) => {
  it(`are done by the handler of their type, with their payload and a key of their own (${kind})`, async () => {
    const stores = shared(await fresh());
    const client = await clientOf(stores);
    const seen: [unknown, HandlerContext][] = [];
    void worker(stores)
      .handle('report:build', (input, context) => {
        seen.push([input, context]);
        return { pages: 3 };
      })
      .handle('mail.send', (address) => {
        throw Object.assign(new Error(`no such address: ${address}`), { name: 'BadAddress' });
      })
      .run();

    const report = await client.enqueueTask('report:build', { month: 5 }, { name: 'may' });
    const mail = await client.enqueueTask('mail.send', 'nobody', { retriesMax: 0 });
    const many = await client.enqueueTasks('report:build', [1, null, [2]], { priority: 'low' });

    expect(await ended(stores.store, report.executionId)).toMatchObject({
      ...{ machineId: 'task.report.build', name: 'may', output: '{"pages":3}' },
      state: 'succeeded',
    });
    expect(await ended(stores.store, mail.executionId)).toMatchObject({
      ...{ error: 'BadAddress', state: 'archived' },
    });
    for (const { executionId } of many) await ended(stores.store, executionId);
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

  it(`are unique, scheduled and cancelled as executions are (${kind})`, async () => {
    const client = await clientOf(shared(await fresh()));
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
  it('that fails is tried again as often as it may, then is in the archive, to be redriven', async () => {
    const stores = shared();
    const client = await clientOf(stores);
    const failures = ['Busy', 'Busy', 'Busy'];
    void worker(stores, { retryDelay: () => 0 })
      .handle('flaky', () => {
        const name = failures.pop();
        if (name !== undefined) throw Object.assign(new Error('not now'), { name });
        return 'done';
      })
      .run();

    const { executionId } = await client.enqueueTask('flaky', 1, { retriesMax: 2 });
    await ended(stores.store, executionId);
    const archived = await client.getTask(executionId);
    const [wakeup] = await stores.store.redriveArchived({ taskIds: [executionId] }, 1);
    await stores.broker.send('default', [
      { id: executionId, body: JSON.stringify({ type: 'execution', executionId }) },
    ]);

    expect(archived).toMatchObject({ state: 'archived', attempts: 3, error: 'Busy' });
    expect(wakeup).toMatchObject({ executionId });
    expect(await ended(stores.store, executionId)).toMatchObject({
      ...{ state: 'succeeded', output: '"done"' },
    });
  });

  it('that takes longer than it may is aborted by its signal and ends TIMED_OUT', async () => {
    const stores = shared();
    const client = await clientOf(stores);
    const signals: AbortSignal[] = [];
    void worker(stores)
      .handle('slow', (_, { signal }) => {
        signals.push(signal);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      })
      .run();

    const limits = { retriesMax: 0, timeoutMs: 20 };
    const { executionId } = await client.enqueueTask('slow', 1, limits);

    expect(await ended(stores.store, executionId)).toMatchObject({ status: 'TIMED_OUT' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('a type of task that cannot be', () => {
  it('is refused by the client and by the worker', async () => {
    const client = await clientOf(shared());

    await expect(client.enqueueTask('a b', 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    // @ts-expect-error a caller without types
    await expect(client.enqueueTasks('t', [1], { name: 'x' })).rejects.toThrow("found 'name'");
    await expect(client.enqueueTasks('', [])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect(() => worker(shared()).handle('a/b', () => 1)).toThrow('1 to 60 of the characters');
  });
});

describe('a worker of a program', () => {
  it('leaves a task to one that has its handler, and finishes the rest', async () => {
    const stores = shared();
    const client = await clientOf(stores);
    const task = await client.enqueueTask('report:build', 1);
    const { executionId } = await client.enqueueExecution({ machineId: 'echo', input: 2 });
    const logger = new QuietLogger();
    const without = worker(stores, {}, { logger });
    void without.run();

    expect(await ended(stores.store, executionId)).toMatchObject({ output: '2' });
    await until(() => logger.entries.length > 0, 'the type to be told');
    expect(logger.entries).toMatchObject([{ level: 'warn', fields: { type: 'report:build' } }]);
    await without.shutdown();
    void worker(stores, { tasks: { 'report:build': () => 'built' } }).run();

    expect(await ended(stores.store, task.executionId)).toMatchObject({
      ...{ output: '"built"', attempts: 0 },
    });
  }); // W36

  it('serves machines and types that came after it was started', async () => {
    const stores = shared();
    void worker(stores, { handlers: { ...handlers, late: (n: number) => n + 1 } })
      .handle('late:task', (n: number) => n * 2)
      .run();
    const definition = {
      StartAt: 'Late',
      States: { Late: { Type: 'Task', Resource: 'late', End: true } },
    };

    const client = await clientOf(stores, { machines: { ...machines, late: { definition } } });
    const execution = await client.enqueueExecution({ machineId: 'late', input: 1 });
    const task = await client.enqueueTask('late:task', 4);

    expect(await ended(stores.store, execution.executionId)).toMatchObject({ output: '2' });
    expect(await ended(stores.store, task.executionId)).toMatchObject({ output: '8' });
  }); // W31

  it('has handlers of its own: another in the same process with the same names does not change them', async () => {
    const [red, blue] = [shared(), shared()];
    const doing = (colour: string) => ({ handlers: { echo: () => colour } });
    void worker(red, doing('red')).run();
    void worker(blue, doing('blue')).run();
    const enqueued = async (stores: OpenDrivers) =>
      (await clientOf(stores)).enqueueExecution({ machineId: 'echo' });

    const [first, second] = await Promise.all([enqueued(red), enqueued(blue)]);

    expect(await ended(red.store, first.executionId)).toMatchObject({ output: '"red"' });
    expect(await ended(blue.store, second.executionId)).toMatchObject({ output: '"blue"' });
  }); // W38

  it('drains at a shutdown: what runs may end, and the rest stays for others', async () => {
    const stores = shared();
    const client = await clientOf(stores);
    let answer = () => {};
    const begun = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let calls = 0;
    const serving = worker(stores, { concurrency: 1 }).handle('slow', async () => {
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

  it('that is shut down before it runs never begins; and it runs once', async () => {
    const serving = worker(shared());

    await serving.shutdown();
    await serving.run();

    expect(() => serving.run()).toThrow('a worker runs once');
    expect(() => serving.handle('late', () => 1)).toThrow('call handle before run');
  });

  it('that is shut down while it starts ends as well', async () => {
    const serving = worker(shared());

    const running = serving.run();
    await serving.shutdown();

    await expect(running).resolves.toBeUndefined();
  });

  it('that cannot start says why, and leaves open only what was lent', async () => {
    const stores = shared();
    const alone = worker({}, { store: 'memory', broker: 'memory' });
    const broken = worker({ ...stores, broker: unreachable(stores.broker) });

    await expect(alone.run()).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('a worker of its own needs a broker'),
    });
    await expect(broken.run()).rejects.toThrow('nobody there');
    await broken.shutdown();

    expect(await stores.store.listMachines()).toHaveLength(1);
    expect(await stores.broker.stats(['default'])).toHaveLength(1);
  });

  it('works beside an app of its own process, over its store and its broker', async () => {
    const app = await openMillrace({
      config: { machines, store: 'memory', broker: 'memory' },
      logger: new QuietLogger(),
    });
    onTestFinished(() => app.close());
    void worker(app.drivers, { tasks: { once: () => 'done' } }).run();

    const { executionId } = await app.queueClient().enqueueTask('once', null);

    expect(await ended(app.drivers.store, executionId)).toMatchObject({ output: '"done"' });
  });

  it('may be leader and worker in one', async () => {
    const store = openMemoryStore();
    const parts = ['leader', 'worker'] as const;
    const all = worker({ store }, { broker: 'memory', tasks: { once: () => 'done' } }, { parts });
    const client = await clientOf({ store });
    const { executionId } = await client.enqueueTask('once', null);

    void all.run();

    expect(await ended(store, executionId)).toMatchObject({ output: '"done"' });
  });

  it('has one handler for a type', () => {
    const serving = worker(shared(), { tasks: { once: () => 1 } });

    expect(() => serving.handle('once', () => 2)).toThrow(
      "the tasks 'once' have a handler already",
    );
  });
});

/** A broker that nobody can reach. */
function unreachable(real: MemoryBroker | Required<OpenDrivers>['broker']) {
  return Object.assign(Object.create(real) as Required<OpenDrivers>['broker'], {
    stats: async () => {
      throw new Error('nobody there');
    },
  });
}
