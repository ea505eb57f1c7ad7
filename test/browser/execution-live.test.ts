/** An execution that is followed while it runs. */
import { describe, expect, it } from 'vitest';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { expectState, readStates, stateOf } from './support/graph.ts';
import { serveConfig } from './support/served-app.ts';
import { createOrderMachine, createShop } from './support/shop.ts';

describe.skipIf(noChromium !== null)('an execution', () => {
  it('a person watches an execution run, wait and branch', async () => {
    const { config, doors } = createShop();
    const { url, api } = await serveConfig(config);
    const input = { id: 'A-77', cents: 20_000, seconds: 12, charge: 'held', mail: 'held' };
    const id = await api.start('order', input, { name: 'A-77' });
    await expect.poll(() => doors.charge.waiting, polling).toBe(1);
    const page = await openPage(`${url}executions/${id}`);

    await expectState(page, 'Load', /succeeded/);
    await expectState(page, 'Charge', /running/);
    await expectState(page, 'Rest', /not entered/);
    doors.charge.open();
    await expectState(page, 'Charge', /succeeded/);
    await expectState(page, 'Amount', /succeeded/);
    await expectState(page, 'Rest', /waiting in ([1-9]|1[0-2]) s/);
    expect(await readStates(page)).toMatchObject({
      Rest: { icon: 'lucide-moon', tone: 'waiting' },
      Fulfil: { icon: null, tone: null, sentence: 'not entered' },
    });
    await expectState(page, 'Pack', /succeeded/);
    await expectState(page, 'Mail', /running/);
    await page.getByRole('heading', { name: 'A-77' }).waitFor();
    doors.mail.open();
    await expectState(page, 'Fulfil', /succeeded/);
    await page.getByText('Succeeded', { exact: true }).first().waitFor();

    expect(await stateOf(page, 'Apologize').getAttribute('aria-label')).toMatch(/not entered/);
    expect((await api.get(`executions/${id}`)).status).toBe('SUCCEEDED');
    await expectGoodScreen(page);
  });

  it('a retry counts down, a failure is caught, and graph and outline show the same', async () => {
    const definition = createOrderMachine(12);
    const { config, doors } = createShop({ machines: { order: { definition } } });
    const { url, api } = await serveConfig(config);
    const id = await api.start('order', { id: 'A-78', charge: 'heldBusy', mail: 'fails' });
    await expect.poll(() => doors.charge.waiting, polling).toBe(1);
    const page = await openPage(`${url}executions/${id}`);
    await expectState(page, 'Charge', /running/);

    doors.charge.open();
    await expectState(page, 'Charge', /retrying next in ([1-9]|1[0-2]) s, error CardServiceBusy/);
    expect(await readStates(page)).toMatchObject({
      Charge: { icon: 'lucide-rotate-cw', tone: 'retry' },
    });
    await api.executionIn(id, 'SUCCEEDED');
    await expectState(page, 'Apologize', /succeeded/);
    const onCanvas = await readStates(page);
    const taken = await page.locator('[data-kind=catch][data-taken=true]').count();
    await page.getByRole('button', { name: 'As an outline' }).click();
    const outline = page.getByRole('navigation', { name: /^States of / });
    await outline.waitFor();
    const inOutline = await readStates(page);

    expect(onCanvas).toMatchObject({
      Load: { icon: 'lucide-check', tone: 'succeeded' },
      Charge: { icon: 'lucide-check', tone: 'succeeded' },
      Rest: { icon: null, tone: null, sentence: 'not entered' },
      Fulfil: { icon: 'lucide-shield', tone: 'retry' },
      Pack: { icon: 'lucide-check', tone: 'succeeded' },
      Mail: { icon: 'lucide-x', tone: 'failed' },
      Apologize: { icon: 'lucide-check', tone: 'succeeded' },
    });
    expect(onCanvas.Charge?.sentence).toContain('2 tries');
    expect(onCanvas.Fulfil?.sentence).toContain('error AddressUnknown');
    expect(taken).toBe(1);
    expect(inOutline).toEqual(onCanvas);
    await expectGoodScreen(page);
  });
});
