/** Webhooks of a whole app, to a real server: signed, retried, and not lost with a process. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { openMemoryStore } from '../../lib/drivers/memory/memory-store.ts';
import type { Store } from '../../lib/ports/store/store.ts';
import { verifyWebhook } from '../../lib/roles/webhooks/webhook-signature.ts';
import { externalStores } from '../support/external-store.ts';
import { type SeenRequest, serveLocally } from '../support/local-server.ts';
import { batchEnd } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { until } from '../support/signal.ts';

const alertSecret = 'the secret of the alerts';
const batchSecret = 'the secret of the batches';

function createConfig(url: string, changes: Partial<MillraceConfig> = {}): MillraceConfig {
  return {
    machines: { m: { definition: { StartAt: 'A', States: { A: { Type: 'Succeed' } } } } },
    batches: {
      numbers: {
        machine: 'm',
        source: { kind: 'items', items: [1, 2, 3] },
        options: { onEnd: { url: `${url}/ended`, secretName: 'ops' } },
      },
    },
    webhooks: {
      alerts: [{ url: `${url}/alerts`, secret: async () => alertSecret }],
      secrets: { ops: batchSecret },
      privateHosts: ['127.0.0.1'],
    },
    ...changes,
  };
}

async function openWith(config: MillraceConfig, store: Store) {
  const logger = new QuietLogger();
  const app = await openMillrace({ config, logger, drivers: { store } });
  onTestFinished(() => app.close());
  return { app, logger };
}

function isSigned({ headers, body }: SeenRequest, secret: string): boolean {
  return verifyWebhook({ signature: String(headers['millrace-signature']), body, secret });
}

describe.each(externalStores())('webhooks of an app, on a store in $kind', ({ fresh }) => {
  it('the end of a batch is reported by a process that stops right after it', async () => {
    const server = await serveLocally(() => ({ status: 204 }));
    const { app, logger } = await openWith(createConfig(server.url), await fresh());
    await app.start();
    const { id } = await app.batches.start('numbers');
    await batchEnd(app, id);

    await app.stop();

    expect(server.seen).toHaveLength(1);
    const [request] = server.seen;
    expect(request).toMatchObject({ method: 'POST', url: '/ended' });
    expect(request !== undefined && isSigned(request, batchSecret)).toBe(true);
    expect(JSON.parse(request?.body ?? '')).toMatchObject({
      id: request?.headers['millrace-delivery'],
      type: 'millrace.batch.ended',
      detail: { batchId: id, status: 'SUCCEEDED', executions: { created: 3, succeeded: 3 } },
    });
    expect(JSON.stringify(logger.entries)).not.toMatch(/secret of|\/ended|v1=/);
  });

  it('an end that cannot be reported is reported by a later process', async () => {
    let isDown = true;
    const server = await serveLocally(() => ({ status: isDown ? 503 : 200 }));
    const store = await fresh();
    const { app } = await openWith(createConfig(server.url), store);
    await app.start();
    const { id } = await app.batches.start('numbers');
    await batchEnd(app, id);
    await app.close();
    expect(server.seen.length).toBeGreaterThan(0);

    isDown = false;
    const before = server.seen.length;
    const delivery = String(server.seen[0]?.headers['millrace-delivery']);
    await store.settleDelivery(delivery, 0);
    const later = await openWith(createConfig(server.url), store);
    await later.app.start();
    await until(() => server.seen.length > before, 'it is reported', 200_000);
    await later.app.stop();

    const ids = new Set(server.seen.map(({ headers }) => headers['millrace-delivery']));
    expect(ids.size).toBe(1);
    expect(await store.leaseDeliveries(10, 1)).toEqual([]);
  });

  it('an alert is reported when it opens and when it ends', async () => {
    const server = await serveLocally(() => ({}));
    const { app } = await openWith(createConfig(server.url), await fresh());
    const { id } = await app.batches.start('numbers');
    await app.batches.pause(id);
    await app.start();
    const alerts = () => server.seen.filter(({ url }) => url === '/alerts');
    const isOpen = async () => (await app.alerts.list({ open: true })).length === 1;
    await until(isOpen, 'the alert is open', 200_000);
    await app.stop();
    await app.batches.resume(id);
    await app.start();
    await until(async () => !(await isOpen()), 'the alert has ended', 200_000);
    await app.stop();

    expect(alerts().every((request) => isSigned(request, alertSecret))).toBe(true);
    expect(alerts().map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        type: 'millrace.alert.opened',
        detail: { rule: 'batchPaused', subject: `batch:${id}`, severity: 'info', endedAt: null },
      },
      { type: 'millrace.alert.ended', detail: { link: `/batches/${id}` } },
    ]);
  });
});

describe('the webhook of a batch', () => {
  it.each([
    [{ url: 'https://hooks.example.com/a', secretName: 'unknown' }, 'webhooks.secrets.unknown'],
    [{ url: 'http://hooks.example.com/a', secretName: 'ops' }, 'https://'],
    [{ url: 'ftp://hooks.example.com/a', secretName: 'ops' }, 'URL'],
    [{ url: 'https://hooks.example.com/a' }, 'secretName'],
  ])('a batch with the webhook %j is refused before it is recorded', async (onEnd, message) => {
    const { app } = await openWith(createConfig('http://127.0.0.1:1'), openMemoryStore());

    const changes = { options: { onEnd } } as Parameters<typeof app.batches.start>[1];

    await expect(app.batches.start('numbers', changes)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(message),
    });
    expect((await app.batches.list()).entries).toEqual([]);
  });
});
