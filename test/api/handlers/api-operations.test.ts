/** The health of the HTTP API, and when it opens its app. */
import { expect, it } from 'vitest';
import { version } from '../../../lib/config/version.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { covers, createCaller, openApiApp, refusal } from '../../support/api-app.ts';

covers({ getHealth: 1 });

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
