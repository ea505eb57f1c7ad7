/** The HTTP API's operation on limits. */
import { expect, it } from 'vitest';
import { limitOperations } from '../../../lib/api/contract/limits.ts';
import { openMemoryStore } from '../../../lib/drivers/memory/memory-store.ts';
import { covers, openApiApp } from '../../support/api-app.ts';

covers(limitOperations);

it('limits are listed with what is in use and what waits', async () => {
  const store = openMemoryStore();
  const { api } = await openApiApp(store, 'idle');
  const terms = { rule: 'concurrency', concurrency: 1, intervalMs: null, burst: 1, key: 'a' };
  const holder = {
    scope: 'machine:ship',
    command: '',
    fence: 1,
    fairKey: '',
    nextScopes: [],
    parks: false,
    commitFollows: false,
  };
  await store.acquirePermits(
    ['1', '2'].map((executionId) => ({ ...holder, executionId, needs: [terms] })),
  );

  const { body } = await api.get('/v1/limits?keys=1');

  expect(body.countedUpTo).toBe(100_000);
  expect(body.limits).toMatchObject([
    {
      kind: 'machine',
      name: 'ship',
      limit: 'concurrency',
      concurrency: null,
      inUse: 1,
      waiting: 1,
      keys: [{ key: 'a', inUse: 1, waiting: 1 }],
    },
  ]);
});
