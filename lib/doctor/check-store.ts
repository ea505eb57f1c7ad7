/** Looks at the database: whether it answers, what it is, and whether its clock and schema fit. */
import { existsSync } from 'node:fs';
import { connectStore } from '../app/compose/open-store.ts';
import type { StoreSettings } from '../config/store-settings.ts';
import { hasCode } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store, StoreFacts } from '../ports/store/store.ts';
import {
  broken,
  type Finding,
  failed,
  fine,
  inTime,
  lookMs,
  unanswered,
  warning,
} from './finding.ts';

/** The oldest PostgreSQL whose statements these are. */
const postgresNeeded = 15;

/** How far the clocks may be apart, in milliseconds: by as much do timers fire early. */
const skewMsMax = 2_000;

/** How long a cluster may take that wakes up from a pause, in milliseconds. */
const resumeMs = 65_000;

/** Answers the store, to be closed by the caller, when its schema can be used; else null. */
export async function* checkStore(
  settings: StoreSettings,
  clock: Clock,
): AsyncGenerator<Finding, Store | null> {
  if (settings.driver === 'pglite' && !existsSync(settings.folder)) {
    yield fine('store', `there is no ${settings.folder} yet: the first start makes it`);
    return null;
  }
  const opening = inTime(clock, connectStore(settings, lookMs));
  const store = await opening.catch((error: unknown) => error);
  if (!isStore(store)) {
    // Whoever has it is at work on it.
    const inUse = hasCode(store, 'STORE_LOCKED');
    yield inUse ? warning('store', store.message) : failed('store', store);
    return null;
  }
  const usable = yield* lookInto(store, clock, settings.driver === 'rds-data' ? resumeMs : lookMs);
  if (usable) return store;
  await inTime(clock, store.close()).catch(() => {});
  return null;
}

function isStore(opened: unknown): opened is Store {
  return !(opened instanceof Error);
}

async function* lookInto(
  store: Store,
  clock: Clock,
  patienceMs: number,
): AsyncGenerator<Finding, boolean> {
  const askedAt = clock.now();
  let facts: StoreFacts;
  try {
    facts = await inTime(clock, store.inspect(), patienceMs);
  } catch (error) {
    yield unanswered('store', store.description, error);
    return false;
  }
  const tookMs = clock.now() - askedAt;
  yield checkVersion(store.description, facts, tookMs);
  yield checkClock(facts.now - (askedAt + tookMs / 2));
  for (const text of facts.warnings) yield warning('durability', text);
  const schema = checkSchema(facts.schema);
  yield schema;
  return facts.schema.applied === facts.schema.known;
}

function checkVersion(description: string, { version }: StoreFacts, tookMs: number): Finding {
  if (version === null) return fine('store', description);
  const found = `${description}: PostgreSQL ${version}, answers in ${tookMs} ms`;
  if (Number.parseInt(version, 10) >= postgresNeeded) return fine('store', found);
  return broken('store', found, `use PostgreSQL ${postgresNeeded} or later`);
}

function checkClock(skewMs: number): Finding {
  const seconds = Math.abs(skewMs / 1_000).toFixed(1);
  if (Math.abs(skewMs) <= skewMsMax) return fine('clock', "the database's clock agrees with ours");
  const way = skewMs > 0 ? 'behind' : 'ahead of';
  return warning(
    'clock',
    `our clock is ${seconds} s ${way} the database's, and Waits and time-outs with it`,
    'set both by the same time server (NTP)',
  );
}

function checkSchema({ applied, known }: StoreFacts['schema']): Finding {
  if (applied === known) return fine('schema', `version ${applied}, the newest`);
  if (applied > known) {
    const found = `version ${applied}, and this Millrace knows versions up to ${known}`;
    return broken('schema', found, 'a newer Millrace has been here: upgrade this one');
  }
  const found = applied === 0 ? 'there is none yet' : `version ${applied}; the newest is ${known}`;
  return warning('schema', found, 'any other command brings it up to date, such as batch list');
}
