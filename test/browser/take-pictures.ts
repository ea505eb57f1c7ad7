/**
 * Takes the pictures of the dashboard in `docs/pictures`: runs the example's batch in memory, and
 * photographs each screen in Chromium (CHROMIUM, or Debian's). `npm run docs:pictures`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { type Millrace, openMillrace } from '../../lib/index.ts';
import { pause } from '../../lib/retry/pause.ts';
import { serveApp } from '../../lib/server/serve-app.ts';
import config from '../../millrace.config.ts';

const folder = join(import.meta.dirname, '../../docs/pictures');
const size = { width: 1_440, height: 900 };

/** How long a screen may take to show its figures, in milliseconds. */
const settleMs = 2_500;

/** A picture: its name, and the path of the screen. */
type Picture = readonly [name: string, path: string];

const app = await openMillrace({ config, flags: { store: 'memory' } });
const server = await serveApp(app, { port: 0 });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  await mkdir(folder, { recursive: true });
  await app.start();
  const { id } = await app.batches.start('wildlife-strikes');
  await take(browser, 'light', [
    ['overview', ''],
    ['batch', `batches/${id}`],
  ]);
  await ended(app, id);
  const [failed] = (await app.executions.list({ batchId: id, statuses: ['FAILED'] })).entries;
  await take(browser, 'light', [
    ['batches', 'batches'],
    ['executions', `executions?batch=${id}&status=FAILED`],
    ['execution', `executions/${failed?.id}`],
    ['queues', 'queues'],
    ['archive', 'archive'],
    ['orders', 'orders'],
    ['workers', 'workers'],
    ['machine', 'machines/wildlife-strike'],
    ['test-state', 'machines/wildlife-strike/test'],
    ['schedules', 'schedules'],
    ['health', 'health'],
    ['settings', 'settings'],
  ]);
  await take(browser, 'dark', [['batch-dark', `batches/${id}`]]);
} finally {
  await browser.close();
  await server.close();
  await app.close();
}

/** Takes the pictures of these screens, one after another, in one theme. */
async function take(
  where: Browser,
  colorScheme: 'light' | 'dark',
  pictures: readonly Picture[],
): Promise<void> {
  const context = await where.newContext({ viewport: size, colorScheme, locale: 'en-GB' });
  const page = await context.newPage();
  for (const [name, path] of pictures) {
    await page.goto(new URL(path, server.url).href);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await pause(systemClock, settleMs);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(`docs/pictures/${name}.png`);
  }
  await context.close();
}

async function ended(of: Millrace, batchId: string): Promise<void> {
  for (;;) {
    const { status } = await of.batches.get(batchId);
    if (status !== 'RUNNING') return;
    await pause(systemClock, 200);
  }
}
