/** Pages of other sites that try to use the dashboard, and texts that try to run. */
import { describe, expect, it } from 'vitest';
import { sendRequest } from '../support/http-client.ts';
import { serveLocally } from '../support/local-server.ts';
import { polling } from './support/api-reader.ts';
import { expectFaults, noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

const markup = '<img src=x onerror="window.pwned=1">';

/** A page of another site that does all it can to `target`. */
function attackOf(target: string): string {
  const body = '{"machineId":"order"}';
  return `<!doctype html>
    <iframe name="frame" src="${target}"></iframe>
    <form id="plain" method="post" enctype="text/plain" target="frame" action="${target}v1/executions">
      <input name='{"machineId":"order","x":"' value='"}'></form>
    <script>
      const tries = [
        fetch('${target}v1/executions'),
        fetch('${target}v1/executions', { method: 'POST', mode: 'no-cors', body: '${body}' }),
        fetch('${target}v1/executions', {
          method: 'POST', credentials: 'include', body: '${body}',
          headers: { 'content-type': 'application/json' },
        }),
      ];
      const plain = document.getElementById('plain');
      Promise.allSettled(tries).then((results) => {
        window.results = results.map(({ status }) => status);
        plain.submit();
      });
    </script>`;
}

describe.skipIf(noChromium !== null)('attacks', () => {
  it('a page of another site can neither read nor change anything, nor frame the page', async () => {
    const { url, api } = await serveConfig(createShop().config);
    const target = new URL(url);
    const evil = await serveLocally(() => ({
      headers: { 'content-type': 'text/html' },
      body: attackOf(url),
    }));

    for (const host of ['127.0.0.1', 'localhost']) {
      const site = evil.url.replace('127.0.0.1', host);
      const page = await openPage(site);
      expectFaults(page, /^foreign:/, /status of 403/, /ERR_/, /CORS policy/, /frame-ancestors/);
      const results = () => page.evaluate(() => Reflect.get(globalThis, 'results'));
      await expect.poll(results, polling).toEqual(['rejected', 'rejected', 'rejected']);
      const frame = () => page.frame({ name: 'frame' });
      await expect.poll(async () => frame()?.url(), polling).toMatch(/^chrome-error:/);
      // The form may be loading the frame once more.
      const shown = () => frame()?.evaluate(() => document.body.innerText);
      await expect.poll(shown, polling).not.toContain('Overview');
    }

    expect((await api.get('executions')).executions).toEqual([]);
    const rebound = await sendRequest({
      port: Number(target.port),
      path: '/v1/app',
      headers: { host: `evil.test:${target.port}` },
    });
    expect(rebound.status).toBe(403);
  });

  it('markup in names and errors is text on every screen', async () => {
    const { config } = createShop({
      machines: {
        hostile: {
          definition: {
            StartAt: markup,
            Comment: markup,
            States: {
              [markup]: { Type: 'Fail', Comment: markup, Error: markup, Cause: markup },
            },
          },
        },
      },
      batches: {
        hostile: { machine: 'hostile', source: { kind: 'items', items: [{ [markup]: markup }] } },
      },
    });
    const { url, api } = await serveConfig(config);
    const batch = await api.post('batches', { name: 'hostile', options: { retriesMax: 0 } });
    await api.batchWhen(batch.id, ({ status }) => status !== 'RUNNING');
    await api.post('queues/low/pause', { reason: markup });
    const { executions } = await api.get(`executions?batchId=${batch.id}`);
    const [{ id }] = executions;
    const state = encodeURIComponent(markup);
    const screens = [
      '',
      'batches',
      `batches/${batch.id}`,
      `executions?error=${state}`,
      `executions/${id}?state=${state}`,
      `executions/${id}?view=events`,
      'queues/low',
      'archive',
      'machines',
      'machines/hostile',
      'orders',
      'health',
    ];

    const page = await openPage(url);
    for (const screen of screens) {
      await page.goto(`${url}${screen}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => page.locator('[aria-busy=true]').count(), polling).toBe(0);
      expect(await page.locator('img').count(), screen).toBe(0);
      expect(await page.evaluate(() => Reflect.get(globalThis, 'pwned')), screen).toBeUndefined();
    }
    await page.goto(`${url}batches/${batch.id}`);
    await page.getByRole('link', { name: markup }).first().waitFor();

    await expectGoodScreen(page);
  });
});
