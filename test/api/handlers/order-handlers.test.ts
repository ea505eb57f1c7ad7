/** The HTTP API's operations on orders, on each kind of store. */
import { describe, expect, it } from 'vitest';
import { auditChanges } from '../../../lib/api/audit-changes.ts';
import { orderOperations } from '../../../lib/api/contract/orders.ts';
import { createApi } from '../../../lib/api/create-api.ts';
import { apiOperations } from '../../../lib/api/handlers/api-operations.ts';
import type { Millrace } from '../../../lib/app/millrace.ts';
import { covers, endedBatch, openApiApp, refusal } from '../../support/api-app.ts';
import { ApiCaller } from '../../support/api-caller.ts';
import { externalStores } from '../../support/external-store.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';
import { until } from '../../support/signal.ts';

covers(orderOperations);

/** Returns callers of the app's API, as servers admit them. */
function createCallers(app: Millrace, onOrder: () => Promise<void> = async () => {}) {
  const open = async () => app;
  const logger = new QuietLogger();
  const api = createApi(apiOperations(open, onOrder), { logger, audit: auditChanges(open) });
  const callerOf = (role: 'reader' | 'operator' | 'owner') =>
    new ApiCaller(api, { caller: 'ada', role, requestId: `r-${role}` });
  return { reader: callerOf('reader'), operator: callerOf('operator'), owner: callerOf('owner') };
}

const everything = { action: 'redrive', over: { archive: {} } };

describe.each(externalStores())('orders over HTTP, on a store in $kind', ({ fresh }) => {
  it('an order is counted, started, shown, listed and ends', async () => {
    const { app, api } = await openApiApp(await fresh());
    const batchId = await endedBatch(app, api);
    const over = { archive: { batchId } };

    const counted = await api.post('/v1/orders', { ...everything, over, dryRun: true });
    const started = await api.post('/v1/orders', {
      ...everything,
      over,
      expect: 1,
      perSecond: 50,
      reason: 'the address is right now',
    });
    const { orderId } = started.body;
    const look = async () => (await api.get(`/v1/orders/${orderId}`)).body;
    await until(async () => (await look()).status === 'DONE', 'the end', 100_000);
    const listed = await api.get(`/v1/orders?action=redrive&object=batch:${batchId}&status=DONE`);

    expect(counted.body).toMatchObject({ orderId: null, matching: 1, isMinimum: false });
    expect(counted.body.some).toMatchObject([{ error: 'Refused' }]);
    expect(started.body).toMatchObject({ matching: 1 });
    expect(listed.body).toMatchObject({
      orders: [
        {
          id: orderId,
          via: 'api',
          over,
          object: `batch:${batchId}`,
          reason: 'the address is right now',
          total: 1,
          done: 1,
          perSecond: 50,
        },
      ],
      next: null,
    });
  });

  it('an order is paused, resumed and cancelled', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');
    const { orderId } = (await api.post('/v1/orders', everything)).body;

    const path = `/v1/orders/${orderId}`;
    const answers = [
      await api.post(`${path}/pause`, { reason: 'lunch' }),
      await api.post(`${path}/resume`, { perSecond: 3 }),
      await api.post(`${path}/cancel`),
    ];

    expect(answers.map(({ body }) => body)).toEqual([
      { orderId, status: 'PAUSED' },
      { orderId, status: 'RUNNING' },
      { orderId, status: 'CANCELLED' },
    ]);
    expect((await api.get(path)).body).toMatchObject({ perSecond: 3, status: 'CANCELLED' });
    expect(refusal(await api.post(`${path}/resume`))).toEqual([409, 'CONFLICT']);
  });

  it('an order whose set has grown since its dry run is a conflict with the new count', async () => {
    const { app, api } = await openApiApp(await fresh(), 'idle');
    const letter = { queue: 'low', body: '', reason: 'no', deliveries: 1, sentAt: 0 };
    const archive = (count: number, name: string) =>
      app.drivers.store.archive(
        Array.from({ length: count }, (_, index) => ({ ...letter, taskId: `${name}-${index}` })),
      );
    const order = { action: 'delete', over: { archive: { queue: 'low' } } };
    await archive(20, 'a');
    const { matching } = (await api.post('/v1/orders', { ...order, dryRun: true })).body;
    await archive(2, 'b');
    const within = await api.post('/v1/orders', { ...order, expect: matching });
    await archive(1, 'c');
    const beyond = await api.post('/v1/orders', { ...order, expect: matching });

    expect(within.status).toBe(200);
    expect(refusal(beyond)).toEqual([409, 'CONFLICT']);
    expect(beyond.body).toMatchObject({ matching: 23, expect: 20 });
  });

  it('an order that deletes needs an owner', async () => {
    const { app } = await openApiApp(await fresh(), 'idle');
    const { reader, operator, owner } = createCallers(app);
    const deletion = { action: 'delete', over: { archive: {} } };

    const answers = [
      await reader.post('/v1/orders', everything),
      await operator.post('/v1/orders', deletion),
    ];
    const allowed = [
      await operator.post('/v1/orders', { ...deletion, dryRun: true }),
      await operator.post('/v1/orders', everything),
      await owner.post('/v1/orders', deletion),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [403, 'FORBIDDEN']));
    expect(allowed.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { body } = await reader.get('/v1/orders');
    expect(body.orders).toMatchObject([
      { action: 'delete', by: 'ada', via: 'api', requestId: 'r-owner' },
      { action: 'redrive', by: 'ada', via: 'api', requestId: 'r-operator' },
    ]);
  });

  it('an order wakes the leader, and a dry run does not', async () => {
    const { app } = await openApiApp(await fresh(), 'idle');
    let wakeups = 0;
    const { owner } = createCallers(app, async () => {
      wakeups += 1;
    });

    await owner.post('/v1/orders', { ...everything, dryRun: true });
    expect(wakeups).toBe(0);
    const { orderId } = (await owner.post('/v1/orders', everything)).body;
    expect(wakeups).toBe(1);
    await owner.post(`/v1/orders/${orderId}/pause`);
    await owner.post(`/v1/orders/${orderId}/resume`);
    expect(wakeups).toBe(2);
  });

  it('wrong requests are refused', async () => {
    const { api } = await openApiApp(await fresh(), 'idle');

    const answers = [
      await api.post('/v1/orders', { action: 'explode', over: { archive: {} } }),
      await api.post('/v1/orders', { action: 'redrive', over: {} }),
      await api.post('/v1/orders', { action: 'redrive', over: { archive: {}, tasks: {} } }),
      await api.post('/v1/orders', { action: 'cancel', over: { archive: {} } }),
      await api.post('/v1/orders', { ...everything, perSecond: 0 }),
      await api.get('/v1/orders?status=LOST'),
      await api.get('/v1/orders?cursor=x'),
    ];

    expect(answers.map(refusal)).toEqual(answers.map(() => [400, 'INVALID_ARGUMENT']));
    const unknown = [await api.get('/v1/orders/none'), await api.post('/v1/orders/none/cancel')];
    expect(unknown.map(refusal)).toEqual(unknown.map(() => [404, 'UNKNOWN_ORDER']));
  });
});
