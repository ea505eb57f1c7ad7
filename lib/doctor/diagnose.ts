import type { MillraceConfig } from '../config/config.ts';
import { readEnv } from '../config/env.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import { resolveSettings, type Settings } from '../config/settings.ts';
import { createLineLogger } from '../drivers/system/line-logger.ts';
import { systemClock } from '../drivers/system/system-clock.ts';
import { checkNode } from '../operations/diagnosis/check-node.ts';
import { checkTransport } from '../operations/diagnosis/check-transport.ts';
import { checkWork } from '../operations/diagnosis/check-work.ts';
import { errorFinding, type Finding, withTimeout } from '../operations/diagnosis/finding.ts';
import { checkBroker } from './check-broker.ts';
import { checkConfiguration, checkMachines } from './check-program.ts';
import { checkStepFunctions } from './check-step-functions.ts';
import { checkStore } from './check-store.ts';

/** What {@link diagnose} checks. */
export interface DiagnoseOptions {
  /** The configuration. @default the one in `folder` */
  readonly file?: string;
  readonly folder: string;
  readonly flags: SettingOverrides;
}

/**
 * Checks everything that an app depends on, one thing after the other, and yields each finding at
 * once. A check that fails does not stop the others. No finding contains a password, no check takes
 * longer than a few seconds (a minute for a database that resumes), and nothing is changed.
 */
export async function* diagnose({
  file,
  folder: current,
  flags,
}: DiagnoseOptions): AsyncGenerator<Finding> {
  const clock = systemClock;
  yield checkNode(process.versions.node);
  const { finding, config, folder } = await checkConfiguration(clock, file, current);
  yield finding;
  const settings = trySettings(config, flags, { config: folder, current });
  if (!('store' in settings)) {
    yield settings;
    return;
  }
  // Silent: the findings report what drivers would log.
  const logger = createLineLogger({
    level: 'silent',
    format: 'text',
    now: clock.now,
    write: () => {},
  });
  yield* checkMachines(config, folder, settings, logger);
  yield* checkTransport(settings);
  yield await checkStepFunctions(clock);
  const store = yield* checkStore(settings.store, clock);
  yield* checkBroker(settings, { clock, logger });
  if (store === null) return;
  yield* checkWork(store, clock, settings.broker.driver !== 'memory');
  await withTimeout(clock, store.close()).catch(() => {});
}

function trySettings(
  config: MillraceConfig,
  flags: SettingOverrides,
  folders: { readonly config: string; readonly current: string },
): Settings | Finding {
  try {
    return resolveSettings(config, { ...readEnv(), ...flags }, folders);
  } catch (error) {
    return errorFinding('settings', error);
  }
}
