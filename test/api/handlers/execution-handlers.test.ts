/** The HTTP API's operations on executions, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { executionOperations } from '../../../lib/api/contract/executions.ts';
import { covers, endedBatch, inStatus, openApiApp, refusal } from '../../support/api-app.ts';
import { externalStores } from '../../support/external-store.ts';

const {
  listExecutions,
  startExecution,
  getExecution,
  getExecutionHistory,
  cancelExecution,
  redriveExecution,
} = executionOperations;
// Those on the inside of an execution have a file of their own.
covers({
  listExecutions,
  startExecution,
  getExecution,
  getExecutionHistory,
  cancelExecution,
  redriveExecution,
});

describe.each(externalStores())('executions over HTTP, on a store in $kind', ({ fresh }) => {
  it('a name starts an execution once, and another input under it is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
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

  it('an input is kept and shown letter for letter', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const input = '{ "cents": 3544790567247868102, "rate": 1.10, "token": "t" }';
    const start = (text: string) =>
      api.post('/v1/executions', `{"machineId": "ship", "name": "exact", "input": ${text}}`);

    const { body } = await start(input);
    const again = await start(input.replace('1.10', '1.1'));
    const other = await start(input.replace('8102', '8103'));
    const path = `/v1/executions/${body.executionId}`;
    const shown = await api.get(path);
    const document = await api.get(`${path}/documents/input`);
    const asPage = await api.send(path, {
      method: 'GET',
      headers: { 'sec-fetch-site': 'same-origin' },
    });

    expect(shown.text).toContain(`"input":${input}`);
    expect(document.text).toBe(input);
    expect(asPage.text).toContain(`"input":${input.replace('"t"', '"[redacted]"')}`);
    expect([again.status, refusal(other)]).toEqual([200, [409, 'EXECUTION_EXISTS']]);
  });

  it('an execution is shown without its documents when they are not asked for', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const started = await api.post('/v1/executions', { machineId: 'ship', input: { to: 'Ada' } });
    const path = `/v1/executions/${started.body.executionId}`;

    const whole = await api.get(path);
    const without = await api.get(`${path}?documents=none`);

    expect(whole.body.input).toEqual({ to: 'Ada' });
    expect(without.body).toEqual({ ...whole.body, input: null, output: null });
  });

  it('executions are listed page by page, and their histories event by event', async () => {
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

  it('a list selects by several conditions, and says how far back it has looked', async () => {
    const { app, api } = await openApiApp(await fresh());
    const batchId = await endedBatch(app, api);
    await api.post('/v1/executions', { machineId: 'slow', name: 'rest-1' });
    const names = async (query: string) =>
      (await api.get(`/v1/executions?${query}`)).body.executions.map(
        ({ machineId, status }: { machineId: string; status: string }) => [machineId, status],
      );

    const all = await api.get('/v1/executions');

    expect(all.body.lookedAt).toMatchObject({ rows: 3, isAll: true });
    expect(await names('status=FAILED,SUCCEEDED&queue=default')).toHaveLength(2);
    expect(await names(`batchId=${batchId}&failedState=Do`)).toEqual([['ship', 'FAILED']]);
    expect(await names('namePrefix=rest-&machineId=slow')).toHaveLength(1);
    expect(await names('name=rest-1')).toHaveLength(1);
    expect(await names('endedFrom=2026-01-01')).toHaveLength(2);
    expect(await names('endedBefore=2026-01-01')).toEqual([]);
    expect(await names('queue=low')).toEqual([]);
  });

  it('an execution is cancelled once, and redriven only after a failure', async () => {
    const { api } = await openApiApp(await fresh());
    const start = async (machineId: string, input: object) =>
      (await api.post('/v1/executions', { machineId, input })).body.executionId;
    const slow = await start('slow', {});
    const lost = await start('ship', { to: 'nowhere' });
    await inStatus(api, slow, 'RUNNING');
    await inStatus(api, lost, 'FAILED');

    const cancelled = await api.post(`/v1/executions/${slow}/cancel`);
    await inStatus(api, slow, 'ABORTED');
    const again = await api.post(`/v1/executions/${slow}/cancel`);
    const redriven = await api.post(`/v1/executions/${lost}/redrive`);
    await inStatus(api, lost, 'FAILED');

    expect(cancelled.body).toEqual({ executionId: slow, outcome: 'stopping' });
    expect(refusal(again)).toEqual([409, 'CONFLICT']);
    expect(redriven).toMatchObject({ status: 200, body: { executionId: lost } });
  });

  it('an execution that has not ended is not redriven', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const { body } = await api.post('/v1/executions', { machineId: 'ship' });

    const refused = await api.post(`/v1/executions/${body.executionId}/redrive`);

    expect(refusal(refused)).toEqual([409, 'CONFLICT']);
  });

  it('an unknown execution is refused by every operation', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    for (const name of ['no-uuid', 'ship:none', '01900000-0000-7000-8000-00000000dead']) {
      const answers = [
        await api.get(`/v1/executions/${name}`),
        await api.get(`/v1/executions/${name}/history`),
        await api.post(`/v1/executions/${name}/cancel`),
        await api.post(`/v1/executions/${name}/redrive`),
      ];
      expect(answers.map(refusal)).toEqual(answers.map(() => [404, 'UNKNOWN_EXECUTION']));
    }
  });

  it('a bad request for an execution is refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const start = (more: object) => api.post('/v1/executions', { machineId: 'ship', ...more });

    const answers = [
      await start({ priority: 'urgent' }),
      await start({ name: 'a b\u0007' }),
      await start({ inputs: {} }),
      await api.post('/v1/executions', {}),
      await api.get('/v1/executions?status=DONE'),
      await api.get('/v1/executions/ship:a/history?cursor=0'),
    ];
    const unknown = await api.post('/v1/executions', { machineId: 'none' });

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    expect(refusal(unknown)).toEqual([404, 'UNKNOWN_MACHINE']);
    expect((await api.get('/v1/executions')).body.executions).toEqual([]);
  });
});
