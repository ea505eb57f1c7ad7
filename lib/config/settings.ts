/** The settings of a process: the configuration, overridden by the environment and the flags. */
import { resolve } from 'node:path';
import { engineLimitDefaults } from '../engine/limits.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionEvents } from '../ports/event-bus.ts';
import { defaultWeights } from '../roles/delivery/priority-picker.ts';
import { janitorDefaults } from '../roles/janitor.ts';
import { workerDefaults } from '../roles/worker.ts';
import { type BrokerSettings, resolveBroker } from './broker-settings.ts';
import type { MillraceConfig, ObjectsConfig } from './config.ts';
import type { SettingOverrides } from './setting-sources.ts';
import { dataFolderDefault, resolveStore, type StoreSettings } from './store-settings.ts';

/** The object store: folders of this machine, or S3. */
export type ObjectsSettings =
  | { readonly driver: 'files'; readonly folder: string }
  | Extract<ObjectsConfig, { driver: 's3' }>;

/** Everything that configures the drivers and roles of a process. */
export interface Settings {
  readonly store: StoreSettings;
  readonly broker: BrokerSettings;
  readonly objects: ObjectsSettings;
  /** The EventBridge bus that ends are published to; null: none. */
  readonly eventBus: string | null;
  /** EventBridge Scheduler's schedule of the leader, `group/name`; null: the leader runs in a loop. */
  readonly leaderSchedule: string | null;
  /** The executions whose ends are published, besides those of batches. */
  readonly executionEvents: ExecutionEvents;
  /** Weights by queue. */
  readonly queues: Readonly<Record<string, number>>;
  /** The queues that this process's worker serves, with their weights. */
  readonly served: Readonly<Record<string, number>>;
  readonly strictPriority: boolean;
  /** The machine whose batches this process leads; null: every machine's. */
  readonly ledMachine: string | null;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly retentionMs: number;
  readonly payloadBytesMax: number;
  /** Infinite without a limit. */
  readonly historyEventsMax: number;
  /** The file of the execution log; null: standard error. */
  readonly executionLog: string | null;
}

/** Defaults that no role owns. */
export const settingsDefaults = Object.freeze({
  data: dataFolderDefault,
  executionEvents: 'all' as ExecutionEvents,
  payloadBytesMax: engineLimitDefaults.payloadBytesMax,
});

const dayMs = 24 * 60 * 60 * 1_000;

/** Where relative paths start: those of the configuration, and those of overrides. */
export interface SettingFolders {
  readonly config: string;
  readonly current: string;
}

/** Merges the configuration with what overrides it. Throws INVALID_CONFIGURATION. */
export function resolveSettings(
  config: Omit<MillraceConfig, 'machines'>,
  overrides: SettingOverrides,
  folders: SettingFolders,
): Settings {
  const queues = config.queues ?? defaultWeights;
  const { executionEvents = settingsDefaults.executionEvents } = overrides;
  return {
    store: resolveStore(config, overrides, folders),
    broker: resolveBroker(config, overrides),
    objects: resolveObjects(config.objects, overrides, folders.config),
    eventBus: overrides.eventBus ?? null,
    leaderSchedule: overrides.leaderSchedule ?? null,
    executionEvents,
    queues,
    served: served(queues, overrides.servedQueues),
    strictPriority: overrides.strictPriority ?? config.strictPriority ?? false,
    ledMachine: overrides.ledMachine ?? null,
    concurrency: overrides.concurrency ?? config.concurrency ?? workerDefaults.concurrency,
    leaseMs: (config.leaseSeconds ?? workerDefaults.leaseMs / 1_000) * 1_000,
    graceMs: (config.graceSeconds ?? workerDefaults.graceMs / 1_000) * 1_000,
    retentionMs: (config.retentionDays ?? janitorDefaults.retentionMs / dayMs) * dayMs,
    payloadBytesMax: config.payloadBytesMax ?? settingsDefaults.payloadBytesMax,
    historyEventsMax: config.historyEventsMax ?? engineLimitDefaults.historyEventsMax,
    executionLog:
      config.executionLog === undefined ? null : resolve(folders.config, config.executionLog),
  };
}

function served(
  queues: Readonly<Record<string, number>>,
  names: readonly string[] | undefined,
): Readonly<Record<string, number>> {
  if (names === undefined) return queues;
  return Object.fromEntries(
    names.map((name) => {
      const weight = Object.hasOwn(queues, name) ? queues[name] : undefined;
      if (weight !== undefined) return [name, weight];
      throw new MillraceError(
        'INVALID_CONFIGURATION',
        `--queues must name queues of the configuration (${Object.keys(queues).join(', ')}); ` +
          `found '${name}'`,
      );
    }),
  );
}

function resolveObjects(
  config: ObjectsConfig | undefined,
  { objectsDriver = config?.driver }: SettingOverrides,
  folder: string,
): ObjectsSettings {
  if (objectsDriver === 's3') return config?.driver === 's3' ? config : { driver: 's3' };
  const named = config?.driver === 'files' ? config.folder : undefined;
  return { driver: 'files', folder: resolve(folder, named ?? '') };
}
