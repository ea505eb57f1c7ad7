/** A machine on its page: its versions, its definition, an execution of it, tests of its states. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { polling } from './support/api-reader.ts';
import { expectFaults, noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';
import { createShop, orderMachine } from './support/shop.ts';

/** Serves a shop on an embedded database that has recorded an older version of its machine. */
async function serveSecondVersion() {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-browser-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const flags = { store: 'pglite', data: folder } as const;
  const { config } = createShop();
  const older = {
    ...config,
    machines: { order: { definition: { ...orderMachine, Comment: 'the first version' } } },
  };
  const app = await openMillrace({ config: older, flags, logger: new QuietLogger() });
  await app.close();
  return await serveConfig(config, { flags });
}

describe.skipIf(noChromium !== null)('the page of a machine', () => {
  it('two versions are compared, and one execution is started and opened', async () => {
    const { url, api } = await serveSecondVersion();
    const { versions } = await api.get('machines/order/versions');
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    const page = await openPage(`${url}machines/order?tab=versions`);
    await page.getByRole('heading', { name: 'Version 1 and version 2' }).waitFor();
    await page.getByText('the first version').waitFor();
    await expectGoodScreen(page);

    await page.getByRole('button', { name: 'Start one…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Start order' });
    await dialog.getByRole('textbox', { name: 'Input' }).fill('{"id": ');
    expect(await dialog.getByRole('button', { name: 'Start and open it' }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Input' }).fill('{"id": "M-1"}');
    await dialog.getByRole('textbox', { name: 'Name' }).fill('M-1');
    await dialog.getByRole('button', { name: 'Start and open it' }).click();
    await page.getByRole('heading', { name: 'M-1' }).waitFor();
    await page.getByText('Succeeded', { exact: true }).first().waitFor();

    const { executions } = await api.get('executions?name=M-1&machineId=order');
    expect(executions).toMatchObject([{ status: 'SUCCEEDED', machineVersion: 2 }]);
  });

  it('a broken definition is shown its faults before it is deployed', async () => {
    const { url } = await serveConfig(createShop().config);
    const page = await openPage(`${url}machines/order?tab=definition`);
    await page.getByRole('button', { name: 'Try changes in a copy' }).click();
    const field = page.getByRole('textbox', { name: 'Copy of the definition' });
    const text = await field.inputValue();
    await field.fill(text.replace('"Next": "Charge"', '"Next": "Nowhere"'));
    await page.getByRole('button', { name: 'Validate' }).click();

    await page
      .getByText(/Nowhere/)
      .first()
      .waitFor();
    await expectGoodScreen(page);
  });

  it("a state is tested with the input of a past visit, and with an error of one's own", async () => {
    const { url, api } = await serveConfig(createShop().config);
    const id = await api.start('order', { id: 'T-1', charge: 'declined' });
    await api.executionIn(id, 'FAILED');
    const page = await openPage(`${url}executions/${id}?state=Charge`);
    expectFaults(page, /status of 4\d\d/);

    await page.getByRole('button', { name: 'Test this state with this input' }).click();
    await page.getByRole('heading', { name: 'Test', exact: true }).waitFor();
    const input = page.getByRole('textbox', { name: 'Input of the state' });
    await expect.poll(() => input.inputValue(), polling).toContain('"T-1"');
    await page.getByRole('combobox', { name: 'The work of the state' }).selectOption('result');
    await page.getByRole('textbox', { name: 'Result' }).fill('{"charged": "T-1"}');
    await page.getByRole('button', { name: 'Run the test' }).click();
    await page.getByText('It succeeded.').waitFor();
    await page.getByRole('button', { name: /^Amount, .*next/ }).waitFor();
    await page.getByRole('combobox', { name: 'The work of the state' }).selectOption('error');
    await page.getByRole('textbox', { name: 'Error', exact: true }).fill('CardServiceBusy');
    await page.getByRole('button', { name: 'Run the test' }).click();

    await page.getByText('It failed, and a retrier would run it again.').waitFor();
    await expectGoodScreen(page);
  });
});
