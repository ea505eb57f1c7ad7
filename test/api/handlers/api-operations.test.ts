/** The health of the HTTP API, and when it opens its app. */
import { expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { version } from '../../../lib/config/version.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { covers, createCaller, oneTask, openApiApp, refusal } from '../../support/api-app.ts';
import { until } from '../../support/signal.ts';

covers({ getHealth: 1, getApp: 1, getLive: 1 });

it('a health check asks the store only when it is deep', async () => {
  const { app, api } = await openApiApp(openMemoryStore(), 'idle');

  const quick = await api.get('/health');
  const deep = await api.get('/health?deep=1');

  expect(quick.body).toEqual({ status: 'ok', version, store: null });
  expect(deep.body).toEqual({ status: 'ok', version, store: app.description.store });
  expect(refusal(await api.get('/health?deep=2'))).toEqual([400, 'INVALID_ARGUMENT']);
});

it('a quick health check does not open the app', async () => {
  const api = createCaller(async () => {
    throw new Error('the app was opened');
  });

  expect((await api.get('/health')).status).toBe(200);
  expect(refusal(await api.get('/health?deep=1'))).toEqual([500, 'INTERNAL']);
});

it('an app says what it is, what it can do, and who is calling', async () => {
  const { app, api } = await openApiApp(openMemoryStore(), 'running');

  const { body } = await api.get('/v1/app');

  expect(body).toMatchObject({
    version,
    caller: null,
    role: 'owner',
    deployment: 'embedded',
    store: app.description.store,
    broker: 'memory',
    can: { live: 'ask', askAfterMs: 2_000, pauseQueues: true, seeDepths: true, measure: true },
    batches: [
      {
        name: 'orders',
        machineId: 'ship',
        sourceKind: 'items',
        schedule: null,
        timeZone: null,
        onObject: false,
      },
    ],
  });
  expect(body.machines).toEqual([
    { id: 'ship', unhandled: [] },
    { id: 'approve', unhandled: [] },
    { id: 'slow', unhandled: [] },
  ]);
  expect(Math.abs(body.serverNow - Date.now())).toBeLessThan(10_000);
});

it('an app names the resources that its process cannot call', async () => {
  const definition = oneTask('pack');
  const app = await openMillrace({
    config: { machines: { pack: { definition } } },
    drivers: { store: openMemoryStore() },
  });
  onTestFinished(() => app.close());

  const { body } = await createCaller(async () => app).get('/v1/app');

  expect(body.machines).toEqual([{ id: 'pack', unhandled: ['pack'] }]);
  expect(body.can).toMatchObject({ pauseQueues: false, seeDepths: false });
});

it('a caller learns which topics have changed, the depth of a queue included', async () => {
  const { app, api } = await openApiApp(openMemoryStore(), 'running');
  const ask = async (since = '') =>
    (await api.get(`/v1/live?topics=queues,alerts${since === '' ? '' : `&since=${since}`}`)).body;
  const first = await ask();
  expect(first.changed).toEqual(['queues', 'alerts']);
  expect((await ask(first.token)).changed).toEqual([]);

  await app.queues.pause(['low']);
  let now = first;
  await until(
    async () => {
      now = await ask(first.token);
      return now.changed.length > 0;
    },
    'the pause is seen',
    100_000,
  );

  expect(now.changed).toEqual(['queues']);
});
