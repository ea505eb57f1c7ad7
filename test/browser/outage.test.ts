/** What a page shows when something it needs goes away, and when it comes back. */
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PageFolder } from '../../lib/server/page/page-folder.ts';
import { serveApp } from '../../lib/server/serve-app.ts';
import { startOwnPostgres } from '../support/postgres.ts';
import { hasPostgres } from '../support/test-database.ts';
import { polling } from './support/api-reader.ts';
import { expectFaults, noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig, testedPage } from './support/served-app.ts';
import { createShop } from './support/shop.ts';

/** Copies the built page, so that a test may replace it. */
function copyPage(): PageFolder {
  const root = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const built = join(root, 'dist');
  cpSync(testedPage().built, built, { recursive: true });
  return { root, sources: join(root, 'dashboard'), built };
}

/** Gives every file of a built page another name, as a build of changed sources would. */
function rebuild({ built }: PageFolder): void {
  const assets = join(built, 'assets');
  const names = readdirSync(assets);
  const renamed = new Map(names.map((name) => [name, name.replace(/.(?=\.\w+$)/, '_')]));
  for (const [before, after] of renamed) {
    if (/\.(js|css)$/.test(before)) {
      let text = readFileSync(join(assets, before), 'utf8');
      for (const [old, other] of renamed) text = text.replaceAll(old, other);
      writeFileSync(join(assets, before), text);
    }
    renameSync(join(assets, before), join(assets, after));
  }
  let index = readFileSync(join(built, 'index.html'), 'utf8');
  for (const [old, other] of renamed) index = index.replaceAll(old, other);
  writeFileSync(join(built, 'index.html'), index);
}

describe.skipIf(noChromium !== null)('a page whose surroundings change', () => {
  it.skipIf(!hasPostgres)(
    'a page whose database is away reports that, and goes on when it is back',
    async () => {
      const server = await startOwnPostgres();
      if (server === null) throw new Error('there are no binaries to start a PostgreSQL from');
      onTestFinished(() => server.stop());
      const flags = { store: 'postgres', postgresUrl: server.url } as const;
      const { url, api } = await serveConfig(createShop().config, { flags });
      const id = await api.start('order', { id: 'D-1' }, { name: 'D-1' });
      await api.executionIn(id, 'SUCCEEDED');
      const page = await openPage(`${url}executions/${id}`);
      expectFaults(page, /status of (500|503)/, /ERR_/);
      await page.getByRole('heading', { name: 'D-1' }).waitFor();

      await server.restart(async () => {
        await page.getByRole('link', { name: 'Workers' }).click();
        await page.getByText('STORE_UNAVAILABLE').first().waitFor();
        await page.goBack();
        await page.getByRole('heading', { name: 'D-1' }).waitFor();
      });
      await page.getByRole('link', { name: 'Workers' }).click();
      await page.getByRole('table', { name: 'Processes' }).waitFor();

      const connection = page.getByRole('banner').getByRole('status');
      await expect.poll(() => connection.innerText(), polling).toMatch(/^(live|every)/);
      await expectGoodScreen(page);
    },
  );

  it('a page whose server is away says since when, and goes on when it is back', async () => {
    const { config } = createShop();
    const { app, api } = await serveConfig(config);
    const id = await api.start('order', { id: 'D-2' }, { name: 'D-2' });
    await api.executionIn(id, 'SUCCEEDED');
    const first = await serveApp(app, { port: 0, page: testedPage() });
    const page = await openPage(`${first.url}executions`);
    expectFaults(page, /ERR_/);
    await page.getByRole('link', { name: 'D-2' }).waitFor();
    const connection = page.getByRole('banner').getByRole('status');

    await first.close();
    await expect
      .poll(() => connection.innerText(), polling)
      .toMatch(/^not reached since \d\d:\d\d$/);
    expect(await page.getByRole('link', { name: 'D-2' }).isVisible()).toBe(true);
    const second = await serveApp(app, { port: first.port, page: testedPage() });
    onTestFinished(() => second.close());

    await expect.poll(() => connection.innerText(), polling).toMatch(/^(live|every)/);
    await expectGoodScreen(page);
  });

  it('a tab that is older than the server offers to load the page again', async () => {
    const pages = copyPage();
    const { url } = await serveConfig(createShop().config, { server: { page: pages } });
    const page = await openPage(url);
    expectFaults(
      page,
      /status of 404/,
      /dynamically imported module/,
      /MIME type/,
      /preload CSS/,
      /^page:/,
    );
    await page.getByRole('heading', { name: 'Overview' }).waitFor();

    rebuild(pages);
    await page.getByRole('link', { name: 'Workers' }).click();
    await page.getByText('This screen could not be loaded.').waitFor();
    await page.getByRole('button', { name: 'Load the page again' }).click();

    await page.getByRole('heading', { name: 'Workers' }).waitFor();
    await expectGoodScreen(page);
  });

  it('a laptop that slept for a night shows what has happened meanwhile', async () => {
    const { config, doors } = createShop();
    const { url, api } = await serveConfig(config);
    const id = await api.start('order', { id: 'D-3', charge: 'held' }, { name: 'D-3' });
    await expect.poll(() => doors.charge.waiting, polling).toBe(1);
    const page = await openPage(url);
    await page.clock.install();
    await page.goto(`${url}executions/${id}`);
    await page.getByText('Running', { exact: true }).first().waitFor();

    const lifecycle = await page.context().newCDPSession(page);
    await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' });
    doors.charge.open();
    await api.executionIn(id, 'SUCCEEDED');
    await lifecycle.send('Page.setWebLifecycleState', { state: 'active' });
    await page.clock.fastForward('08:00:00');

    await page.getByText('Succeeded', { exact: true }).first().waitFor();
    await expectGoodScreen(page);
  });
});
