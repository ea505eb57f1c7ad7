/** The HTTP API's operations for systems that executions wait for, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { callbackOperations } from '../../../lib/api/contract/callbacks.ts';
import { covers, inStatus, openApiApp, refusal, waits } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

covers(callbackOperations);

describe.each(externalStores())('callbacks over HTTP, on a store in $kind', ({ fresh }) => {
  it('the work of an activity is listed, polled, kept alive and answered once', async () => {
    const { api } = await openApiApp(await fresh());
    const { executionId } = (
      await api.post('/v1/executions', '{"machineId":"approve","input":{"sum":9007199254740993}}')
    ).body;
    await waits(api, executionId);

    const listed = await api.get('/v1/activities');
    const polled = await api.post('/v1/activities/approve/poll', { workerName: 'Ada' });
    const none = await api.post('/v1/activities/approve/poll', { waitSeconds: 0 });
    const { taskToken } = polled.body.task;
    const alive = await api.post('/v1/task-tokens/heartbeat', { taskToken });
    const answer = `{"taskToken":${JSON.stringify(taskToken)},"output":{"id":12345678901234567890}}`;
    const done = await api.post('/v1/task-tokens/success', answer);
    const late = await api.post('/v1/task-tokens/success', { taskToken, output: {} });
    await inStatus(api, executionId, 'SUCCEEDED');
    const ended = await api.get(`/v1/executions/${executionId}`);

    expect(listed.body.activities).toMatchObject([{ activity: 'approve', tasks: 1 }]);
    expect(polled.text).toContain('"input":{"sum":9007199254740993}');
    expect(none.body).toEqual({ task: null });
    expect([alive.status, done.status]).toEqual([200, 200]);
    expect(refusal(late)).toEqual([410, 'TASK_TIMED_OUT']);
    expect(ended.text).toContain('"output":{"id":12345678901234567890}');
  });

  it('a Task is failed by its token', async () => {
    const { api } = await openApiApp(await fresh());
    const { executionId } = (await api.post('/v1/executions', { machineId: 'approve' })).body;
    await waits(api, executionId);
    const { taskToken } = (await api.post('/v1/activities/approve/poll', {})).body.task;

    await api.post('/v1/task-tokens/failure', { taskToken, error: 'No', cause: 'too much' });

    expect(await inStatus(api, executionId, 'FAILED')).toMatchObject({ error: 'No' });
  });

  it('a token that was never issued is refused by every operation', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const taskToken = 'none';

    const answers = [
      await api.post('/v1/task-tokens/success', { taskToken }),
      await api.post('/v1/task-tokens/failure', { taskToken }),
      await api.post('/v1/task-tokens/heartbeat', { taskToken }),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_TOKEN']));
  });

  it('a message is stored for an execution that will wait for it', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const sent = await api.post('/v1/messages', { key: 'paid', value: { b: 1, a: 2 }, body: [1] });
    const { body } = await api.get('/v1/messages?key=paid');

    expect(sent.status).toBe(201);
    expect(body.messages).toMatchObject([
      { id: sent.body.messageId, key: 'paid', value: { a: 2, b: 1 }, body: [1] },
    ]);
  });

  it('a bad request for a callback is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const answers = [
      await api.post('/v1/messages', { key: 'paid' }),
      await api.post('/v1/messages', { key: '', value: 1 }),
      await api.post('/v1/messages', { key: 'k'.repeat(257), value: 1 }),
      await api.post('/v1/messages', { key: 'paid', value: 1, ttlSeconds: 0 }),
      await api.post('/v1/activities/approve/poll', { waitSeconds: 21 }),
      await api.post('/v1/activities/approve/poll', { workerName: 'x'.repeat(81) }),
      await api.post('/v1/task-tokens/success', { output: {} }),
      await api.post('/v1/task-tokens/failure', { taskToken: 't', error: 1 }),
      await api.post('/v1/task-tokens/heartbeat', {}),
    ];
    const unknown = await api.post('/v1/activities/none/poll', { waitSeconds: 0 });

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    expect(refusal(unknown)).toEqual([404, 'UNKNOWN_ACTIVITY']);
  });
});
