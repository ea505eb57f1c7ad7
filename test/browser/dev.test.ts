/** The first minute: `millrace dev` with an empty folder. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { startCli } from '../processes/cli-process.ts';
import { ApiReader, polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const example = join(repository, 'examples/wildlife-strikes/millrace.config.ts');
const reports = join(repository, 'examples/wildlife-strikes/birdstrikes.csv');

/** The number of reports that are processed. */
const count = 200;

describe.skipIf(noChromium !== null)('millrace dev', () => {
  it('a person starts a first batch from an empty folder and watches it end', async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
    context.onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const items = parse(readFileSync(reports, 'utf8'), { columns: true, to: count });
    const source = { kind: 'items', items };
    const port = await freePort();
    const data = join(folder, 'data');
    const app = ['--config', example, '--data', data];
    const dev = startCli(context, ['dev', ...app, '--dashboard', String(port)]);
    await dev.waitForStderr(/^dashboard: http:/);
    const url = `http://127.0.0.1:${port}/`;
    const api = new ApiReader(url);

    const page = await openPage(url);
    await page.getByText('Nothing has run yet.').waitFor();
    await expectGoodScreen(page);
    await page.getByRole('button', { name: 'Start wildlife-strikes…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start a batch' });
    await dialog.getByRole('textbox', { name: 'Another source' }).fill(JSON.stringify(source));
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('heading', { name: 'wildlife-strikes' }).waitFor();
    await page.getByText('Succeeded', { exact: true }).waitFor({ timeout: 60_000 });
    const bar = page.getByRole('progressbar', { name: 'Progress of wildlife-strikes' });
    await expect.poll(() => bar.getAttribute('aria-valuenow'), polling).toBe(String(count));

    const { batches } = await api.get('batches');
    const [batch] = batches;
    expect(batches).toHaveLength(1);
    expect(batch).toMatchObject({ status: 'SUCCEEDED', created: count });
    await page.getByText(`${count} ended of ${count}`).waitFor();
    await expectGoodScreen(page);
    await page.close();
    dev.kill('SIGTERM');
    expect(await dev.ended).toMatchObject({ signal: null });
  });
});
