/** The login of the page. */
import type { Page } from 'playwright-core';
import { expectFaults, openPage } from './browser.ts';

/** The browser reports each refused request in its console. */
const refused = /status of (401|403|429)/;

/** Opens a screen of a server that asks for a token. */
export async function openLogin(url: string): Promise<Page> {
  const page = await openPage(url);
  expectFaults(page, refused);
  await page.getByRole('textbox', { name: 'Token' }).waitFor();
  return page;
}

/** Types a token. */
export async function logIn(page: Page, token: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Token' }).fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
}
