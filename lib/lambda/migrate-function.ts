/**
 * The migrations as a custom resource of CloudFormation: its creation and each change bring the
 * schema up to date, its deletion leaves everything as it is. A database that is starting or
 * resuming is waited for. Whatever happens, the stack is answered before the function's time is
 * over.
 */
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { connectStore } from '../app/compose/open-store.ts';
import { readEnv } from '../config/env.ts';
import { resolveSettings } from '../config/settings.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { hasCode, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store/store.ts';
import { pause } from '../retry/pause.ts';
import { answerResource, type ResourceOutcome } from './custom-resource.ts';
import {
  type FunctionHandler,
  type FunctionOpening,
  instrumented,
  openInstruments,
} from './function-runtime.ts';

/** What of a function's time is kept for the answer, in milliseconds: two tries of it. */
const answerMs = 15_000;
/** Time between two tries to reach the database, in milliseconds. */
const retryMs = 3_000;

/** How a migration is opened; a deployed function leaves all of it to its environment. */
export interface MigrateOpening extends FunctionOpening {
  /** @default the system's */
  readonly clock?: Clock;
}

/** The migrations of the database that the environment names. */
export function migrateFunction(
  opening: MigrateOpening = {},
): FunctionHandler<CloudFormationCustomResourceEvent, void> {
  const env = opening.env ?? readEnv();
  const { clock = systemClock } = opening;
  const instruments = openInstruments(env);
  const connect = async () => {
    const here = process.cwd();
    const { store } = resolveSettings({}, env, { config: here, current: here });
    return opening.stores?.store ?? (await connectStore(store));
  };
  return instrumented(instruments, async (event, context) => {
    const { logger } = instruments;
    const outcome = await carryOut({ connect, clock, logger }, event, context);
    logger.info('a request of the stack was carried out', {
      request: event.RequestType,
      failure: outcome,
    });
    await answerResource(event, outcome);
  });
}

interface MigrationFunctionDeps {
  readonly connect: () => Promise<Store>;
  readonly clock: Clock;
  readonly logger: Logger;
}

async function carryOut(
  parts: MigrationFunctionDeps,
  { RequestType }: CloudFormationCustomResourceEvent,
  context: Context,
): Promise<ResourceOutcome> {
  if (RequestType === 'Delete') return null;
  const leftMs = Math.max(0, context.getRemainingTimeInMillis() - answerMs);
  const timeIsOver = new AbortController();
  const cancel = parts.clock.after(leftMs, () => timeIsOver.abort());
  const { signal } = timeIsOver;
  const late = new Promise<ResourceOutcome>((resolve) => {
    signal.addEventListener('abort', () => resolve(tooLate(leftMs)), { once: true });
  });
  try {
    return await Promise.race([migrate(parts, signal), late]);
  } finally {
    cancel();
    timeIsOver.abort();
  }
}

async function migrate(
  { connect, clock, logger }: MigrationFunctionDeps,
  signal: AbortSignal,
): Promise<ResourceOutcome> {
  let store: Store | null = null;
  for (;;) {
    try {
      store ??= await connect();
      await store.migrate();
      return null;
    } catch (error) {
      const passes = hasCode(error) && error.retryable;
      if (!passes || signal.aborted) return failed(error);
      logger.warn('the database is waited for', { error: error.message });
      await pause(clock, retryMs, signal);
    }
  }
}

function failed(error: unknown): string {
  return (
    `the schema was not brought up to date: ${messageOf(error)}. Mend that and deploy again; ` +
    'migrations that were made stand, and none is made twice'
  );
}

function tooLate(waitedMs: number): string {
  const seconds = Math.round(waitedMs / 1_000);
  return (
    `the database was not brought up to date within ${seconds} s: see whether its cluster is ` +
    "available and what this function's log says of it, then deploy again"
  );
}
