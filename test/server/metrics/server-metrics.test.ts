/** The metrics on the server of the API and of the dashboard. */
import { expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { serveApp } from '../../../lib/server/serve-app.ts';
import { sendRequest } from '../../support/http-client.ts';
import { readSamples } from '../../support/prometheus-text.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { bearer, builtPageFolder, openServer, tokenList, tokens } from '../test-server.ts';

async function openMeasuredServer(access: { readonly tokens?: string } = {}) {
  const app = await openMillrace({
    config: { machines: {} },
    flags: { store: 'memory' },
    logger: new QuietLogger(),
    measures: true,
  });
  onTestFinished(() => app.close());
  const server = await serveApp(app, { port: 0, page: builtPageFolder(), access });
  onTestFinished(() => server.close());
  return (path: string, headers: Readonly<Record<string, string>> = {}) =>
    sendRequest({ port: server.port, path, headers });
}

it('a server has the metrics of its process, with the requests to its API', async () => {
  const get = await openMeasuredServer();
  await get('/v1/queues');
  await get('/v1/executions/unknown');
  await get('/v1/executions?limit=x');

  const { status, headers, text } = await get('/metrics');

  const samples = readSamples(text);
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(samples['millrace_api_requests_total{operation="listQueues",reply="2xx"}']).toBe(1);
  expect(samples['millrace_api_requests_total{operation="getExecution",reply="4xx"}']).toBe(1);
  expect(samples['millrace_api_requests_total{operation="listExecutions",reply="4xx"}']).toBe(1);
  expect(samples['millrace_api_request_duration_seconds_count{operation="listQueues"}']).toBe(1);
});

it('a server with tokens shows its metrics to readers, and to no one else', async () => {
  const get = await openMeasuredServer({ tokens: tokenList });

  const stranger = await get('/metrics');
  const wrong = await get('/metrics', { authorization: `Bearer ${tokens.reader}x` });
  const reader = await get('/metrics', bearer('reader'));

  expect([stranger.status, wrong.status, reader.status]).toEqual([401, 401, 200]);
});

it('a server of a process that keeps no metrics has none', async () => {
  const { send } = await openServer();

  expect((await send({ path: '/metrics' })).status).toBe(404);
});
