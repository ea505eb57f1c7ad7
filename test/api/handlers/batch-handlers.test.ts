/** The HTTP API's operations on batches, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { batchOperations } from '../../../lib/api/contract/batches.ts';
import { covers, endedBatch, openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';
import { batchEnd } from '../../support/open-app.ts';

covers(batchOperations);

describe.each(externalStores())('batches over HTTP, on a store in $kind', ({ fresh }) => {
  it('a batch of the configuration is started, listed, shown and reported', async () => {
    const { app, api } = await openApiApp(await fresh());
    const id = await endedBatch(app, api);

    const list = await api.get('/v1/batches?name=orders&status=SUCCEEDED&limit=1');
    const one = await api.get(`/v1/batches/${id}`);
    const report = await api.get(`/v1/batches/${id}/report`);
    const file = await api.get(`/v1/batches/${id}/results?format=json`);

    expect(one.body).toMatchObject({ id, created: 2, succeeded: 1, failed: 1, sourceDone: true });
    const { results, ...listed } = one.body;
    const { createdAt } = listed;
    expect(results).toBeNull();
    expect(list.body).toEqual({
      batches: [listed],
      next: null,
      lookedAt: { rows: 1, backTo: createdAt, isAll: true },
    });
    expect(report.body).toMatchObject({ batchId: id, total: 2, byError: { Refused: 1 } });
    expect(file.status).toBe(200);
  });

  it('the states and the failures of a batch are shown', async () => {
    const { app, api } = await openApiApp(await fresh());
    const id = await endedBatch(app, api);

    const states = await api.get(`/v1/batches/${id}/states`);
    const failures = await api.get(`/v1/batches/${id}/failures?limit=5`);

    expect(states.body).toMatchObject({
      exactness: 'exact',
      notBegunOrReopened: 0,
      ended: { SUCCEEDED: 1, FAILED: 1 },
      states: [{ name: 'Do', current: 0, entered: 2, failed: 1, caught: 0, retried: 0 }],
    });
    expect(failures.body).toMatchObject({
      rows: [
        {
          error: 'Refused',
          state: 'Do',
          count: 1,
          sample: { executionId: expect.any(String), cause: expect.stringContaining('no such') },
        },
      ],
      other: 0,
    });
  });

  it('a batch is started with changes, but never over a local file', async () => {
    const { app, api } = await openApiApp(await fresh());
    const source = { kind: 'items', items: [{ to: 'Eve' }] };

    const started = await api.post('/v1/batches', {
      name: 'orders',
      source,
      options: { namePrefix: 'extra' },
    });
    await batchEnd(app, started.body.id);
    const { body } = await api.get(`/v1/executions/ship:extra-0`);
    const file = await api.post('/v1/batches', {
      name: 'orders',
      source: { kind: 'jsonLines', path: '/proc/self/environ' },
    });

    expect(body).toMatchObject({ batchId: started.body.id, input: { to: 'Eve' } });
    expect(refusal(file)).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('an id of the caller starts a batch once', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const id = '01994A3E-6F0C-7000-8000-000000000001';

    const first = await api.post('/v1/batches', { name: 'orders', id });
    const second = await api.post('/v1/batches', { name: 'orders', id });

    expect(first.body.id).toBe(id.toLowerCase());
    expect(second.body).toEqual(first.body);
    expect((await api.get('/v1/batches')).body.batches).toHaveLength(1);
  });

  it('a batch is paused, resumed and cancelled', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const { body } = await api.post('/v1/batches', { name: 'orders' });
    const change = async (verb: string, document?: object) =>
      (await api.post(`/v1/batches/${body.id}/${verb}`, document)).body.status;

    const statuses = [await change('pause'), await change('resume')];
    const cancelled = await change('cancel', { reason: 'a mistake' });
    const after = await api.get(`/v1/batches/${body.id}`);
    const refused = await api.post(`/v1/batches/${body.id}/pause`);

    expect([...statuses, cancelled]).toEqual(['PAUSED', 'RUNNING', 'RUNNING']);
    expect(after.body.abortReason).toBe('a mistake');
    expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT', batchId: body.id } });
  });

  it('a batch is paused with a reason, held, found by its name and resumed', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const { body } = await api.post('/v1/batches', { name: 'orders' });

    const paused = await api.post('/v1/batches/orders/pause', { reason: 'down', hold: true });
    const held = await api.get('/v1/batches/latest');
    const report = await api.get('/v1/batches/orders/report');
    const states = await api.get('/v1/batches/orders/states');
    const resumed = await api.post('/v1/batches/latest/resume', { reason: 'up' });
    const after = await api.get(`/v1/batches/${body.id}`);

    expect(body.started).toBe(true);
    expect(paused.body).toEqual({ batchId: body.id, status: 'PAUSED', reason: 'down' });
    expect(held.body).toMatchObject({ id: body.id, onHold: true, retried: 0, leftOut: 0 });
    expect(report.body).toMatchObject({
      batchId: body.id,
      onHold: true,
      perSecond: null,
      secondsLeft: null,
      open: { running: 0, heldBack: 0 },
      byRetriedError: {},
    });
    expect(states.status).toBe(200);
    expect(resumed.body).toMatchObject({ status: 'RUNNING' });
    expect(after.body).toMatchObject({ status: 'RUNNING', onHold: false });
  });

  it('a batch that has ended is deleted with its executions, an open one is not', async () => {
    const { app, api } = await openApiApp(await fresh());
    const id = await endedBatch(app, api);

    const deleted = await api.post(`/v1/batches/${id}/delete`);
    const again = await api.post(`/v1/batches/${id}/delete`);
    const { body } = await api.get(`/v1/executions?batchId=${id}`);

    expect(deleted).toMatchObject({ status: 200, body: { batchId: id, deleted: 2 } });
    expect(refusal(again)).toEqual([404, 'UNKNOWN_BATCH']);
    expect(body.executions).toEqual([]);
    const idle = await openApiApp(await fresh(), 'idle');
    const open = await idle.api.post('/v1/batches', { name: 'orders' });
    expect(refusal(await idle.api.post(`/v1/batches/${open.body.id}/delete`))).toEqual([
      409,
      'CONFLICT',
    ]);
  });

  it('a batch that skips an overlap answers with the one that is open', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const first = await api.post('/v1/batches', { name: 'orders' });

    const second = await api.post('/v1/batches', { name: 'orders', options: { overlap: 'skip' } });

    expect(second.body).toEqual({ ...first.body, started: false });
  });

  it('a batch that has ended is not resumed', async () => {
    const { app, api } = await openApiApp(await fresh());
    const id = await endedBatch(app, api);

    expect(refusal(await api.post(`/v1/batches/${id}/resume`))).toEqual([409, 'CONFLICT']);
    expect(refusal(await api.post(`/v1/batches/${id}/cancel`))).toEqual([409, 'CONFLICT']);
  });

  it('an unknown batch is refused by every operation', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const answers = [
      await api.get('/v1/batches/no-uuid'),
      await api.get('/v1/batches/no-uuid/report'),
      await api.get('/v1/batches/no-uuid/states'),
      await api.get('/v1/batches/no-uuid/failures'),
      await api.post('/v1/batches', { name: 'unknown' }),
      await api.post('/v1/batches/no-uuid/pause'),
      await api.post('/v1/batches/no-uuid/resume'),
      await api.post('/v1/batches/no-uuid/cancel'),
      await api.post('/v1/batches/no-uuid/delete'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [404, 'UNKNOWN_BATCH']));
  });

  it('a bad request for a batch is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const { body } = await api.post('/v1/batches', { name: 'orders' });

    const answers = [
      await api.post('/v1/batches', { name: 'orders', options: { maxInFligt: 1 } }),
      await api.post('/v1/batches', { name: 'orders', id: '' }),
      await api.post('/v1/batches', { name: 'orders', source: { kind: 'unknown' } }),
      await api.post(`/v1/batches/${body.id}/cancel`, { reason: '' }),
      await api.get('/v1/batches?status=DONE'),
      await api.get('/v1/batches?cursor=odd'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    expect((await api.get('/v1/batches')).body.batches).toHaveLength(1);
  });
});
