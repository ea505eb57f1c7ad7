/**
 * What the functions have in common. An environment of a function opens its app by its first
 * invocation and keeps it: no invocation waits for what an earlier one has opened. An opening that
 * failed is tried again by the next.
 *
 * Around each invocation: log lines bear its request's id, and what was measured is written when it
 * ends, even when it throws. The bus is told of what has ended before the environment may freeze.
 */
import type { Context } from 'aws-lambda';
import { openApp } from '../app/open-app.ts';
import type { MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { PowertoolsLogger } from '../drivers/powertools/powertools-logger.ts';
import { PowertoolsMetrics } from '../drivers/powertools/powertools-metrics.ts';
import { hasCode, messageOf } from '../errors.ts';
import type { AppContext, OpenDrivers } from '../operations/app-context.ts';
import { pause } from '../retry/pause.ts';

/** An app, open in a function. */
export interface FunctionApp {
  readonly context: AppContext;
  /** What the function's environment says. */
  readonly env: SettingOverrides;
}

/** What logs and measures in a function. */
export interface Instruments {
  readonly logger: PowertoolsLogger;
  readonly metrics: PowertoolsMetrics;
}

/** How an app is opened; a deployed function leaves all of it to its environment. */
export interface FunctionOpening {
  /** @default what the process's environment says */
  readonly env?: SettingOverrides;
  /** @default what the settings name */
  readonly stores?: OpenDrivers;
}

/** The same, and all that there is to say. */
export interface AppOpening extends FunctionOpening {
  readonly env: SettingOverrides;
  /** As {@link FunctionWork} has it. */
  readonly enablesLeaderSchedule: boolean;
}

/** A function of Lambda. */
export type FunctionHandler<Event, Answer> = (event: Event, context: Context) => Promise<Answer>;

/** Time that giving the answer takes at most, in milliseconds. */
const answerMs = 500;

/** What a function does with its app. */
export interface FunctionWork<Parts, Event, Answer> {
  /** Makes, once an environment, what its invocations share. */
  readonly prepare: (app: FunctionApp) => Parts | Promise<Parts>;
  readonly handle: (parts: Parts, event: Event, context: Context) => Promise<Answer>;
  /** Whether what it records turns the leader's sweep on, as leader and workers need not. */
  readonly enablesLeaderSchedule?: boolean;
}

/**
 * The function that does `work` for the app of `config`. It throws what `work` throws, logged.
 *
 * @example
 * export const archiver = (config: MillraceConfig) =>
 *   functionHandler(config, { prepare: ({ world }) => new Archiver(world), handle: … });
 */
export function functionHandler<Parts, Event, Answer>(
  config: MillraceConfig,
  { prepare, handle, enablesLeaderSchedule = false }: FunctionWork<Parts, Event, Answer>,
  opening: FunctionOpening = {},
): FunctionHandler<Event, Answer> {
  const env = opening.env ?? readEnv();
  const instruments = openInstruments(env);
  const opened = openOnce(
    config,
    instruments,
    { ...opening, env, enablesLeaderSchedule },
    async (app) => {
      return { context: app.context, parts: await prepare(app) };
    },
  );
  return instrumented(instruments, async (event, lambda) => {
    const { context, parts } = await opened();
    try {
      return await handle(parts, event, lambda);
    } finally {
      await tellEnds(context, lambda);
    }
  });
}

/** The logger and the metrics of a function. */
export function openInstruments({ logLevel = 'info' }: SettingOverrides): Instruments {
  return { logger: new PowertoolsLogger(logLevel), metrics: new PowertoolsMetrics() };
}

/** `handler`, its invocations logged and measured; see this file's head. */
export function instrumented<Event, Answer>(
  { logger, metrics }: Instruments,
  handler: FunctionHandler<Event, Answer>,
): FunctionHandler<Event, Answer> {
  return async (event, context) => {
    logger.begin(context);
    try {
      return await handler(event, context);
    } catch (error) {
      const code = hasCode(error) ? error.code : undefined;
      logger.error('the invocation failed', { error: messageOf(error), code });
      throw error;
    } finally {
      metrics.publish();
    }
  };
}

/**
 * Waits until the ends of the invocation are told. A bus that takes its time costs no answer: what
 * it is not told in time, it may be told later.
 */
export async function tellEnds({ ends, clock }: AppContext, lambda: Context): Promise<void> {
  const answering = new AbortController();
  const leftMs = lambda.getRemainingTimeInMillis() - answerMs;
  await Promise.race([ends.flush(), pause(clock, leftMs, answering.signal)]);
  answering.abort();
}

/**
 * Opens the app when it is first asked for and keeps what `prepare` makes of it; again after a
 * failure. The schema is the deploy's to bring up to date; the user's own files are not here.
 */
export function openOnce<Parts>(
  { executionLog: _, ...config }: MillraceConfig,
  { logger, metrics }: Instruments,
  { env, stores = {}, enablesLeaderSchedule }: AppOpening,
  prepare: FunctionWork<Parts, unknown, unknown>['prepare'],
): () => Promise<Parts> {
  return once(async () => {
    const context = await openApp({
      ...{ config, env, stores, logger, metrics, enablesLeaderSchedule },
      migrates: false,
    });
    return prepare({ context, env });
  });
}

/** The result of `make`, made once; again after a failure. */
function once<Result>(make: () => Promise<Result>): () => Promise<Result> {
  let making: Promise<Result> | null = null;
  return () => {
    making ??= make().catch((error: unknown) => {
      making = null;
      throw error;
    });
    return making;
  };
}
