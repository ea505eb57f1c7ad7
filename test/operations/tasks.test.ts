/** Commands on single tasks of queues: each task has an outcome of its own. */
import { describe, expect, it } from 'vitest';
import type { TaskRequest } from '../../lib/operations/enqueue/enqueue-task.ts';
import { openApp } from '../support/open-app.ts';

const works = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: 'work', End: true } } };

const open = () =>
  openApp({
    machines: { work: { definition: works, nonRetryableErrors: ['Error'] } },
    handlers: {
      work: (input: { fails?: boolean }) => {
        if (input.fails) throw new Error('broken');
        return 'done';
      },
    },
    tasks: { 'report:build': () => 'built' },
  });

/** Opens an app with a task that succeeded, one that is archived, and one that is scheduled. */
async function openWithTasks() {
  const app = await open();
  await app.start();
  const enqueue = async (name: string, more: object) =>
    (await app.tasks.enqueue({ machineId: 'work', name, ...more })).executionId;
  const [good, bad] = [await enqueue('good', {}), await enqueue('bad', { input: { fails: true } })];
  for (const id of [good, bad]) await app.executions.wait(id);
  const later = await enqueue('later', { delayMs: 3_600_000 });
  await app.stop();
  return { app, good, bad, later };
}

describe('queueing a task', () => {
  it('a task is queued with its options, and shown by id or name', async () => {
    const app = await open();
    const at = Date.now() + 3_600_000;

    const { executionId, created } = await app.tasks.enqueue({
      machineId: 'work',
      name: 'a',
      input: { n: 1 },
      priority: 'low',
      retriesMax: 0,
      at: new Date(at),
    });
    const task = await app.tasks.get('work:a');

    expect(created).toBe(true);
    expect(task).toMatchObject({ id: executionId, state: 'scheduled', queue: 'low' });
    expect(task).toMatchObject({ input: { n: 1 }, output: null, archivedAt: null });
    expect(await app.tasks.get(executionId)).toEqual(task);
    expect((await app.tasks.list({ state: 'scheduled', queue: 'low' })).entries).toHaveLength(1);
  });

  it('a task of a custom type is queued for its handler', async () => {
    const app = await open();
    await app.start();

    const { executionId } = await app.tasks.enqueue({ type: 'report:build', input: { month: 5 } });
    const ended = await app.executions.wait(executionId);

    expect(ended).toMatchObject({ machineId: 'task.report.build', output: '"built"' });
  });

  it.each<[string, TaskRequest, RegExp]>([
    ['neither a machine nor a type', {}, /either a machine or a type/],
    ['both a machine and a type', { machineId: 'work', type: 'a' }, /either a machine or a type/],
    ['two starts', { machineId: 'work', delayMs: 1, at: 1 }, /a delay or a time to start at/],
    ['a type with an index', { type: 'a', index: 1 }, /found them with a type/],
    ['an unknown queue', { machineId: 'work', priority: 'urgent' }, /critical, default, low/],
    ['a bad type', { type: 'a b' }, /type/],
  ])('a task with %s is refused', async (_, request, message) => {
    const app = await open();

    await expect(app.tasks.enqueue(request)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(message),
    });
    expect((await app.executions.list()).entries).toEqual([]);
  });

  it('an unknown task and an unknown queue are refused', async () => {
    const app = await open();

    for (const name of ['none', 'work:none', '01900000-0000-7000-8000-00000000dead']) {
      await expect(app.tasks.get(name)).rejects.toMatchObject({ code: 'UNKNOWN_TASK' });
    }
    const list = app.tasks.list({ state: 'pending', queue: 'urgent' });
    await expect(list).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

describe('commands on tasks', () => {
  it('a redrive makes scheduled and archived tasks due, and reports why others are not', async () => {
    const { app, good, bad, later } = await openWithTasks();

    const outcomes = await app.tasks.redrive([later, bad, good, 'work:none', later]);

    expect(outcomes).toEqual([
      { id: later, done: true, message: 'is due now' },
      { id: bad, done: true, message: 'is due now' },
      { id: good, done: false, message: expect.stringContaining('has SUCCEEDED') },
      { id: 'work:none', done: false, message: expect.stringContaining('is no known task') },
    ]);
    expect(await app.tasks.get(bad)).toMatchObject({ status: 'PENDING_REDRIVE', attempts: 0 });
    expect(await app.tasks.redrive([later])).toMatchObject([
      { done: false, message: expect.stringContaining('is already due') },
    ]);
  });

  it('an archived task ends FAILED, and a finished task is not archived', async () => {
    const { app, good, bad, later } = await openWithTasks();

    const outcomes = await app.tasks.archive([later, good, bad, 'none']);

    expect(outcomes.map(({ done, message }) => [done, message])).toEqual([
      [true, 'is in the archive'],
      [false, 'has SUCCEEDED: the archive is for tasks that failed'],
      [false, 'is in the archive already'],
      [false, expect.stringContaining('is no known task')],
    ]);
    expect(await app.tasks.get(later)).toMatchObject({
      state: 'archived',
      error: 'Millrace.Archived',
      cause: 'archived on request',
    });
  });

  it('a cancelled task never starts, and a finished task is not cancelled', async () => {
    const { app, good, later } = await openWithTasks();

    const outcomes = await app.tasks.cancel(['work:later', good, 'none']);

    expect(outcomes).toEqual([
      { id: later, done: true, message: 'is cancelled and will never start' },
      { id: good, done: false, message: 'has ended already' },
      { id: 'none', done: false, message: expect.stringContaining('is no known task') },
    ]);
  });

  it('a deleted task is gone, and a task that runs is kept', async () => {
    const { app, good, later } = await openWithTasks();
    await app.tasks.redrive([later]);
    await app.drivers.store.claim('worker', 60_000, [later]);

    const outcomes = await app.tasks.delete([good, later, 'none']);

    expect(outcomes).toEqual([
      { id: good, done: true, message: 'is deleted' },
      { id: later, done: false, message: expect.stringContaining('cancel it first') },
      { id: 'none', done: false, message: expect.stringContaining('is no known task') },
    ]);
    await expect(app.tasks.get(good)).rejects.toMatchObject({ code: 'UNKNOWN_TASK' });
  });
});
