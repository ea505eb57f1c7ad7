/** Looks at the program itself: the Node that runs it, its configuration, its machines. */
import { dirname } from 'node:path';
import { hasCode } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Logger } from '../../ports/logger.ts';
import { closeWorld, openWorld, type World } from '../compose.ts';
import type { MillraceConfig } from '../config.ts';
import { loadConfig } from '../load-config.ts';
import { partsOf } from '../open-app.ts';
import { registerMachine, requireHandlers } from '../registry.ts';
import type { Settings } from '../settings.ts';
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
  let world: World;
  try {
    const inMemory = { driver: 'memory' } as const;
    const throwAway = { ...settings, store: inMemory, broker: inMemory, executionLog: null };
    world = await openWorld(throwAway, partsOf(config, folder, logger));
  } catch (error) {
    yield failed('configuration', error);
    return;
  }
  try {
    // All of them first: a machine may start another that comes after it.
    const looks = await Promise.all(
      Object.entries(config.machines).map(async ([id, machine]) => {
        try {
          const registered = await registerMachine(world.store, id, machine, folder);
          world.nested.offer(registered.record);
          return () => requireHandlers(registered, world.invoker);
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
    await closeWorld(world);
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
