/**
 * Takes the pictures of the dashboard in `docs/images`: runs the example's batch in memory, and
 * photographs each screen in Chromium (CHROMIUM, or Debian's). `npm run docs:pictures`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { systemClock } from '../../lib/drivers/system/system-clock.ts';
import { type Millrace, openMillrace } from '../../lib/index.ts';
import { pause } from '../../lib/retry/pause.ts';
import { serveApp } from '../../lib/server/serve-app.ts';
import config from '../../millrace.config.ts';

const folder = join(import.meta.dirname, '../../docs/images');
const size = { width: 1_440, height: 900 };

/** So few slots that the batch still runs while its pictures are taken. */
const concurrency = 1;

/** Executions that have ended when the first pictures are taken: enough for a line in a chart. */
const endedMin = 2_500;

/** Time in which a screen shows its figures once nothing of it is loading, in milliseconds. */
const settleMs = 1_500;

/** Time for one action of the browser, in milliseconds: the batch runs in this process, too. */
const actionMs = 120_000;

/** Quality of the pictures, of 100. */
const quality = 82;

/** A picture: its name, the path of the screen, and what is done there before it is taken. */
interface Picture {
  readonly name: string;
  readonly path: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

/** So low that calls wait for the busiest operators while the pictures are taken. */
const limits = {
  notifyOperator: { rate: '12/s', per: '$.operator' },
  openClaim: { concurrency: 20 },
};

/** What each execution takes at least, in milliseconds, however fast the machine is. */
const executionMs = 8;

const { validateReport } = config.handlers;
const handlers = {
  ...config.handlers,
  validateReport: async (...call: Parameters<typeof validateReport>) => {
    await pause(systemClock, executionMs);
    return validateReport(...call);
  },
};

const app = await openMillrace({
  config: { ...config, handlers, limits },
  flags: { store: 'memory', concurrency },
});
const server = await serveApp(app, { port: 0 });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
try {
  await mkdir(folder, { recursive: true });
  await app.start();
  const { id } = await app.batches.start('wildlife-strikes');
  await batchWhen(app, id, ({ succeeded }) => succeeded >= endedMin);
  const running = [
    { name: 'overview', path: '' },
    { name: 'batch', path: `batches/${id}` },
    { name: 'queues', path: 'queues' },
    { name: 'workers', path: 'workers' },
  ];
  await take(browser, 'light', running);
  await take(browser, 'dark', [{ name: 'overview-dark', path: '' }]);
  await batchWhen(app, id, ({ status }) => status !== 'RUNNING');
  await takeEnded(browser, app, id);
} finally {
  await browser.close();
  await server.close();
  await app.close();
}

/** Takes the pictures of what has ended. */
async function takeEnded(where: Browser, { executions }: Millrace, batchId: string): Promise<void> {
  const { entries: failed } = await executions.list({ batchId, statuses: ['FAILED'] });
  const { entries } = await executions.list({ batchId, queue: 'critical' });
  const [claim, other] = entries;
  const [first] = failed;
  const state = (name: string) => encodeURIComponent(name);
  await take(where, 'light', [
    { name: 'batches', path: 'batches' },
    { name: 'batch-failures', path: `batches/${batchId}?show=failed` },
    { name: 'executions', path: `executions?batch=${batchId}&status=FAILED` },
    { name: 'execution', path: `executions/${claim?.id}?state=${state('Open claim')}&tab=output` },
    { name: 'timeline', path: `executions/${claim?.id}?view=timeline` },
    { name: 'events', path: `executions/${first?.id}?view=events` },
    { name: 'compare', path: `executions/compare?left=${first?.id}&right=${other?.id}` },
    { name: 'queue', path: 'queues/default' },
    { name: 'archive', path: 'archive' },
    { name: 'order', path: 'archive', prepare: openRedrive },
    { name: 'machine', path: `machines/wildlife-strike?state=${state('Look up region')}` },
    {
      name: 'test-state',
      path: `machines/wildlife-strike/test?state=${state('Look up region')}`,
    },
    { name: 'schedules', path: 'schedules' },
    { name: 'health', path: 'health' },
    { name: 'settings', path: 'settings' },
  ]);
  await take(where, 'dark', [
    { name: 'execution-dark', path: `executions/${claim?.id}?state=${state('Handle claim')}` },
  ]);
}

async function openRedrive(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Redrive…' }).click();
  await page.getByRole('dialog').getByRole('listitem').first().waitFor();
}

/** Takes the pictures of these screens, one after another, in one theme. */
async function take(
  where: Browser,
  colorScheme: 'light' | 'dark',
  pictures: readonly Picture[],
): Promise<void> {
  const context = await where.newContext({ viewport: size, colorScheme, locale: 'en-GB' });
  context.setDefaultTimeout(actionMs);
  const page = await context.newPage();
  for (const { name, path, prepare } of pictures) {
    await page.goto(new URL(path, server.url).href);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
    await prepare?.(page);
    await pause(systemClock, settleMs);
    await save(page, name);
  }
  await context.close();
}

/** Playwright itself writes PNG, which is four times as large. */
async function save(page: Page, name: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality });
  await writeFile(join(folder, `${name}.webp`), Buffer.from(data, 'base64'));
  await session.detach();
  console.log(`docs/images/${name}.webp`);
}

async function batchWhen(
  { batches }: Millrace,
  batchId: string,
  isReached: (batch: Awaited<ReturnType<Millrace['batches']['get']>>) => boolean,
): Promise<void> {
  while (!isReached(await batches.get(batchId))) await pause(systemClock, 200);
}
