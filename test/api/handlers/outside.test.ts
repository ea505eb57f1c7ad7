/**
 * Tasks, the archive and answers from outside over HTTP: what each operation does and answers, on
 * each kind of store.
 */
import { describe, expect, it } from 'vitest';
import { archiveOperations } from '../../../lib/api/contract/archive.ts';
import { answerOperations } from '../../../lib/api/contract/callbacks.ts';
import { taskOperations } from '../../../lib/api/contract/tasks.ts';
import { archiveOf } from '../../../lib/api/handlers/archive-handlers.ts';
import { pause } from '../../../lib/retry/pause.ts';
import { covers, endedBatch, inStatus, openApiApp, waits } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';
import { until } from '../../support/signal.ts';

covers(taskOperations, archiveOperations, answerOperations);

describe.each(externalStores())('on a store in $kind, the HTTP API', ({ fresh }) => {
  it('queues tasks with all that can be said of them', async () => {
    const { app, api } = await openApiApp(await fresh(), 'still');
    const at = app.clock.now() + 3_600_000;
    const terms = { priority: 'low', retriesMax: 1, timeoutMs: 5_000, retentionMs: 1_000 };

    const later = await api.post('/v1/tasks', {
      ...{ machineId: 'ship', input: { n: 1 }, name: 'later', unique: 'key', ...terms },
      ...{ at: new Date(at).toISOString(), deadline: at + 1_000 },
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

  it('gives orders about single tasks, and says of each what became of it', async () => {
    const { api } = await openApiApp(await fresh(), 'still');
    const enqueue = async (name: string) =>
      (await api.post('/v1/tasks', { machineId: 'ship', name, delayMs: 60_000 })).body.executionId;
    const [a, b] = [await enqueue('a'), await enqueue('b')];
    const order = async (word: string, ...ids: string[]) =>
      (await api.post(`/v1/tasks/${word}`, { ids })).body.tasks;

    const run = await order('run', 'ship:a', 'ship:nobody');
    const archived = await order('archive', b);
    const cancelled = await order('cancel', a);
    const deleted = await order('delete', b);

    expect(run).toEqual([
      { id: a, done: true, told: 'is due now' },
      { id: 'ship:nobody', done: false, told: expect.stringContaining('no task') },
    ]);
    expect([archived, cancelled, deleted]).toEqual([
      [{ id: b, done: true, told: 'is in the archive' }],
      [{ id: a, done: true, told: 'is cancelled: it never begins' }],
      [{ id: b, done: true, told: 'is deleted' }],
    ]);
  });

  it('shows the archive, and runs it again or deletes from it', async () => {
    const { app, api } = await openApiApp(await fresh());
    const batchId = await endedBatch(app, api);

    const list = await api.get(`/v1/archive?batchId=${batchId}&archivedFrom=2026-01-01`);
    const [{ taskId, executionName }] = list.body.entries;
    const one = await api.get(`/v1/archive/ship:${executionName}`);
    const unsaid = await api.post('/v1/archive/redrive', {});
    const rehearsed = await api.post('/v1/archive/redrive', { all: true, dryRun: true });
    const redriven = await api.post('/v1/archive/redrive', { error: 'Refused' });
    await until(async () => (await app.drivers.store.getArchived(taskId)) !== null, 'it fails again', 1e5);
    const deleted = await api.post('/v1/archive/delete', { taskIds: [taskId], limit: 5 });
    const gone = await api.get(`/v1/archive/${taskId}`);

    expect(one.body).toMatchObject({ taskId, error: 'Refused', input: { to: 'nowhere' } });
    expect(unsaid).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(rehearsed.body).toMatchObject({ matching: 1, some: [{ taskId, executionName }] });
    expect(redriven.body).toEqual({ redriven: 1, next: null });
    expect(deleted.body).toEqual({ deleted: 1, next: null });
    expect(gone).toMatchObject({ status: 404, body: { code: 'TASK_DOES_NOT_EXIST' } });
  });

  it('goes on by its cursor with an order that there was no time for, and with nothing newer', async () => {
    const { app, api } = await openApiApp(await fresh(), 'still');
    const archive = (...ids: string[]) =>
      app.drivers.store.archive(
        ids.map((taskId) => ({
          ...{ taskId, queue: 'low', body: '', reason: 'no', deliveries: 1, sentAt: 0 },
        })),
      );
    const stopped = { signal: AbortSignal.abort() };
    const order = { params: {}, query: {}, body: { queue: 'low', limit: 2, dryRun: false } };
    await archive('a', 'b', 'c');
    await pause(app.clock, 2);

    const begun = await archiveOf(async () => app).deleteArchived(order, stopped);
    const next = 'next' in begun ? begun.next : null;
    await archive('d');
    const first = await api.post('/v1/archive/delete', { queue: 'low', cursor: next });
    const [, before] = /^(\d+)~2$/.exec(next ?? '') ?? [];
    const rest = await api.post('/v1/archive/delete', { queue: 'low', cursor: `${before}~` });
    const odd = await api.post('/v1/archive/delete', { queue: 'low', cursor: 'page 2' });
    const left = await api.get('/v1/archive');

    expect(begun).toEqual({ deleted: 0, next: expect.stringMatching(/^\d+~2$/) });
    expect([first.body, rest.body]).toEqual([
      { deleted: 2, next: null },
      { deleted: 1, next: null },
    ]);
    expect(odd).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(left.body.entries.map(({ taskId }: { taskId: string }) => taskId)).toEqual(['d']);
  });

  it('hands out work of an activity and takes its answers', async () => {
    const { api } = await openApiApp(await fresh());
    const { executionId } = (
      await api.post('/v1/executions', { machineId: 'approve', input: { sum: 5 } })
    ).body;
    await waits(api, executionId);

    const listed = await api.get('/v1/activities');
    const polled = await api.post('/v1/activities/approve/tasks', { workerName: 'Ada' });
    const none = await api.post('/v1/activities/approve/tasks', { waitSeconds: 0 });
    const { taskToken, input } = polled.body.task;
    const alive = await api.post('/v1/task-tokens/heartbeat', { taskToken });
    const done = await api.post('/v1/task-tokens/success', { taskToken, output: { ok: true } });
    const late = await api.post('/v1/task-tokens/success', { taskToken, output: {} });
    const odd = await api.post('/v1/task-tokens/failure', { taskToken: 'none' });
    const { output } = await inStatus(api, executionId, 'SUCCEEDED');

    expect(listed.body.activities).toMatchObject([{ activity: 'approve', tasks: 1 }]);
    expect(input).toEqual({ sum: 5 });
    expect(none.body).toEqual({ task: null });
    expect([alive.status, done.status, late.status, odd.status]).toEqual([200, 200, 410, 400]);
    expect(output).toEqual({ ok: true });
  });

  it('fails a Task by its token', async () => {
    const { api } = await openApiApp(await fresh());
    const { executionId } = (await api.post('/v1/executions', { machineId: 'approve' })).body;
    await waits(api, executionId);
    const { taskToken } = (await api.post('/v1/activities/approve/tasks', {})).body.task;

    await api.post('/v1/task-tokens/failure', { taskToken, error: 'No', cause: 'too much' });

    expect(await inStatus(api, executionId, 'FAILED')).toMatchObject({ error: 'No' });
  });

  it('keeps messages for those who will wait for them', async () => {
    const { api } = await openApiApp(await fresh(), 'still');

    const sent = await api.post('/v1/messages', { key: 'paid', value: { b: 1, a: 2 }, body: [1] });
    const { body } = await api.get('/v1/messages?key=paid');

    expect(sent.status).toBe(201);
    expect(body.messages).toMatchObject([
      { id: sent.body.messageId, key: 'paid', value: { a: 2, b: 1 }, body: [1] },
    ]);
  });
});
