/** Looks at the program itself: the Node that runs it, its configuration, its machines. */
import { dirname } from 'node:path';
import { closeContext, openContext } from '../app/compose/open-context.ts';
import { toAppDefinition } from '../app/open-app.ts';
import type { MillraceConfig } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Settings } from '../config/settings.ts';
import { hasCode } from '../errors.ts';
import type { AppContext } from '../operations/app-context.ts';
import { registerMachine, requireHandlers } from '../operations/machine-registry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import { broken, type Finding, failed, fine, inTime, warning } from './finding.ts';

/** The first Node that runs TypeScript as it is, and the one that tests run on. */
const nodeNeeded = Object.freeze({ major: 22, minor: 18 });
const nodeTested = 24;

/** @param version as in `process.versions.node` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const runs =
    major > nodeNeeded.major || (major === nodeNeeded.major && minor >= nodeNeeded.minor);
  if (!runs) {
    const needed = `${nodeNeeded.major}.${nodeNeeded.minor}`;
    return broken('node', `Node ${version}; ${needed} or later is needed`, 'install a newer Node');
  }
  if (major >= nodeTested) return fine('node', `Node ${version}`);
  return warning('node', `Node ${version} runs it`, `Node ${nodeTested} is what it is tested on`);
}

/** The configuration, when there is one that can be used. */
export interface LoadedForDoctor {
  readonly finding: Finding;
  readonly config: MillraceConfig;
  readonly folder: string;
}

/** Loads `file`, or the one in `folder`; never throws. */
export async function checkConfiguration(
  clock: Clock,
  file: string | undefined,
  folder: string,
): Promise<LoadedForDoctor> {
  const none = { config: { machines: {} }, folder };
  try {
    const loaded = await inTime(clock, loadConfig(file, folder));
    const machines = Object.keys(loaded.config.machines).length;
    const batches = Object.keys(loaded.config.batches ?? {}).length;
    const counts = `${machines} machine(s), ${batches} batch(es)`;
    const finding = fine('configuration', `${loaded.file}: ${counts}`);
    return { finding, config: loaded.config, folder: dirname(loaded.file) };
  } catch (error) {
    if (file !== undefined || !hasCode(error, 'FILE_NOT_READABLE')) {
      return { ...none, finding: failed('configuration', error) };
    }
    return { ...none, finding: warning('configuration', error.message) };
  }
}

/** Opens the app over a store in memory, and looks at each machine and who does its tasks. */
export async function* checkMachines(
  config: MillraceConfig,
  folder: string,
  settings: Settings,
  logger: Logger,
): AsyncGenerator<Finding> {
  let context: AppContext;
  try {
    const inMemory = { driver: 'memory' } as const;
    const throwAway = { ...settings, store: inMemory, broker: inMemory, executionLog: null };
    context = await openContext(throwAway, toAppDefinition(config, folder, logger));
  } catch (error) {
    yield failed('configuration', error);
    return;
  }
  try {
    // All of them first: a machine may start another that comes after it.
    const looks = await Promise.all(
      Object.entries(config.machines).map(async ([id, machine]) => {
        try {
          const registered = await registerMachine(context.store, id, machine, folder);
          context.nested.offer(registered.record);
          return () => requireHandlers(registered, context.invoker);
        } catch (error) {
          return () => {
            throw error;
          };
        }
      }),
    );
    for (const [index, id] of Object.keys(config.machines).entries()) {
      yield verdictOf(`machine ${id}`, looks[index]);
    }
  } finally {
    await closeContext(context);
  }
}

function verdictOf(check: string, look: (() => void) | undefined): Finding {
  try {
    look?.();
    return fine(check, 'its definition is valid, and every task has somebody to do it');
  } catch (error) {
    return failed(check, error);
  }
}
