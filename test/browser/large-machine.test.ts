/** The graph of a machine of 200 states: fast, and all of it within reach. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { serveConfig } from './support/served-app.ts';

/** Returns a chain of choices and Tasks; a sixth of them catch to the last state. */
function createMachine(count: number): JsonObject {
  const states: Record<string, JsonObject> = {};
  const nameOf = (index: number) => (index >= count - 1 ? 'Cleanup' : `Step${index}`);
  for (let index = 0; index < count - 1; index += 1) {
    const next = nameOf(index + 1);
    states[nameOf(index)] =
      index % 5 === 4
        ? {
            Type: 'Choice',
            Choices: [{ Variable: '$.skip', BooleanEquals: true, Next: nameOf(index + 3) }],
            Default: next,
          }
        : {
            Type: 'Task',
            Resource: 'work',
            ...(index % 6 === 0 && { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Cleanup' }] }),
            Next: next,
          };
  }
  return { StartAt: 'Step0', States: { ...states, Cleanup: { Type: 'Pass', End: true } } };
}

/** Returns a clock of the time that the page's thread has worked, in milliseconds: a busy machine
 * does not count. */
async function workClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
}

describe.skipIf(noChromium !== null)('a machine of 200 states', () => {
  it('its graph is drawn within 300 ms, moves at 60 frames a second, and is walked by keys', async () => {
    const { url, api } = await serveConfig({
      machines: {
        long: { definition: createMachine(200) },
        short: { definition: createMachine(3) },
      },
      handlers: { work: () => ({}) },
    });
    const { states } = await api.get('machines/long/graph');
    expect(states).toHaveLength(200);
    const page = await openPage(`${url}machines/short`);
    await page.getByRole('button', { name: /^Step0, / }).waitFor();
    const worked = await workClock(page);
    await page.getByRole('link', { name: 'Machines' }).click();
    await page.getByRole('link', { name: 'long' }).waitFor();

    const before = await worked();
    await page.getByRole('link', { name: 'long' }).click();
    const canvas = page.getByRole('region', { name: 'States of long' });
    await canvas.getByRole('button', { name: /^Step0, / }).waitFor();
    const drawnMs = (await worked()) - before;
    const frames = 120;
    const still = await worked();
    await canvas.evaluate(async (element, count) => {
      const scroller = [element, ...element.querySelectorAll('*')].find(
        ({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 400,
      );
      for (let frame = 0; frame < count; frame += 1) {
        scroller?.scrollBy(0, frame < count / 2 ? 60 : -60);
        await new Promise((done) => requestAnimationFrame(done));
      }
    }, frames);
    const frameMs = ((await worked()) - still) / frames;
    await canvas.getByRole('button', { name: /^Step0, / }).focus();
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-state'));
    await expect.poll(focused, polling).toBe('Step1');
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);

    expect(drawnMs).toBeLessThan(300);
    expect(frameMs).toBeLessThan(1_000 / 60);
    expect(elements).toBeLessThan(3_000);
    await canvas.getByRole('button', { name: /^Step6, .*catches to Cleanup/ }).waitFor();
    await expectGoodScreen(page);
  });
});
