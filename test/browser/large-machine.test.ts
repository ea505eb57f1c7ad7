/** The graph of a machine of 200 states: fast, and all of it within reach. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { polling } from './support/api-reader.ts';
import { noChromium, openPage } from './support/browser.ts';
import { expectGoodScreen } from './support/good-screen.ts';
import { stateOf } from './support/graph.ts';
import { serveConfig } from './support/served-app.ts';
import { workClock } from './support/work-clock.ts';

/** The states in each of the two branches of the state `Fork`. */
const branchLength = 5;

/** Returns a branch of Tasks. */
function createBranch(name: string): JsonObject {
  const states = Array.from({ length: branchLength }, (_, index) => {
    const next = index + 1 < branchLength ? { Next: `${name}${index + 1}` } : { End: true };
    return [`${name}${index}`, { Type: 'Task', Resource: 'work', ...next }];
  });
  return { StartAt: `${name}0`, States: Object.fromEntries(states) };
}

/**
 * Returns a chain of choices and Tasks with a Parallel state near its beginning; a sixth of them
 * catch to the last state.
 */
function createMachine(count: number): JsonObject {
  const states: Record<string, JsonObject> = {};
  const length = count - 2 * branchLength;
  const nameOf = (index: number) =>
    index >= length - 1 ? 'Cleanup' : index === 2 ? 'Fork' : `Step${index}`;
  const workOf = (index: number): JsonObject => {
    const next = nameOf(index + 1);
    if (index === 2) {
      return {
        Type: 'Parallel',
        Branches: [createBranch('Left'), createBranch('Right')],
        Next: next,
      };
    }
    if (index % 5 === 4) {
      const skip = { Variable: '$.skip', BooleanEquals: true, Next: nameOf(index + 3) };
      return { Type: 'Choice', Choices: [skip], Default: next };
    }
    const isCaught = index % 6 === 0;
    return {
      Type: 'Task',
      Resource: 'work',
      ...(isCaught && { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Cleanup' }] }),
      Next: next,
    };
  };
  for (let index = 0; index < length - 1; index += 1) states[nameOf(index)] = workOf(index);
  return { StartAt: 'Step0', States: { ...states, Cleanup: { Type: 'Pass', End: true } } };
}

/** Serves a machine of 200 states beside a small one. */
async function serveMachines() {
  return await serveConfig({
    machines: {
      long: { definition: createMachine(200) },
      short: { definition: { StartAt: 'Step0', States: { Step0: { Type: 'Pass', End: true } } } },
    },
    handlers: { work: () => ({}) },
  });
}

function canvasOf(page: Page): Locator {
  return page.getByRole('region', { name: 'States of long' });
}

/** Whether a state is within the frame of the canvas. */
function isSeen(state: Locator): Promise<boolean> {
  return state.evaluate((element) => {
    const frame = element.closest('section')?.getBoundingClientRect();
    const { top, bottom } = element.getBoundingClientRect();
    return frame !== undefined && top >= frame.top && bottom <= frame.bottom;
  });
}

describe.skipIf(noChromium !== null)('a machine of 200 states', () => {
  it('its graph is drawn within 300 ms, and moves at 60 frames a second', async () => {
    const { url, api } = await serveMachines();
    const { states } = await api.get('machines/long/graph');
    expect(states).toHaveLength(200);
    const page = await openPage(`${url}machines/short`);
    await stateOf(page, 'Step0').waitFor();
    const worked = await workClock(page);
    await page.getByRole('link', { name: 'Machines' }).click();
    await page.getByRole('link', { name: 'long' }).waitFor();

    const before = await worked();
    await page.getByRole('link', { name: 'long' }).click();
    const canvas = canvasOf(page);
    await stateOf(page, 'Step0').waitFor();
    const drawnMs = (await worked()) - before;
    const frames = 120;
    const still = await worked();
    await canvas.evaluate(async (element, count) => {
      for (let frame = 0; frame < count; frame += 1) {
        element.scrollBy(0, frame < count / 2 ? 60 : -60);
        await new Promise((done) => requestAnimationFrame(done));
      }
    }, frames);
    const frameMs = ((await worked()) - still) / frames;
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);

    expect(drawnMs).toBeLessThan(300);
    expect(frameMs).toBeLessThan(1_000 / 60);
    expect(elements).toBeLessThan(3_000);
    await expectGoodScreen(page);
  });

  it('states are walked by keys, found by name and folded, and far catches are drawn on focus', async () => {
    const { url } = await serveMachines();
    const page = await openPage(`${url}machines/long`);
    const canvas = canvasOf(page);
    await stateOf(page, 'Step0').focus();
    await page.keyboard.press('ArrowDown');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-state'));
    await expect.poll(focused, polling).toBe('Step1');

    const catches = canvas.locator('[data-kind=catch]');
    expect(await catches.count()).toBe(0);
    await canvas.getByRole('button', { name: /^Step6, .*catches to Cleanup/ }).focus();
    await expect.poll(() => catches.count(), polling).toBe(1);

    const height = () => canvas.evaluate(({ scrollHeight }) => scrollHeight);
    const unfolded = await height();
    await canvas.getByRole('button', { name: 'Fold Fork' }).click();
    await stateOf(page, 'Left0').waitFor({ state: 'detached' });
    await expect.poll(height, polling).toBeLessThan(unfolded);
    expect(new URL(page.url()).searchParams.get('fold')).toContain('Fork');
    await canvas.getByRole('button', { name: 'Unfold Fork' }).click();
    await stateOf(page, 'Left0').waitFor();
    await expect.poll(height, polling).toBe(unfolded);

    await page.getByRole('combobox', { name: 'Find a state' }).fill('step150');
    await page.keyboard.press('Enter');
    const found = stateOf(page, 'Step150');
    await expect.poll(() => found.getAttribute('aria-pressed'), polling).toBe('true');
    await expect.poll(() => isSeen(found), polling).toBe(true);
    expect(new URL(page.url()).searchParams.get('state')).toBe('Step150');
    await expectGoodScreen(page);
  });
});
