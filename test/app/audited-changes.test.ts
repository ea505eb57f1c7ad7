/** Changes by programs and at the command line are in the log of changes, by one hook. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Millrace, openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { ChangeOrigin } from '../../lib/ports/store/order-store.ts';
import { openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { until } from '../support/signal.ts';

class Refused extends Error {
  override name = 'Refused';
}

const rest = { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 9_999, End: true } } };
const work = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } };

const config: MillraceConfig = {
  machines: {
    rest: { definition: rest },
    work: { definition: work, nonRetryableErrors: ['Refused'] },
  },
  handlers: {
    work: () => {
      throw new Refused('no');
    },
  },
  batches: { rests: { machine: 'rest', source: { kind: 'items', items: [1] } } },
};

const person: ChangeOrigin = { by: 'ada', via: 'cli', requestId: null };

async function openFor(origin: ChangeOrigin): Promise<Millrace> {
  const logger = new QuietLogger();
  const app = await openMillrace({ config, flags: { store: 'memory' }, logger, origin });
  onTestFinished(() => app.close());
  return app;
}

/** Returns the log, oldest first, as action, object, reason and outcome. */
async function readLog(app: Millrace) {
  const { entries } = await app.orders.list();
  return entries
    .toReversed()
    .map(({ action, object, reason, outcome }) => [action, object, reason, outcome]);
}

describe('changes by a program', () => {
  it('each change of a batch, a queue, a task and an order is an entry', async () => {
    const app = await openApp(config);
    await app.start();
    const { id } = await app.batches.start('rests');
    await app.batches.pause(id);
    await app.batches.resumeNewest('rests');
    await app.batches.cancel(id, 'wrong file');
    await app.queues.pause(['low', 'default'], 'card service down');
    await app.queues.resume(['low', 'default']);
    await app.queues.purge('low');
    const { executionId } = await app.executions.start({ machineId: 'rest' });
    await app.executions.cancel(executionId);
    await app.tasks.delete(['none']);
    await app.tasks.cancel(['none', 'neither']);

    expect(await readLog(app)).toEqual([
      ['startBatch', `batch:${id}`, null, 'RUNNING'],
      ['pauseBatch', `batch:${id}`, null, 'PAUSED'],
      ['resumeBatch', `batch:${id}`, null, 'RUNNING'],
      ['cancelBatch', `batch:${id}`, 'wrong file', expect.stringMatching(/RUNNING|ABORTED/)],
      ['pauseQueue', 'queue:low', 'card service down', null],
      ['pauseQueue', 'queue:default', 'card service down', null],
      ['resumeQueue', 'queue:low', null, null],
      ['resumeQueue', 'queue:default', null, null],
      ['purgeQueue', 'queue:low', null, 'cancelled 0'],
      ['cancelExecution', `execution:${executionId}`, null, expect.any(String)],
      ['deleteTasks', 'task:none', null, null],
      ['cancelTasks', null, null, null],
    ]);
    const { entries } = await app.orders.list({ action: 'cancelTasks' });
    expect(entries).toMatchObject([
      { by: null, via: 'program', over: { count: 2, ids: ['none', 'neither'] }, refused: 2 },
    ]);
  });

  it('a redrive of the archive is one entry, with what it has done when it stops', async () => {
    const app = await openApp(config);
    await app.start();
    for (let count = 0; count < 3; count += 1) await app.executions.start({ machineId: 'work' });
    const isArchived = async () => (await app.archive.count({ all: true })) === 3;
    await until(isArchived, 'all have failed', 200_000);
    await app.stop();

    for await (const _ of app.archive.redrive({ error: 'Refused' }, { perSecond: 1 })) break;
    for await (const _ of app.archive.delete({ all: true }));
    for await (const _ of app.archive.delete({ all: true }));

    expect(await readLog(app)).toEqual([
      ['redriveArchived', null, null, 'redriven 1'],
      ['deleteArchived', null, null, 'deleted 2'],
    ]);
  });

  it('a change that fails, and work that a program starts, are no entries', async () => {
    const app = await openApp(config);

    await expect(app.batches.pause('none')).rejects.toMatchObject({ code: 'UNKNOWN_BATCH' });
    await app.executions.start({ machineId: 'rest' });
    await app.tasks.enqueue({ machineId: 'rest' });
    await app.queueClient().enqueueExecution({ machineId: 'rest', input: 1 });
    await app.orders.list();

    expect(await readLog(app)).toEqual([]);
  });

  it('the unrecorded app records nothing, and has the same roles and store', async () => {
    const app = await openApp(config);
    await app.start();

    await app.unrecorded.queues.pause(['low']);

    expect((await app.queues.get('low')).messages?.paused).toBe(true);
    expect(await readLog(app)).toEqual([]);
    expect(app.unrecorded).toBe(app.unrecorded);
  });
});

describe('changes at a command line', () => {
  it('work that a person starts is an entry, without its input', async () => {
    const app = await openFor(person);

    const started = await app.executions.start({ machineId: 'rest', input: { card: '4111' } });
    const queued = await app.tasks.enqueue({ machineId: 'rest', name: 'a', priority: 'low' });

    const { entries } = await app.orders.list();
    expect(entries.toReversed()).toMatchObject([
      { action: 'startExecution', object: `execution:${started.executionId}`, by: 'ada' },
      {
        action: 'enqueueTask',
        object: `execution:${queued.executionId}`,
        over: { machineId: 'rest', name: 'a', priority: 'low' },
        via: 'cli',
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain('4111');
  });
});

describe('the last pause of a queue', () => {
  it('a paused queue tells since when, by whom and why', async () => {
    const app = await openFor(person);
    await app.start();
    await app.queues.pause(['low'], 'first');
    await app.queues.resume(['low']);
    await app.queues.pause(['low'], 'card service down');

    const low = await app.queues.get('low');
    const [, , listed] = await app.queues.list();
    await app.queues.resume(['low']);
    const after = await app.queues.get('low');

    const pause = { at: expect.any(Number), by: 'ada', reason: 'card service down' };
    expect(low.pausedSince).toEqual(pause);
    expect(listed).toMatchObject({ queue: 'low', pausedSince: pause });
    expect(after.pausedSince).toBeNull();
  });
});
