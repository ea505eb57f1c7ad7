import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { connectStore } from '../app/compose/open-store.ts';
import type { StoreSettings } from '../config/store-settings.ts';
import { hasCode } from '../errors.ts';
import { checkFacts } from '../operations/diagnosis/check-facts.ts';
import {
  checkTimeoutMs,
  errorFinding,
  type Finding,
  okFinding,
  warningFinding,
  withTimeout,
} from '../operations/diagnosis/finding.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store/store.ts';

/** Maximum time that a paused cluster takes to resume, in milliseconds. */
const resumeTimeoutMs = 65_000;

/**
 * Checks the database: whether it answers, its version, its clock and its schema. Returns the open
 * store, which the caller closes, or null when its schema cannot be used.
 */
export async function* checkStore(
  settings: StoreSettings,
  clock: Clock,
): AsyncGenerator<Finding, Store | null> {
  if (settings.driver === 'pglite' && !existsSync(settings.folder)) {
    yield okFinding('store', `there is no ${settings.folder} yet: the first start creates it`);
    return null;
  }
  if (settings.driver === 'pglite') yield* checkFolder(settings.folder);
  const opening = withTimeout(clock, connectStore(settings, checkTimeoutMs));
  const store = await opening.catch((error: unknown) => error);
  if (!isStore(store)) {
    // The process that holds the lock works on the store, so the store is fine.
    const inUse = hasCode(store, 'STORE_LOCKED');
    yield inUse ? warningFinding('store', store.message) : errorFinding('store', store);
    return null;
  }
  const timeoutMs = settings.driver === 'rds-data' ? resumeTimeoutMs : checkTimeoutMs;
  const usable = yield* checkFacts(store, clock, timeoutMs);
  if (usable) return store;
  await withTimeout(clock, store.close()).catch(() => {});
  return null;
}

/** Warns of an embedded database that other users of this machine could read or change. */
function* checkFolder(folder: string): Generator<Finding> {
  const { mode } = statSync(folder);
  const inner = statSync(join(folder, 'data'), { throwIfNoEntry: false });
  const isClosed = [mode, ...(inner === undefined ? [] : [inner.mode])].some(
    (each) => (each & othersMay) === 0,
  );
  // Windows has access lists instead, and reports every folder as open.
  if (isClosed || process.platform === 'win32') return;
  yield warningFinding(
    'access',
    `other users of this machine may enter ${folder}, which has payloads and task tokens`,
    `chmod 700 ${folder}; opening it does so for the data in it`,
  );
}

/** The bits of a mode that let the group and others in. */
const othersMay = 0o077;

function isStore(opened: unknown): opened is Store {
  return !(opened instanceof Error);
}
