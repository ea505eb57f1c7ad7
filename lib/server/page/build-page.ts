/**
 * Builds the page of the dashboard in a clone, once for each state of its sources. Several
 * processes may ask at the same time: one builds, the others wait for it.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FileLock } from '../../drivers/shared/file-lock.ts';
import { systemClock } from '../../drivers/system/system-clock.ts';
import { MillraceError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause } from '../../retry/pause.ts';
import { type PageFolder, pageFolder } from './page-folder.ts';
import { sourceDigest } from './source-digest.ts';

/** What a build works with. */
export interface BuildPageOptions {
  /** @default the system's */
  readonly clock?: Clock;
  /** Called when a build begins. */
  readonly onBuild?: () => void;
}

/** The file in the built page that names the sources which it was built from. */
const digestFile = '.built-from';

/** Time between two looks at a build of another process, in milliseconds. */
const waitMs = 200;

/** Maximum duration of a build, in milliseconds. */
const buildMsMax = 180_000;

/**
 * Builds the page unless its files are up to date, or its sources are not there. Throws
 * FILE_NOT_READABLE when it has neither, FILE_NOT_WRITABLE when the build fails.
 */
export async function buildPage(
  page: PageFolder = pageFolder(),
  { clock = systemClock, onBuild }: BuildPageOptions = {},
): Promise<void> {
  const digest = await sourceDigest(page);
  if (digest === null && !existsSync(join(page.built, 'index.html'))) throw missing(page);
  if (await isUpToDate(page, digest)) return;
  const lock = await waitForLock(page, clock);
  try {
    // Another process may have built it meanwhile.
    if (digest === null || (await isUpToDate(page, digest))) return;
    onBuild?.();
    await build(page, digest);
  } finally {
    lock.release();
  }
}

async function isUpToDate({ built }: PageFolder, digest: string | null): Promise<boolean> {
  if (digest === null) return true;
  try {
    return (await readFile(join(built, digestFile), 'utf8')) === digest;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return false;
    throw error;
  }
}

async function waitForLock({ built }: PageFolder, clock: Clock): Promise<FileLock> {
  const until = clock.monotonicMs() + buildMsMax;
  for (;;) {
    const lock = FileLock.acquire(`${built}.lock`);
    if (lock instanceof FileLock) return lock;
    if (clock.monotonicMs() >= until)
      throw notBuilt(`process ${lock.pid} has not finished a build`);
    await pause(clock, waitMs);
  }
}

/** Builds beside the old files, so that a process that is killed leaves no half of a page. */
async function build({ root, sources, built }: PageFolder, digest: string): Promise<void> {
  const vite = findVite(root);
  const beside = `${built}.${process.pid}`;
  try {
    await runVite(vite, sources, beside);
    mkdirSync(beside, { recursive: true });
    await writeFile(join(beside, digestFile), digest);
    await rm(built, { recursive: true, force: true });
    await rename(beside, built);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

function findVite(root: string): string {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve('vite/package.json');
    return join(dirname(manifest), 'bin', 'vite.js');
  } catch (error) {
    throw notBuilt('vite is not installed: run `npm install` without --omit=dev', error);
  }
}

async function runVite(vite: string, sources: string, target: string): Promise<void> {
  const words = [vite, 'build', sources, '--outDir', target, '--emptyOutDir', '--logLevel', 'warn'];
  const child = spawn(process.execPath, words, {
    cwd: sources,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: buildMsMax,
  });
  let said = '';
  const keep = (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(0, 4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<string | null>((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) => {
      resolve(code === 0 ? null : `${signal ?? `exit status ${code}`}\n${said.trim()}`);
    });
  });
  const failure = await ended;
  if (failure !== null) throw notBuilt(failure);
}

function missing({ built, sources }: PageFolder): MillraceError {
  return new MillraceError(
    'FILE_NOT_READABLE',
    `the page of the dashboard is not here: expected its files in ${built}, or its sources in ${sources}`,
    { fields: { file: built } },
  );
}

function notBuilt(reason: string, cause?: unknown): MillraceError {
  return new MillraceError('FILE_NOT_WRITABLE', `the page could not be built: ${reason}`, {
    cause,
  });
}
