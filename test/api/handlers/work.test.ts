/**
 * Batches, executions, machines and queues over HTTP: what each operation does and answers, on each
 * kind of store.
 */
import { describe, expect, it } from 'vitest';
import { batchOperations } from '../../../lib/api/contract/batches.ts';
import { executionOperations } from '../../../lib/api/contract/executions.ts';
import { machineOperations } from '../../../lib/api/contract/machines.ts';
import { queueOperations } from '../../../lib/api/contract/queues.ts';
import { version } from '../../../lib/config/version.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import {
  callerOf,
  covers,
  endedBatch,
  inStatus,
  oneTask,
  openApiApp,
} from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';
import { batchEnd } from '../../support/open-app.ts';

covers(batchOperations, executionOperations, machineOperations, queueOperations, { getHealth: 1 });

describe.each(externalStores())('on a store in $kind, the API', ({ fresh }) => {
  it('starts a batch of the configuration and tells how far it is', async () => {
    const { app, api } = await openApiApp(await fresh());
    const id = await endedBatch(app, api);

    const list = await api.get('/v1/batches?name=orders&status=SUCCEEDED&limit=1');
    const one = await api.get(`/v1/batches/${id}`);
    const report = await api.get(`/v1/batches/${id}/report`);

    expect(one.body).toMatchObject({ id, created: 2, succeeded: 1, failed: 1, sourceDone: true });
    expect(list.body).toEqual({ batches: [one.body], next: null });
    expect(report.body).toMatchObject({ batchId: id, total: 2, byError: { Refused: 1 } });
  });

  it('starts a batch with what is said otherwise, but over no file of the machine', async () => {
    const { app, api } = await openApiApp(await fresh());
    const source = { kind: 'items', items: [{ to: 'Eve' }] };

    const begun = await api.post('/v1/batches', {
      name: 'orders',
      source,
      options: { namePrefix: 'extra' },
    });
    await batchEnd(app, begun.body.id);
    const { body } = await api.get(`/v1/executions/ship:extra-0`);
    const file = await api.post('/v1/batches', {
      name: 'orders',
      source: { kind: 'jsonLines', path: '/proc/self/environ' },
    });
    const odd = await api.post('/v1/batches', { name: 'orders', options: { maxInFligt: 1 } });
    const unknown = await api.post('/v1/batches', { name: 'nobody' });

    expect(body).toMatchObject({ batchId: begun.body.id, input: { to: 'Eve' } });
    expect(file).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(odd).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'UNKNOWN_BATCH' } });
  });

  it('pauses, resumes and aborts a batch', async () => {
    const { api } = await openApiApp(await fresh(), 'still');
    const { body } = await api.post('/v1/batches', { name: 'orders' });
    const order = async (word: string, document?: object) =>
      (await api.post(`/v1/batches/${body.id}/${word}`, document)).body.status;

    const statuses = [await order('pause'), await order('resume')];
    const aborted = await order('abort', { reason: 'a mistake' });
    const after = await api.get(`/v1/batches/${body.id}`);
    const refused = await api.post(`/v1/batches/${body.id}/pause`);

    expect([...statuses, aborted]).toEqual(['PAUSED', 'RUNNING', 'RUNNING']);
    expect(after.body.abortReason).toBe('a mistake');
    expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT', batchId: body.id } });
  });

  it('starts an execution once by its name', async () => {
    const { api } = await openApiApp(await fresh(), 'still');
    const start = (input: object) =>
      api.post('/v1/executions', { machineId: 'ship', name: 'a', input });

    const first = await start({ to: 'Ada', n: 1 });
    const same = await start({ n: 1, to: 'Ada' });
    const other = await start({ to: 'Bob' });

    expect([first.status, same.status, other.status]).toEqual([201, 200, 409]);
    expect(same.body).toEqual({ ...first.body, created: false });
    expect(other.body).toMatchObject({
      code: 'EXECUTION_EXISTS',
      executionId: first.body.executionId,
    });
  });

  it('shows executions, page by page, and their history, event by event', async () => {
    const { app, api } = await openApiApp(await fresh());
    const batchId = await endedBatch(app, api);

    const first = await api.get(`/v1/executions?batchId=${batchId}&limit=1`);
    const second = await api.get(
      `/v1/executions?batchId=${batchId}&limit=1&cursor=${encodeURIComponent(first.body.next)}`,
    );
    const failed = await api.get('/v1/executions?error=Refused&createdFrom=2026-01-01');
    const later = await api.get('/v1/executions?createdFrom=2126-01-01T00:00:00Z');
    const ids = [first, second].map(({ body }) => body.executions[0].id);
    const whole = await api.get(`/v1/executions/${ids[0]}/history`);
    const types: string[] = [];
    let cursor = '';
    do {
      const { body } = await api.get(`/v1/executions/${ids[0]}/history?limit=2${cursor}`);
      types.push(...body.events.map(({ type }: { type: string }) => type));
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');

    expect(new Set(ids).size).toBe(2);
    expect(second.body.next).toBeNull();
    expect(failed.body.executions).toHaveLength(1);
    expect(later.body.executions).toEqual([]);
    expect(types).toEqual(whole.body.events.map(({ type }: { type: string }) => type));
    expect(types.length).toBeGreaterThan(3);
  });

  it('aborts an execution and redrives one that failed, and nothing else', async () => {
    const { api } = await openApiApp(await fresh());
    const start = async (machineId: string, input: object) =>
      (await api.post('/v1/executions', { machineId, input })).body.executionId;
    const slow = await start('slow', {});
    const lost = await start('ship', { to: 'nowhere' });
    await inStatus(api, slow, 'RUNNING');
    await inStatus(api, lost, 'FAILED');

    const aborted = await api.post(`/v1/executions/${slow}/abort`);
    await inStatus(api, slow, 'ABORTED');
    const again = await api.post(`/v1/executions/${slow}/abort`);
    const redriven = await api.post(`/v1/executions/${lost}/redrive`);
    await inStatus(api, lost, 'FAILED');
    const unknown = await api.post('/v1/executions/ship:nobody/redrive');

    expect(aborted.body).toEqual({ executionId: slow, outcome: 'stopping' });
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(redriven).toMatchObject({ status: 200, body: { executionId: lost } });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'UNKNOWN_EXECUTION' } });
  });

  it('does not redrive what goes on', async () => {
    const { api } = await openApiApp(await fresh(), 'still');
    const { body } = await api.post('/v1/executions', { machineId: 'ship' });

    const refused = await api.post(`/v1/executions/${body.executionId}/redrive`);

    expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  });

  it('shows machines and their definitions', async () => {
    const { api } = await openApiApp(await fresh(), 'still');
    await api.post('/v1/tasks', { type: 'report:build' });

    const { body } = await api.get('/v1/machines');
    const ship = await api.get('/v1/machines/ship?version=1');
    const unknown = await api.get('/v1/machines/ship?version=2');

    expect(body.machines.map(({ id }: { id: string }) => id)).toEqual(['approve', 'ship', 'slow']);
    expect(ship.body).toMatchObject({ version: 1, type: 'STANDARD', definition: oneTask('ship') });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'UNKNOWN_MACHINE' } });
  });

  it('looks at queues, pauses, resumes and purges them', async () => {
    const { api } = await openApiApp(await fresh(), 'still');
    await api.post('/v1/executions', { machineId: 'ship', priority: 'low' });

    const { body } = await api.get('/v1/queues');
    const low = await api.get('/v1/queues/low');
    const refused = await api.post('/v1/queues/low/pause');

    expect(body.queues.map(({ queue }: { queue: string }) => queue)).toEqual([
      ...['critical', 'default', 'low'],
    ]);
    expect(low.body).toMatchObject({ messages: null, tasks: { pending: 1 } });
    expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
  });

  it('orders queues about where they are', async () => {
    const { api } = await openApiApp(await fresh());

    const paused = await api.post('/v1/queues/low/pause');
    const { executionId } = (
      await api.post('/v1/executions', { machineId: 'slow', priority: 'low' })
    ).body;
    const look = await api.get('/v1/queues/low');
    const resumed = await api.post('/v1/queues/low/resume');
    const purged = await api.post('/v1/queues/critical/purge', { abortTasks: true });
    const workers = await api.get('/v1/workers');
    const unknown = await api.get('/v1/queues/nobody');

    expect(paused.body).toEqual({ queue: 'low', paused: true });
    expect(look.body.messages).toMatchObject({ paused: true, ready: 1 });
    expect(resumed.body).toEqual({ queue: 'low', paused: false });
    expect(purged.body).toEqual({ queue: 'critical', messages: 0, aborted: 0 });
    expect(workers.body.workers).toBeInstanceOf(Array);
    expect(unknown.status).toBe(400);
    await inStatus(api, executionId, 'RUNNING');
  });

  it('asks the store how it is only when that is wanted', async () => {
    const { app, api } = await openApiApp(await fresh(), 'still');

    const quick = await api.get('/health');
    const deep = await api.get('/health?deep=1');

    expect(quick.body).toEqual({ status: 'ok', version, store: null });
    expect(deep.body).toEqual({ status: 'ok', version, store: app.description.store });
  });

  it('says of what is called by no id that it is unknown', async () => {
    const { api } = await openApiApp(await fresh(), 'still');

    const answers = await Promise.all(
      ['executions', 'tasks', 'batches', 'archive'].map((noun) => api.get(`/v1/${noun}/no-uuid`)),
    );

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });
});

describe('the API', () => {
  it('opens no app for what needs none', async () => {
    const api = callerOf(async () => {
      throw new Error('the app was opened');
    });
    const definition = { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } };

    const health = await api.get('/health');
    const valid = await api.post('/v1/definitions/validate', { definition });
    const bad = await api.post('/v1/definitions/validate', { definition: '{"StartAt":1}' });

    expect(health.status).toBe(200);
    expect(valid.body).toEqual({ result: 'OK', diagnostics: [], truncated: false });
    expect(bad.body.result).toBe('FAIL');
  });
});

describe('a test of a state', () => {
  it('takes documents or their texts, and calls handlers of the app where nothing is mocked', async () => {
    const { api } = await openApiApp(openMemoryStore(), 'still');
    const definition = { Type: 'Task', Resource: 'ship', End: true };

    const real = await api.post('/v1/states/test', { definition, input: { to: 'Ada' } });
    const mocked = await api.post('/v1/states/test', {
      definition: JSON.stringify(definition),
      mock: { errorOutput: { error: 'Broken' } },
    });
    const odd = await api.post('/v1/states/test', { definition, mocks: {} });

    expect(real.body).toMatchObject({ status: 'SUCCEEDED', output: '{"shipped":"Ada"}' });
    expect(mocked.body).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(odd.status).toBe(400);
  });
});
