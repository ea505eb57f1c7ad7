/** Who may come in, and what each of them sees. */
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveApp } from '../../lib/server/serve-app.ts';
import { tokenList, tokens } from '../server/test-server.ts';
import { rejection } from '../support/rejection.ts';
import { polling } from './support/api-reader.ts';
import { expectFaults, noChromium } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { logIn, openLogin } from './support/log-in.ts';
import { serveConfig, testedPage } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

/** Serves a shop to those who have one of the tokens. */
async function serveLocked() {
  const { config } = createShop();
  const server = { access: { tokens: tokenList } };
  return await serveConfig(config, { server, token: tokens.owner });
}

/** Asks the API from within the page, as a script with the session would; returns the status. */
function statusOf(page: Page, method: string, path: string): Promise<number> {
  return page.evaluate(
    async ([verb = '', target = '']) => {
      const headers = { 'content-type': 'application/json' };
      const body = verb === 'GET' ? {} : { headers, body: '{}' };
      return (await fetch(new URL(target, document.baseURI), { method: verb, ...body })).status;
    },
    [method, path],
  );
}

describe.skipIf(noChromium !== null)('the login of the page', () => {
  it('a server without tokens refuses to listen where others reach it', async () => {
    const { config } = createShop();
    const { app } = await serveConfig(config);

    const error = await rejection(serveApp(app, { host: '0.0.0.0', port: 0 }));

    expect(error.message).toMatch(/needs tokens: set DASHBOARD_TOKENS/);
  });

  it('five wrong tokens make the right one wait, too', async () => {
    const { url } = await serveLocked();
    const page = await openLogin(url);

    for (let count = 0; count < 5; count += 1) {
      const answered = page.waitForResponse(
        (response) => response.url().endsWith('v1/session') && response.status() === 401,
      );
      await logIn(page, `wrong token ${count}`);
      await answered;
      await page.getByText('this server does not know the token').waitFor();
    }
    await logIn(page, tokens.owner);

    await page.getByText('too many wrong tokens').waitFor();
    await expectGoodScreen(page);
  });

  it('a reader sees neither secrets nor what the server would refuse', async () => {
    const { url, api } = await serveLocked();
    const input = { id: 'S-1', charge: 'declined', password: 'hunter2' };
    const id = await api.start('order', input);
    await api.executionIn(id, 'FAILED');
    const page = await openLogin(`${url}executions/${id}?state=Load&tab=input`);
    await logIn(page, tokens.reader);
    await page.getByText('secrets are masked').first().waitFor();
    const text = await page.getByRole('region', { name: 'Input', exact: true }).first().innerText();

    expect(text).toContain('"password"');
    expect(text).not.toContain('hunter2');
    expect(await page.content()).not.toContain('hunter2');
    for (const name of ['Redrive', 'Run anew…', 'Reveal…']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    }
    expect(await statusOf(page, 'POST', `v1/executions/${id}/redrive`)).toBe(403);
    expect(await statusOf(page, 'POST', `v1/executions/${id}/documents/input/reveal`)).toBe(403);
    await expectGoodScreen(page);
  });

  it('an owner reveals a secret, and the log of orders says who did', async () => {
    const { url, api } = await serveLocked();
    const id = await api.start('order', { id: 'S-2', password: 'hunter2' });
    await api.executionIn(id, 'SUCCEEDED');
    const page = await openLogin(`${url}executions/${id}?state=Load&tab=input`);
    await logIn(page, tokens.owner);
    await page.getByRole('button', { name: 'Reveal…' }).first().click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('the customer asks');
    await page.getByRole('dialog').getByRole('button', { name: 'Reveal', exact: true }).click();

    await page.getByText('hunter2').waitFor();
    const { orders } = await api.get('orders?action=revealDocument');
    expect(orders).toMatchObject([{ by: 'owner', reason: 'the customer asks' }]);
  });

  it('a session is a cookie that no script reads, and ends with the logout', async () => {
    const { url } = await serveLocked();
    const page = await openLogin(url);
    await logIn(page, tokens.operator);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const cookies = await page.context().cookies();

    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict', path: '/' }]);
    expect(await page.evaluate(() => document.cookie)).toBe('');
    expect(JSON.stringify(await page.context().storageState())).not.toContain(tokens.operator);
    await page.goto(`${url}settings`);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('textbox', { name: 'Token' }).waitFor();
    await expect.poll(() => page.context().cookies(), polling).toEqual([]);
    expect(await statusOf(page, 'GET', 'v1/overview')).toBe(401);
  });

  it('a session ends when its token is changed', async () => {
    const { config } = createShop();
    const { app } = await serveConfig(config);
    const page = testedPage();
    const first = await serveApp(app, { port: 0, page, access: { tokens: tokenList } });
    const tab = await openLogin(first.url);
    await logIn(tab, tokens.owner);
    await tab.getByRole('heading', { name: 'Overview' }).waitFor();

    expectFaults(tab, /ERR_/);
    await first.close();
    const changed = tokenList.replace(tokens.owner, `${tokens.owner}-changed`);
    const second = await serveApp(app, { port: first.port, page, access: { tokens: changed } });
    onTestFinished(() => second.close());

    await tab.getByRole('textbox', { name: 'Token' }).waitFor();
  });
});
