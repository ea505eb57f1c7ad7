/** Results, documents in lists, and labels, over the HTTP API. */
import { describe, expect, it } from 'vitest';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { createCaller, openApiApp } from '../../support/api-app.ts';
import { batchEnd } from '../../support/open-app.ts';

async function openEnded() {
  const { app, api } = await openApiApp(openMemoryStore());
  const { id: batchId } = await app.batches.start('orders');
  await batchEnd(app, batchId);
  return { app, api, batchId };
}

describe('GET /v1/batches/{batchId}/results', () => {
  it('the results are sent as a file in each format, in the order of the items', async () => {
    const { api, batchId } = await openEnded();
    const path = `/v1/batches/${batchId}/results`;

    const lines = await api.get(path);
    const csv = await api.get(`/v1/batches/orders/results?format=csv&status=FAILED,TIMED_OUT`);
    const json = await api.get(`${path}?format=json`);

    expect(lines.headers.get('content-type')).toBe('application/jsonl; charset=utf-8');
    expect(lines.headers.get('content-disposition')).toBe(
      `attachment; filename="orders-${batchId}.jsonl"`,
    );
    const rows = lines.text.trimEnd().split('\n');
    expect(rows.map((line) => JSON.parse(line))).toMatchObject([
      { index: 0, status: 'SUCCEEDED', input: { to: 'Ada' }, output: { shipped: 'Ada' } },
      { index: 1, status: 'FAILED', error: 'Refused', input: { to: 'nowhere' }, output: null },
    ]);
    expect(csv.text.split('\r\n')).toEqual([
      expect.stringMatching(/^index,id,.*,input\.to,input,output$/),
      expect.stringMatching(/^1,.*,FAILED,1,Refused,.*,nowhere,,$/),
      '',
    ]);
    expect(JSON.parse(json.text)).toHaveLength(2);
    expect(await api.get('/v1/batches/none/results')).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_BATCH' },
    });
  });

  it('a page has the number of rows that was asked for, and the cursor of the next', async () => {
    const { api, batchId } = await openEnded();
    const path = `/v1/batches/${batchId}/results?limit=1`;

    const first = await api.get(path);
    const next = first.headers.get('x-millrace-next');
    const second = await api.get(`${path}&cursor=${encodeURIComponent(next ?? '')}`);

    expect(JSON.parse(first.text)).toMatchObject({ index: 0 });
    expect(JSON.parse(second.text)).toMatchObject({ index: 1 });
    expect(second.headers.has('x-millrace-next')).toBe(false);
  });

  it('a remote caller cannot choose a local file that results are written to', async () => {
    const { api } = await openApiApp(openMemoryStore(), 'idle');
    const options = { results: { output: '/tmp/results.csv' } };

    const refused = await api.post('/v1/batches', { name: 'orders', options });

    expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_ARGUMENT' } });
    expect(refused.body.detail).toContain('body.options.results.output');
  });

  it('secrets in results are masked for everyone but the programs of owners', async () => {
    const { app, api } = await openEnded();
    const password = 'hunter2';
    const batch = await app.machine('ship').executeBatch({
      source: { kind: 'items', items: [{ to: 'Ada', password }] },
    });
    const reader = createCaller(async () => app, undefined, 'reader');
    const path = `/v1/batches/${batch.id}/results`;

    expect((await api.get(path)).text).toContain(password);
    expect((await reader.get(path)).text).not.toContain(password);
  });
});

describe('lists of executions with documents and labels', () => {
  it('a list has the documents that were asked for, and is selected by labels', async () => {
    const { app, api } = await openApiApp(openMemoryStore());
    const start = (to: string, labels: object) =>
      api.post('/v1/executions', { machineId: 'ship', input: { to }, labels });
    const { body } = await start('Ada', { customer: 7, 'region/x': 'a,b%' });
    await start('Bob', { customer: 8 });
    await app.executions.wait(body.executionId);
    const value = encodeURIComponent('customer=7,region/x=a%2Cb%25');

    const found = await api.get(`/v1/executions?labels=${value}&fields=output`);

    expect(found.body.executions).toEqual([
      expect.objectContaining({
        id: body.executionId,
        labels: { customer: '7', 'region/x': 'a,b%' },
        output: { shipped: 'Ada' },
      }),
    ]);
    expect(found.body.executions[0]).not.toHaveProperty('input');
    expect((await api.get('/v1/executions?labels=customer')).status).toBe(400);
    expect((await api.get('/v1/executions?fields=output&limit=101')).body).toMatchObject({
      code: 'INVALID_ARGUMENT',
      detail: expect.stringContaining('at most 100 executions'),
    });
  });

  it('an order and the archive select by labels', async () => {
    const { app, api } = await openApiApp(openMemoryStore());
    const input = { to: 'nowhere' };
    const { body } = await api.post('/v1/executions', {
      machineId: 'ship',
      input,
      labels: { customer: 7 },
    });
    await app.executions.wait(body.executionId);

    const archive = await api.get('/v1/archive?labels=customer%3D7');
    const none = await api.get('/v1/archive?labels=customer%3D8');
    const dryRun = (customer: string) =>
      api.post('/v1/orders', {
        action: 'redrive',
        over: { executions: { labels: { customer } } },
        dryRun: true,
      });

    expect(archive.body.entries).toMatchObject([{ taskId: body.executionId }]);
    expect(none.body.entries).toEqual([]);
    expect((await dryRun('7')).body).toMatchObject({ matching: 1 });
    expect((await dryRun('8')).body).toMatchObject({ matching: 0 });
  });
});
