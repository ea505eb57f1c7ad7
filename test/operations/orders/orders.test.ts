/** Commands on orders, and who made which change. */
import { describe, expect, it } from 'vitest';
import { openMillrace } from '../../../lib/app/millrace.ts';
import { openApp } from '../../support/open-app.ts';
import { QuietLogger } from '../../support/quiet-logger.ts';

const config = {
  machines: { rest: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } } },
};

/** Opens an app without a leader, and starts an order. */
async function openWithOrder() {
  const app = await openApp(config);
  const over = { executions: { machineId: 'rest' } };
  const { orderId } = await app.orders.start({ action: 'cancel', over, perSecond: 5 });
  return { app, id: orderId ?? '' };
}

describe('commands on an order', () => {
  it('an order is paused, resumed at another rate, and cancelled', async () => {
    const { app, id } = await openWithOrder();

    expect(await app.orders.pause(id, 'lunch')).toMatchObject({
      status: 'PAUSED',
      outcome: 'lunch',
    });
    expect(await app.orders.pause(id)).toMatchObject({ status: 'PAUSED', outcome: 'lunch' });
    expect(await app.orders.resume(id, { perSecond: 7 })).toMatchObject({
      status: 'RUNNING',
      perSecond: 7,
      outcome: null,
    });
    expect(await app.orders.resume(id)).toMatchObject({ status: 'RUNNING', perSecond: 7 });
    expect(await app.orders.cancel(id)).toMatchObject({
      status: 'CANCELLED',
      outcome: 'cancelled on request',
      endedAt: expect.any(Number),
    });
    expect(await app.orders.wait(id)).toMatchObject({ status: 'CANCELLED' });
  });

  it('an order that has ended cannot be changed', async () => {
    const { app, id } = await openWithOrder();
    await app.orders.cancel(id);

    expect(await app.orders.cancel(id)).toMatchObject({ status: 'CANCELLED' });
    await expect(app.orders.pause(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(app.orders.resume(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('an unknown order is refused by every command', async () => {
    const app = await openApp(config);

    for (const command of ['get', 'pause', 'resume', 'cancel', 'wait'] as const) {
      await expect(app.orders[command]('none')).rejects.toMatchObject({ code: 'UNKNOWN_ORDER' });
    }
  });

  it('a wait ends when its caller stops it', async () => {
    const { app, id } = await openWithOrder();
    const seen: string[] = [];

    const onProgress = ({ status }: { readonly status: string }) => void seen.push(status);
    const order = await app.orders.wait(id, { signal: AbortSignal.abort(), onProgress });

    expect(order.status).toBe('RUNNING');
    expect(seen).toEqual(['RUNNING']);
  });
});

describe('the origin of a change', () => {
  it('an order has the origin of its app, or the one that is given', async () => {
    const app = await openApp(config);
    const over = { executions: {} };

    await app.orders.start({ action: 'cancel', over });
    const origin = { by: 'ada', via: 'page', requestId: 'r-1' } as const;
    await app.orders.start({ action: 'cancel', over, reason: 'why' }, origin);

    expect((await app.orders.list()).entries).toMatchObject([
      { by: 'ada', via: 'page', requestId: 'r-1', reason: 'why' },
      { by: null, via: 'program', requestId: null, reason: null },
    ]);
  });

  it('an app can be opened for a person', async () => {
    const origin = { by: 'ada', via: 'cli', requestId: null } as const;
    const app = await openMillrace({
      config,
      flags: { store: 'memory' },
      logger: new QuietLogger(),
      origin,
    });

    await app.executions.start({ machineId: 'rest', name: 'a' });

    expect((await app.orders.list({ by: 'ada' })).entries).toMatchObject([
      { action: 'startExecution', via: 'cli', over: { machineId: 'rest', name: 'a' } },
    ]);
    await app.close();
  });

  it('a change that cannot be recorded is logged, and does not fail', async () => {
    const logger = new QuietLogger();
    const app = await openMillrace({ config, flags: { store: 'memory' }, logger });
    Object.assign(app.drivers.store, {
      recordChanges: async () => {
        throw new Error('the disk is full');
      },
    });

    await app.orders.record([
      { action: 'pauseQueue', object: 'queue:low', over: {}, reason: null, outcome: null },
    ]);

    expect(logger.entries).toMatchObject([
      {
        level: 'error',
        message: 'change not recorded: the log of changes lacks it',
        fields: { action: 'pauseQueue', object: 'queue:low', error: 'the disk is full' },
      },
    ]);
    await app.close();
  });
});
