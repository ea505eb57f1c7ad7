/**
 * Debian's Chromium for a process of tests, and pages that are watched: whatever the browser
 * reports while a test runs fails that test when it ends.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** Sizes of a window: a large screen, a laptop, and a phone. */
export const sizes = Object.freeze({
  wide: { width: 1_440, height: 900 },
  medium: { width: 1_024, height: 768 },
  narrow: { width: 390, height: 844 },
});

/** Options of {@link openPage}. */
export interface OpenPageOptions {
  /** @default wide */
  readonly size?: keyof typeof sizes;
  /** Whether it is a phone: touch instead of a mouse. @default false */
  readonly isPhone?: boolean;
  /** @default Europe/Berlin */
  readonly timeZone?: string;
  /** Whether a certificate without a known issuer is accepted. @default false */
  readonly trustsAll?: boolean;
  /** Opens the page in the browser profile of another page, as another tab. @default a new one */
  readonly beside?: Page;
}

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Why the suites of this project are skipped; null if Chromium is installed. */
export const noChromium: string | null = reasonWithoutChromium();

function reasonWithoutChromium(): string | null {
  if (existsSync(executablePath)) return null;
  const reason = `there is no Chromium at ${executablePath} (install chromium, or set CHROMIUM)`;
  if (process.env.CI === 'true') throw new Error(`the tests need a browser: ${reason}`);
  return reason;
}

let browser: Promise<Browser> | null = null;

/** Files of one process share the browser: Playwright ends it with the process. */
function launch(): Promise<Browser> {
  browser ??= chromium.launch({
    executablePath,
    args: [
      '--headless=new',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      // Chromium's sandbox does not work for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  return browser;
}

/** What is watched of a page. */
interface Watch {
  readonly faults: string[];
  readonly expected: RegExp[];
}

const watches = new WeakMap<Page, Watch>();

/** Time for one action of the browser, in milliseconds: the machine may be busy. */
const actionMs = 60_000;

/** Opens `url` in a page of its own profile, which closes with the test. */
export async function openPage(url: string, options: OpenPageOptions = {}): Promise<Page> {
  const { size = 'wide', isPhone = false, timeZone = 'Europe/Berlin', trustsAll, beside } = options;
  const context =
    beside?.context() ??
    (await (
      await launch()
    ).newContext({
      viewport: sizes[size],
      hasTouch: isPhone,
      isMobile: isPhone,
      timezoneId: timeZone,
      locale: 'en-GB',
      ignoreHTTPSErrors: trustsAll ?? false,
      // What turns or pulses is drawn by the CPU here, sixty times a second.
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    }));
  context.setDefaultTimeout(actionMs);
  const page = await context.newPage();
  await watch(page, new URL(url).origin);
  if (beside === undefined) onTestFinished(() => context.close());
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await printScreen(page);
    checkFaults(page);
  });
  await page.goto(url);
  return page;
}

/** Lets messages of the browser pass that a test provokes, such as refused requests. */
export function expectFaults(page: Page, ...patterns: readonly RegExp[]): void {
  watches.get(page)?.expected.push(...patterns);
}

/** Returns what the browser has reported of a page so far. */
export function faultsOf(page: Page): readonly string[] {
  return watches.get(page)?.faults ?? [];
}

async function watch(page: Page, origin: string): Promise<void> {
  const faults: string[] = [];
  watches.set(page, { faults, expected: [] });
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => faults.push(`page: ${error.stack ?? error.message}`));
  page.on('crash', () => faults.push('page: it crashed'));
  page.on('request', (request) => {
    const { protocol, origin: target } = new URL(request.url());
    if (protocol.startsWith('http') && target !== origin) faults.push(`foreign: ${request.url()}`);
  });
  await page.exposeFunction('reportViolation', (text: string) => faults.push(`csp: ${text}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { effectiveDirective, blockedURI, sample, sourceFile, lineNumber } = event;
      const text = `${effectiveDirective} ${blockedURI} ${sample} ${sourceFile}:${lineNumber}`;
      Reflect.get(globalThis, 'reportViolation')(text);
    });
  });
}

/** Prints what a person would see, to find out why a test has failed. */
async function printScreen(page: Page): Promise<void> {
  const text = await page.locator('body').innerText({ timeout: 5_000 });
  console.log(`the screen at ${page.url()}:\n${text}`);
}

function checkFaults(page: Page): void {
  const { faults, expected } = watches.get(page) ?? { faults: [], expected: [] };
  const unexpected = faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)));
  expect(unexpected, 'what the browser reported').toEqual([]);
}

/** The profile of a page. */
export type { BrowserContext };
