import { openApp } from '../app/open-app.ts';
import type { MillraceConfig } from '../config/config.ts';
import type { AppContext } from '../operations/app-context.ts';
import type { FunctionRuntime } from './function-runtime.ts';

/**
 * Opens the app of a function, on a schema that the deployment has migrated.
 * @param enablesLeaderSchedule whether work that is recorded enables the leader schedule
 */
export function openFunctionApp(
  { env, drivers, logger, metrics }: FunctionRuntime,
  config: MillraceConfig,
  enablesLeaderSchedule: boolean,
): Promise<AppContext> {
  // A function cannot write the file of an execution log.
  const { executionLog: _, ...withoutLogFile } = config;
  return openApp({
    config: withoutLogFile,
    env,
    drivers,
    logger,
    metrics,
    enablesLeaderSchedule,
    migrates: false,
    // An SDK of its own could not send spans while the function is frozen between invocations.
    tracing: 'registered',
  });
}
