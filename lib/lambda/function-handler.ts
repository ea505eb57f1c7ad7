import type { Context } from 'aws-lambda';
import type { MillraceConfig } from '../config/config.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import type { AppContext } from '../operations/app-context.ts';
import { flushEvents } from './flush-events.ts';
import { type FunctionHandler, type FunctionOptions, FunctionRuntime } from './function-runtime.ts';
import { provideSecrets } from './handler-secrets.ts';
import { LazyApp } from './lazy-app.ts';
import { openFunctionApp } from './open-function-app.ts';

/** The open app of a function. */
export interface FunctionApp {
  readonly context: AppContext;
  /** The settings in the environment of the function. */
  readonly env: SettingOverrides;
}

/** What a function does with its app. */
export interface FunctionWork<Deps, Event, Result> {
  /** Creates what all invocations of an environment share. */
  readonly prepare: (app: FunctionApp) => Deps | Promise<Deps>;
  readonly handle: (deps: Deps, event: Event, lambda: Context) => Promise<Result>;
}

/**
 * Creates the handler of a function that works on the app of `config`. The first invocation of an
 * environment opens the app; each one ends by publishing the ends of executions.
 *
 * @example
 * export const archiver = (config: MillraceConfig) =>
 *   functionHandler(config, { prepare: ({ context }) => new Archiver(context), handle: … });
 */
export function functionHandler<Deps, Event, Result>(
  config: MillraceConfig,
  { prepare, handle }: FunctionWork<Deps, Event, Result>,
  options: FunctionOptions = {},
): FunctionHandler<Event, Result> {
  const runtime = new FunctionRuntime(options);
  const app = new LazyApp(async () => {
    await provideSecrets(runtime.env.handlerSecrets);
    const context = await openFunctionApp(runtime, config, false);
    return { context, deps: await prepare({ context, env: runtime.env }) };
  });
  return runtime.handler(async (event, lambda) => {
    const { context, deps } = await app.get();
    try {
      return await handle(deps, event, lambda);
    } finally {
      await flushEvents(context, lambda);
    }
  });
}
