/** The function that serves the HTTP API behind a Function URL. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectStore } from '../../lib/app/compose/open-store.ts';
import type { SettingOverrides } from '../../lib/config/setting-sources.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import { apiFunction } from '../../lib/lambda/api-function.ts';
import type { UrlResult } from '../../lib/lambda/url/url-exchange.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { functionContext } from '../support/function-context.ts';
import { printedLines } from '../support/printed-lines.ts';
import { sqsServer } from '../support/sqs-server.ts';
import { createTestDatabase, hasPostgres } from '../support/test-database.ts';
import { signer, type UrlRequest, urlEvent } from '../support/url-event.ts';

const config = {
  machines: {
    order: { definition: { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } } },
  },
  activities: ['approve'],
  batches: { all: { machine: 'order', source: { kind: 'items' as const, items: [1] } } },
};

/** Creates an API function, and captures what it prints. */
function openFunction(store: Store = openMemoryStore(), env: SettingOverrides = {}) {
  const lines = printedLines();
  const handler = apiFunction(config, { env, drivers: { store } });
  const call = async (request: UrlRequest, remainingMs = 60_000) =>
    parseResult(
      await handler(
        urlEvent(request),
        functionContext(() => remainingMs),
      ),
    );
  return { lines, call };
}

function parseResult({ statusCode, headers = {}, body = '' }: UrlResult) {
  return { status: statusCode, headers, body: body === '' ? null : JSON.parse(body) };
}

const unreachableStore = {
  store: 'postgres',
  // No server listens at this port.
  postgresUrl: 'postgres://user@127.0.0.1:1/none',
};

describe('apiFunction', () => {
  it('the API function responds to an event of a Function URL', async () => {
    const { call } = openFunction();

    const started = await call({
      method: 'POST',
      path: '/v1/executions',
      body: '{"machineId":"order","name":"Zoë","input":{"n":1}}',
    });
    const found = await call({ path: '/v1/executions/order%3AZo%C3%AB' });
    const list = await call({ path: '/v1/executions', query: 'limit=5&name=Zo%C3%AB' });

    expect(started).toMatchObject({ status: 201, body: { name: 'Zoë', created: true } });
    expect(found.body).toMatchObject({ id: started.body.executionId, input: { n: 1 } });
    expect(list.body.executions).toHaveLength(1);
    expect(list.headers).toEqual({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': 'request-1',
      etag: expect.stringMatching(/^W\//),
    });
  });

  it('the API function treats every caller that IAM has let in as an owner', async () => {
    const { call } = openFunction();

    const { body } = await call({ path: '/v1/app' });
    const purged = await call({ method: 'POST', path: '/v1/tasks/delete', body: '{"ids":["x"]}' });

    expect(body).toMatchObject({ caller: signer, role: 'owner', can: { live: 'ask' } });
    expect(purged.status).toBe(200);
  });

  it('the API function gives its callers the roles of the configuration', async () => {
    const reader = openFunction(openMemoryStore(), { apiAccess: { [signer]: 'reader' } });
    const stranger = openFunction(openMemoryStore(), { apiAccess: { 'arn:other': 'owner' } });
    const start = { method: 'POST', path: '/v1/executions', body: '{"machineId":"order"}' };

    expect((await reader.call({ path: '/v1/executions' })).status).toBe(200);
    expect(await reader.call(start)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('needs the role operator; the caller is reader') },
    });
    expect((await stranger.call({ path: '/v1/executions' })).status).toBe(403);
  });

  it('the API function lets a worker of activities poll and answer, and nothing else', async () => {
    const { call } = openFunction(openMemoryStore(), { apiAccess: { '*': 'activityWorker' } });

    const polled = await call({
      method: 'POST',
      path: '/v1/activities/approve/poll',
      body: '{"waitSeconds":0}',
    });
    const answered = await call({
      method: 'POST',
      path: '/v1/task-tokens/success',
      body: '{"taskToken":"none"}',
    });
    const read = await call({ path: '/v1/app' });

    expect(polled).toMatchObject({ status: 200, body: { task: null } });
    expect(answered.status).not.toBe(403);
    expect(read).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('getApp is none of the operations') },
    });
  });

  it('an API function that may only read records no machine', async () => {
    const store = openMemoryStore();
    const { call } = openFunction(store, { databaseReadOnly: true });

    const { status, body } = await call({ path: '/v1/app' });

    expect({ status, machines: body.machines }).toMatchObject({
      status: 200,
      machines: [{ id: 'order' }],
    });
    expect(await store.listMachines()).toEqual([]);
  });

  it('the API function answers a conditional request without a body', async () => {
    const { call } = openFunction();
    const { headers } = await call({ path: '/v1/machines' });

    const again = await call({
      path: '/v1/machines',
      headers: { 'if-none-match': String(headers.etag) },
    });

    expect(again).toMatchObject({ status: 304, body: null });
  });

  it('the API function records a change with its caller in the log of changes', async () => {
    const store = openMemoryStore();
    const { call } = openFunction(store);

    await call({ method: 'POST', path: '/v1/executions', body: '{"machineId":"order"}' });

    const { entries } = await store.listOrders({}, { limit: 5 });
    expect(entries).toMatchObject([{ by: signer, via: 'api', action: 'startExecution' }]);
  });

  it('the API function decodes a body in base64', async () => {
    const { call } = openFunction();
    const body = Buffer.from('{"definition":{"StartAt":"Ü","States":{}}}').toString('base64');

    const answer = await call({
      method: 'POST',
      path: '/v1/definitions/validate',
      body,
      isBase64Encoded: true,
    });

    expect(answer).toMatchObject({ status: 200, body: { result: 'FAIL' } });
  });

  it('the API function logs the caller of a change, and none of its content', async () => {
    const { call, lines } = openFunction();

    const { body } = await call({
      method: 'POST',
      path: '/v1/executions',
      body: '{"machineId":"order","input":"S3CRET"}',
    });
    await call({ path: '/v1/executions', query: 'error=S3CRET' });

    const changes = lines.filter(({ operation }) => operation !== undefined);
    expect(changes).toMatchObject([
      { operation: 'startExecution', caller: signer, executionId: body.executionId },
    ]);
    expect(JSON.stringify(lines)).not.toContain('S3CRET');
  });

  it('a health check opens no database unless it is deep', async () => {
    printedLines();
    const handler = apiFunction(config, { env: unreachableStore });
    const call = async (query: string) =>
      parseResult(await handler(urlEvent({ path: '/health', query }), functionContext()));

    const quick = await call('');
    const deep = await call('deep=1');

    expect(quick).toMatchObject({ status: 200, body: { status: 'ok', store: null } });
    expect(deep).toMatchObject({ status: 503, body: { code: 'STORE_UNAVAILABLE' } });
    expect(deep.headers['retry-after']).toBe('5');
  });

  it.skipIf(!hasPostgres)('the API function serves an app on PostgreSQL', async () => {
    printedLines();
    const database = await createTestDatabase();
    onTestFinished(() => database.drop());
    const store = await connectStore({ driver: 'postgres', url: database.url });
    onTestFinished(() => store.close());
    await store.migrate();
    const { call } = openFunction(store);

    const { body } = await call({
      method: 'POST',
      path: '/v1/messages',
      body: '{"key":"paid","value":7}',
    });
    const list = await call({ path: '/v1/messages' });

    expect(list.body.messages).toMatchObject([{ id: body.messageId, value: 7 }]);
  });

  it('the API function refuses a method that a standard request cannot have', async () => {
    const { call } = openFunction();

    const { status, headers, body } = await call({ method: 'TRACE', path: '/v1/batches' });

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'INVALID_ARGUMENT' });
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  it('the API function ignores the body of a GET', async () => {
    const { call } = openFunction();

    expect(await call({ path: '/v1/batches', body: '{' })).toMatchObject({ status: 200 });
  });
});

describe('starting a batch over HTTP', () => {
  const { server } = sqsServer();

  it('a batch is started once by its id over HTTP, and the leader is requested at once', async () => {
    printedLines();
    const leaderQueueUrl = `http://127.0.0.1:${server().port}/000000000000/leader`;
    server().createQueue('leader');
    const drivers = { store: openMemoryStore() };
    const handler = apiFunction(config, { env: { leaderQueueUrl }, drivers });
    const id = '01994A3E-0000-7000-8000-000000000001';
    const start = async () => {
      const body = JSON.stringify({ name: 'all', id });
      const event = urlEvent({ method: 'POST', path: '/v1/batches', body });
      return parseResult(await handler(event, functionContext())).body.id;
    };

    const ids = [await start(), await start()];

    expect(ids).toEqual([id.toLowerCase(), id.toLowerCase()]);
    const { messages } = server().inspectQueue('leader') ?? {};
    expect(messages?.ready.map(({ body }) => JSON.parse(body))).toEqual([
      { kind: 'tick' },
      { kind: 'tick' },
    ]);
  });

  it('a batch is started over HTTP even if the leader cannot be requested', async () => {
    const lines = printedLines();
    const leaderQueueUrl = `http://127.0.0.1:${server().port}/000000000000/missing`;
    const drivers = { store: openMemoryStore() };
    const handler = apiFunction(config, { env: { leaderQueueUrl }, drivers });
    const event = urlEvent({ method: 'POST', path: '/v1/batches', body: '{"name":"all"}' });

    const { status } = parseResult(await handler(event, functionContext()));

    expect(status).toBe(201);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(/^leader request not sent/) }),
    );
  });
});

describe('the timeout of the API function', () => {
  it('a poll without work is answered at once, with the time until the next', async () => {
    const { call } = openFunction();
    const path = '/v1/activities/approve/poll';

    const { status, body } = await call({ method: 'POST', path, body: '{}' }, 3_010);

    expect({ status, body }).toEqual({ status: 200, body: { task: null, pollAfterSeconds: 5 } });
  });

  it('the API function responds before its timeout even if an operation hangs', async () => {
    const store = { ...openMemoryStore(), listBatches: () => new Promise<never>(() => {}) };
    const { call } = openFunction(store);

    const { status, headers, body } = await call({ path: '/v1/batches' }, 1_010);

    expect({ status, code: body.code, retryable: body.retryable }).toEqual({
      status: 503,
      code: 'STOPPED',
      retryable: true,
    });
    expect(headers['x-request-id']).toBe('request-1');
  });
});

describe('the size of a response', () => {
  it('a reply that exceeds the limit of Lambda is refused', async () => {
    const { call } = openFunction();
    const quotes = '"'.repeat(120_000);
    const send = { method: 'POST', path: '/v1/messages' };
    for (let sent = 0; sent < 13; sent += 1) {
      await call({ ...send, body: JSON.stringify({ key: 'k', value: sent, body: quotes }) });
    }

    const most = await call({ path: '/v1/messages', query: 'limit=12' });
    const all = await call({ path: '/v1/messages', query: 'limit=13' });

    expect(most.status).toBe(200);
    // Lambda sends the JSON text of the reply inside another JSON text.
    expect(JSON.stringify(JSON.stringify(most.body)).length).toBeLessThan(6_000_000);
    expect(all).toMatchObject({ status: 422, body: { code: 'REPLY_TOO_LARGE' } });
  });
});
