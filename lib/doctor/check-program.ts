/** Checks the program: its configuration and its machines. */
import { dirname } from 'node:path';
import { closeContext, openContext } from '../app/compose/open-context.ts';
import { toAppDefinition } from '../app/open-app.ts';
import type { MillraceConfig } from '../config/config.ts';
import { loadConfig } from '../config/loading/load-config.ts';
import type { Settings } from '../config/settings.ts';
import { hasCode } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import {
  errorFinding,
  type Finding,
  okFinding,
  warningFinding,
  withTimeout,
} from '../operations/diagnosis/finding.ts';
import { registerMachine, requireHandlers } from '../operations/machine-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';

/** The result of checking the configuration. */
export interface CheckedConfiguration {
  readonly finding: Finding;
  /** Without machines if no valid configuration was found. */
  readonly config: MillraceConfig;
  readonly folder: string;
}

/** Loads the configuration `file`, or the one in `folder`; never throws. */
export async function checkConfiguration(
  clock: Clock,
  file: string | undefined,
  folder: string,
): Promise<CheckedConfiguration> {
  const none = { config: { machines: {} }, folder };
  try {
    const loaded = await withTimeout(clock, loadConfig(file, folder));
    const machines = Object.keys(loaded.config.machines).length;
    const batches = Object.keys(loaded.config.batches ?? {}).length;
    const counts = `${machines} machine(s), ${batches} batch(es)`;
    const finding = okFinding('configuration', `${loaded.file}: ${counts}`);
    return { finding, config: loaded.config, folder: dirname(loaded.file) };
  } catch (error) {
    if (file !== undefined || !hasCode(error, 'FILE_NOT_READABLE')) {
      return { ...none, finding: errorFinding('configuration', error) };
    }
    return { ...none, finding: warningFinding('configuration', error.message) };
  }
}

/** Checks each machine of the app, and that its Tasks have handlers, on a store in memory. */
export async function* checkMachines(
  config: MillraceConfig,
  folder: string,
  settings: Settings,
  logger: Logger,
): AsyncGenerator<Finding> {
  let context: AppContext;
  try {
    const inMemory = { driver: 'memory' } as const;
    const temporary = { ...settings, store: inMemory, broker: inMemory, executionLog: null };
    context = await openContext(temporary, toAppDefinition(config, folder, logger));
  } catch (error) {
    yield errorFinding('configuration', error);
    return;
  }
  const opened = context;
  try {
    // Registers all machines first, because a machine may start another that comes after it.
    const checks = await Promise.all(
      Object.entries(config.machines).map(async ([id, machine]) => {
        try {
          const registered = await registerMachine(opened, id, machine, folder);
          context.nested.offer(registered.record);
          return () => requireHandlers(registered, opened);
        } catch (error) {
          return async () => {
            throw error;
          };
        }
      }),
    );
    for (const [index, id] of Object.keys(config.machines).entries()) {
      yield await toFinding(`machine ${id}`, checks[index]);
    }
  } finally {
    await closeContext(context);
  }
}

async function toFinding(name: string, check: (() => Promise<void>) | undefined): Promise<Finding> {
  try {
    await check?.();
    return okFinding(name, 'its definition is valid, and every Task has a handler');
  } catch (error) {
    return errorFinding(name, error);
  }
}
