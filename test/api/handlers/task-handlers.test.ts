/** The HTTP API's operations on tasks, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { taskOperations } from '../../../lib/api/contract/tasks.ts';
import { covers, openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

covers(taskOperations);

describe.each(externalStores())('tasks over HTTP, on a store in $kind', ({ fresh }) => {
  it('a task is queued with every option, listed and shown', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const at = Date.now() + 3_600_000;

    const later = await api.post('/v1/tasks', {
      machineId: 'ship',
      input: { n: 1 },
      name: 'later',
      unique: 'key',
      priority: 'low',
      retriesMax: 1,
      timeoutMs: 5_000,
      retentionMs: 1_000,
      at: new Date(at).toISOString(),
      deadline: at + 1_000,
    });
    const twice = await api.post('/v1/tasks', { machineId: 'ship', unique: 'key' });
    const typed = await api.post('/v1/tasks', { type: 'report:build', input: 7, delayMs: 60_000 });
    const scheduled = await api.get('/v1/tasks?state=scheduled');
    const pending = await api.get('/v1/tasks?queue=low&machineId=ship');
    const one = await api.get('/v1/tasks/ship:later');

    expect([later.status, twice.status, typed.status]).toEqual([201, 200, 201]);
    expect(twice.body.executionId).toBe(later.body.executionId);
    expect(scheduled.body.tasks).toHaveLength(2);
    expect(pending.body.tasks).toEqual([]);
    expect(one.body).toMatchObject({ id: later.body.executionId, input: { n: 1 }, queue: 'low' });
    expect(one.body).toMatchObject({
      state: 'scheduled',
      timeoutMs: 5_000,
      deadlineAt: at + 1_000,
    });
  });

  it('a command on tasks has an outcome for each task', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const enqueue = async (name: string) =>
      (await api.post('/v1/tasks', { machineId: 'ship', name, delayMs: 60_000 })).body.executionId;
    const [a, b] = [await enqueue('a'), await enqueue('b')];
    const run = async (verb: string, ...ids: string[]) =>
      (await api.post(`/v1/tasks/${verb}`, { ids })).body.tasks;

    const redriven = await run('redrive', 'ship:a', 'ship:none');
    const archived = await run('archive', b);
    const cancelled = await run('cancel', a);
    const deleted = await run('delete', b);

    expect(redriven).toEqual([
      { id: a, done: true, message: 'is due now' },
      { id: 'ship:none', done: false, message: expect.stringContaining('no known task') },
    ]);
    expect([archived, cancelled, deleted]).toEqual([
      [{ id: b, done: true, message: 'is in the archive' }],
      [{ id: a, done: true, message: 'is cancelled and will never start' }],
      [{ id: b, done: true, message: 'is deleted' }],
    ]);
  });

  it('an unknown task or machine is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    for (const name of ['no-uuid', 'ship:none', '01900000-0000-7000-8000-00000000dead']) {
      expect(refusal(await api.get(`/v1/tasks/${name}`))).toEqual([404, 'UNKNOWN_TASK']);
    }
    const source = { executionId: '01900000-0000-7000-8000-00000000dead' };
    expect(refusal(await api.post('/v1/tasks', { machineId: 'none' }))).toEqual([
      404,
      'UNKNOWN_MACHINE',
    ]);
    expect(refusal(await api.post('/v1/tasks', { machineId: 'ship', source }))).toEqual([
      404,
      'UNKNOWN_EXECUTION',
    ]);
  });

  it('a bad request for tasks is refused, and nothing is queued', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const enqueue = (more: object) => api.post('/v1/tasks', { machineId: 'ship', ...more });

    const answers = [
      await enqueue({ type: 'report:build' }),
      await enqueue({ priority: 'urgent' }),
      await enqueue({ retriesMax: 1_001 }),
      await enqueue({ deadline: '2020-01-01' }),
      await enqueue({ input: 1, source: { executionId: 'a' } }),
      await api.post('/v1/tasks', { type: 'a b' }),
      await api.post('/v1/tasks', { type: 'a', transformer: '$.x' }),
      await api.get('/v1/tasks?queue=urgent'),
      await api.get('/v1/tasks?state=done'),
      await api.post('/v1/tasks/redrive', {}),
      await api.post('/v1/tasks/cancel', { ids: [] }),
      await api.post('/v1/tasks/archive', { ids: [''] }),
      await api.post('/v1/tasks/delete', { ids: Array(101).fill('a') }),
    ];
    const unknown = await enqueue({ transformer: 'none' });

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    expect(refusal(unknown)).toEqual([422, 'UNKNOWN_TRANSFORMER']);
    expect((await api.get('/v1/executions')).body.executions).toEqual([]);
  });
});
