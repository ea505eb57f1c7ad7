import type { Clock } from '../../ports/clock.ts';
import type { Store, StoreFacts } from '../../ports/store/store.ts';
import {
  brokenFinding,
  type Finding,
  okFinding,
  serviceFinding,
  warningFinding,
  withTimeout,
} from './finding.ts';

/** The oldest major version of PostgreSQL that the statements run on. */
const postgresNeeded = 15;

/** Maximum difference of the clocks, in milliseconds; timers fire early or late by it. */
const skewMsMax = 2_000;

/**
 * Checks an open database: whether it answers, its version, its clock and its schema. Returns
 * whether its schema can be used.
 */
export async function* checkFacts(
  store: Store,
  clock: Clock,
  timeoutMs: number,
): AsyncGenerator<Finding, boolean> {
  const askedAt = clock.now();
  const askedMs = clock.monotonicMs();
  let facts: StoreFacts;
  try {
    facts = await withTimeout(clock, store.inspect(), timeoutMs);
  } catch (error) {
    yield serviceFinding('store', store.description, error);
    return false;
  }
  const tookMs = clock.monotonicMs() - askedMs;
  yield checkVersion(store.description, facts, tookMs);
  yield checkClock(facts.now - (askedAt + tookMs / 2));
  for (const text of facts.refusals) yield brokenFinding('writes', text);
  for (const text of facts.warnings) yield warningFinding('durability', text);
  for (const text of facts.advice) yield warningFinding('connections', text);
  const schema = checkSchema(facts.schema);
  yield schema;
  return facts.schema.fits;
}

function checkVersion(description: string, { version }: StoreFacts, tookMs: number): Finding {
  if (version === null) return okFinding('store', description);
  const found = `${description}: PostgreSQL ${version}, answers in ${tookMs} ms`;
  if (Number.parseInt(version, 10) >= postgresNeeded) return okFinding('store', found);
  return brokenFinding('store', found, `use PostgreSQL ${postgresNeeded} or later`);
}

function checkClock(skewMs: number): Finding {
  const seconds = Math.abs(skewMs / 1_000).toFixed(1);
  if (Math.abs(skewMs) <= skewMsMax)
    return okFinding('clock', "the database's clock agrees with the local clock");
  const way = skewMs > 0 ? 'behind' : 'ahead of';
  return warningFinding(
    'clock',
    `the local clock is ${seconds} s ${way} the database's, which shifts Waits and timeouts`,
    'synchronize both with the same time server (NTP)',
  );
}

function checkSchema({ applied, known, fits }: StoreFacts['schema']): Finding {
  if (applied === known) return okFinding('schema', `version ${applied}, the newest`);
  if (applied > known) {
    const found = `version ${applied}; this Millrace knows versions up to ${known}`;
    if (fits) return okFinding('schema', `${found}, and works on it`);
    return brokenFinding('schema', found, 'upgrade this Millrace: a newer one uses the database');
  }
  const found = applied === 0 ? 'there is none yet' : `version ${applied}; the newest is ${known}`;
  return warningFinding('schema', found, 'any other command migrates it, such as batch list');
}
