/** Records the machines and activities of an app's configuration in its store. */
import type { MillraceConfig } from '../config/config.ts';
import type { SettingOverrides } from '../config/setting-sources.ts';
import type { AppContext } from '../operations/app-context.ts';
import { type MachineRecorder, registerMachine } from '../operations/machine-registry.ts';

/** Records them; a process that may only read the store takes what others have recorded. */
export async function registerConfigured(
  context: AppContext,
  config: MillraceConfig,
  env: SettingOverrides,
): Promise<void> {
  await registerMachines(context, config, recorderOf(context, env));
  if (env.databaseReadOnly !== true) await registerActivities(context);
}

/** Waits for all machines even when one fails: the store is closed after that. */
async function registerMachines(
  { nested, machines, app }: AppContext,
  config: MillraceConfig,
  recorder: MachineRecorder,
): Promise<void> {
  const registering = Object.entries(config.machines).map(([id, machine]) =>
    registerMachine(recorder, id, machine, app.folder),
  );
  for (const result of await Promise.allSettled(registering)) {
    if (result.status === 'rejected') throw result.reason;
    nested.offer(result.value.record);
    machines.add(result.value);
  }
}

/**
 * Returns what records machines. A process that may only read takes what others have recorded, and
 * version 0 for a machine that none has.
 */
function recorderOf(
  { store, entropy }: AppContext,
  { databaseReadOnly }: SettingOverrides,
): MachineRecorder {
  if (databaseReadOnly !== true) return { store, entropy };
  const registerConfigMachine: MachineRecorder['store']['registerConfigMachine'] = async ({
    id,
    kind,
    definition,
  }) => (await store.getMachine(id)) ?? { id, version: 0, kind, definition, createdAt: 0 };
  return { store: { registerConfigMachine }, entropy };
}

/** Records the activities of the configuration beside those of the API. */
async function registerActivities({ store, app }: AppContext): Promise<void> {
  await Promise.all(
    [...app.activities].map((name) =>
      store.createActivity({ name, origin: 'config', encryption: null }),
    ),
  );
}
