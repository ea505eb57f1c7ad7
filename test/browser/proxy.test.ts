/** The page at a path of a proxy that has TLS, compresses everything and holds streams back. */
import { describe, expect, it } from 'vitest';
import { tokenList, tokens } from '../server/test-server.ts';
import { polling } from './support/api-reader.ts';
import { expectFaults, noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { noNginx, startNginx } from './support/nginx.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

describe.skipIf(noChromium !== null || noNginx !== null)('behind nginx', () => {
  it('the page works at /ops/mill with TLS, gzip and buffering, and asks for changes', async () => {
    const { config, doors } = createShop();
    const access = { tokens: tokenList, behindProxy: '127.0.0.1', basePath: '/ops/mill' };
    const { app, url: direct } = await serveConfig(config, { server: { access } });
    const url = await startNginx('/ops/mill/', Number(new URL(direct).port));
    const input = { id: 'P-1', charge: 'held' };
    await app.executions.start({ machineId: 'order', input, name: 'P-1' });
    const page = await openPage(`${url}executions?prefix=P`, { trustsAll: true });
    expectFaults(page, /status of 401/);

    await page.getByRole('textbox', { name: 'Token' }).fill(tokens.operator);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('link', { name: 'P-1' }).waitFor();
    const [cookie] = await page.context().cookies();
    const connection = page.getByRole('banner').getByRole('status');
    await expect.poll(() => connection.innerText(), polling).toMatch(/^every \d+ s$/);
    await page.getByRole('link', { name: 'P-1' }).click();
    await page.getByText('Running', { exact: true }).first().waitFor();
    doors.charge.open();
    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'P-1' }).waitFor();
    await page.getByRole('link', { name: 'Machines' }).click();
    await page.getByRole('heading', { name: 'Machines' }).waitFor();

    expect(cookie).toMatchObject({
      name: '__Host-millrace',
      secure: true,
      httpOnly: true,
      sameSite: 'Strict',
    });
    expect(new URL(page.url()).pathname).toBe('/ops/mill/machines');
    const assets = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js'))
        .map((entry) => {
          const { name, decodedBodySize, encodedBodySize } = entry as PerformanceResourceTiming;
          return { path: new URL(name).pathname, isPacked: encodedBodySize < decodedBodySize };
        }),
    );
    expect(assets.length).toBeGreaterThan(1);
    expect(assets.filter(({ path }) => !path.startsWith('/ops/mill/assets/'))).toEqual([]);
    expect(assets.some(({ isPacked }) => isPacked)).toBe(true);
    await expectGoodScreen(page);
  });
});
