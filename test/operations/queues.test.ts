/** Commands on queues, and when they are refused. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { Millrace } from '../../lib/app/millrace.ts';
import { openApp as openContext } from '../../lib/app/open-app.ts';
import { MemoryBroker } from '../../lib/drivers/memory/memory-broker.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';

const machine = { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } };
const config = { machines: { machine } };

/** Opens an app whose broker is shared, as Redis is, and so reaches workers without roles here. */
async function openShared(): Promise<Millrace> {
  const broker = new MemoryBroker({ clock: systemClock });
  const shared = Object.assign(broker, { volatile: false });
  const drivers = { store: openMemoryStore(), broker: shared };
  const app = new Millrace(await openContext({ config, drivers, logger: new QuietLogger() }));
  onTestFinished(() => app.close());
  return app;
}

describe('queues', () => {
  it('a list of queues has their weights, messages and tasks', async () => {
    const app = await openShared();
    await app.tasks.enqueue({ machineId: 'machine', priority: 'low' });

    const queues = await app.queues.list();

    expect(queues.map(({ queue, weight }) => [queue, weight])).toEqual([
      ['critical', 6],
      ['default', 3],
      ['low', 1],
    ]);
    expect(queues[2]).toMatchObject({ messages: { ready: 1 }, tasks: { pending: 1, active: 0 } });
    const { messages, ...low } = await app.queues.get('low');
    expect(queues[2]).toMatchObject(low);
    expect(messages).toMatchObject({ ready: 1, delayed: 0, inFlight: 0, dead: 0, paused: false });
    expect(app.queues.names).toEqual(['critical', 'default', 'low']);
  });

  it('a paused queue is shown as paused until it is resumed', async () => {
    const app = await openShared();

    await app.queues.pause(['low', 'default']);
    expect(await app.queues.get('low')).toMatchObject({ messages: { paused: true } });
    await app.queues.resume(['low']);

    expect(await app.queues.get('low')).toMatchObject({ messages: { paused: false } });
    expect(await app.queues.get('default')).toMatchObject({ messages: { paused: true } });
  });

  it('a purge deletes messages, and cancels tasks only when it is asked to', async () => {
    const app = await openShared();
    const enqueue = (more: object) => app.tasks.enqueue({ machineId: 'machine', ...more });
    const { executionId } = await enqueue({});
    await enqueue({ delayMs: 60_000 });

    expect(await app.queues.purge('default')).toEqual({ messages: 1, cancelled: 0 });
    expect(await app.tasks.get(executionId)).toMatchObject({ state: 'pending' });
    const purged = await app.queues.purge('default', { cancelTasks: true });

    expect(purged).toMatchObject({ cancelled: 2 });
  });

  it('an unknown queue is refused by every command', async () => {
    const app = await openShared();
    const refusal = { code: 'INVALID_ARGUMENT', fields: { queue: 'urgent' } };

    await expect(app.queues.get('urgent')).rejects.toMatchObject(refusal);
    await expect(app.queues.pause(['urgent'])).rejects.toMatchObject(refusal);
    await expect(app.queues.resume(['low', 'urgent'])).rejects.toMatchObject(refusal);
    await expect(app.queues.purge('urgent')).rejects.toMatchObject(refusal);
    await expect(async () => app.queues.create(['urgent'])).rejects.toMatchObject(refusal);
  });

  it('a queue in memory needs no creation', async () => {
    const app = await openShared();

    expect(await app.queues.create()).toBeNull();
  });
});

describe('queues that cannot be reached', () => {
  it('a queue in the memory of another process has no counts and takes no commands', async () => {
    const app = await openApp(config);
    const refusal = { code: 'CONFLICT', message: expect.stringContaining('--redis') };

    expect(await app.queues.get('low')).toMatchObject({ messages: null, tasks: { pending: 0 } });
    await expect(app.queues.pause(['low'])).rejects.toMatchObject(refusal);
    await expect(app.queues.resume(['low'])).rejects.toMatchObject(refusal);
    await expect(app.queues.purge('low')).rejects.toMatchObject(refusal);
  });

  it('a queue whose workers are functions cannot be paused', async () => {
    const drivers = { store: openMemoryStore(), broker: new MemoryBroker({ clock: systemClock }) };
    const context = await openContext({
      config,
      drivers,
      logger: new QuietLogger(),
      env: { leaderSchedule: 'app/sweep' },
    });
    const app = new Millrace(context);
    onTestFinished(() => app.close());
    await app.start();

    await expect(app.queues.pause(['default'])).rejects.toThrow(/disable the event source mapping/);

    expect(await drivers.broker.stats(['default'])).toMatchObject([{ paused: false }]);
    await app.queues.resume(['default']);
  });
});
