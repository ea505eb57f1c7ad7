/** The HTTP API's operations on queues and workers, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { queueOperations } from '../../../lib/api/contract/queues.ts';
import { covers, inStatus, openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

covers(queueOperations);

describe.each(externalStores())('queues over HTTP, on a store in $kind', ({ fresh }) => {
  it('queues are listed and shown, also where their messages are out of reach', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    await api.post('/v1/executions', { machineId: 'ship', priority: 'low' });

    const { body } = await api.get('/v1/queues');
    const low = await api.get('/v1/queues/low');

    expect(body.queues.map(({ queue }: { queue: string }) => queue)).toEqual([
      'critical',
      'default',
      'low',
    ]);
    expect(body.tasksCountedUpTo).toBe(10_000);
    expect(low.body).toMatchObject({ messages: null, tasks: { pending: 1 } });
  });

  it('a queue is paused, resumed and purged by the process that runs it', async () => {
    const { api } = await openApiApp(await fresh());

    const paused = await api.post('/v1/queues/low/pause');
    const { executionId } = (
      await api.post('/v1/executions', { machineId: 'slow', priority: 'low' })
    ).body;
    const look = await api.get('/v1/queues/low');
    const resumed = await api.post('/v1/queues/low/resume');
    const purged = await api.post('/v1/queues/critical/purge', { cancelTasks: true });
    const workers = await api.get('/v1/workers');

    expect(paused.body).toEqual({ queue: 'low', paused: true });
    expect(look.body.messages).toMatchObject({ paused: true, ready: 1 });
    expect(resumed.body).toEqual({ queue: 'low', paused: false });
    expect(purged.body).toEqual({ queue: 'critical', messages: 0, cancelled: 0 });
    expect(workers.body.workers).toBeInstanceOf(Array);
    await inStatus(api, executionId, 'RUNNING');
  });

  it('a queue in the memory of another process takes no commands', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const answers = [
      await api.post('/v1/queues/low/pause'),
      await api.post('/v1/queues/low/resume'),
      await api.post('/v1/queues/low/purge'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [409, 'CONFLICT']));
  });

  it('an unknown queue is refused by every operation', async () => {
    const { api } = await openApiApp(await fresh());

    const answers = [
      await api.get('/v1/queues/urgent'),
      await api.post('/v1/queues/urgent/pause'),
      await api.post('/v1/queues/urgent/resume'),
      await api.post('/v1/queues/urgent/purge'),
      await api.post('/v1/queues/low/purge', { all: true }),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
  });
});
