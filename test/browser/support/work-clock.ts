/** How long the thread of a page has worked: a busy machine does not count. */
import type { Page } from 'playwright-core';

/** Returns a clock of the time that the page's thread has worked, in milliseconds. */
export async function workClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
  };
}
