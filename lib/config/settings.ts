/**
 * What the process runs with: the configuration, overruled by the environment, overruled by the
 * flags.
 */
import { resolve } from 'node:path';
import { engineLimitDefaults } from '../engine/limits.ts';
import { MillraceError } from '../errors.ts';
import { defaultWeights } from '../roles/delivery/priority-picker.ts';
import type { ExecutionEvents } from '../roles/execution/execution-ends.ts';
import { janitorDefaults } from '../roles/janitor.ts';
import { workerDefaults } from '../roles/worker.ts';
import { type BrokerSettings, resolveBroker } from './broker-settings.ts';
import type { MillraceConfig, ObjectsConfig } from './config.ts';
import type { EnvSettings } from './env.ts';
import { dataFolderDefault, resolveStore, type StoreSettings } from './store-settings.ts';

/** What flags can say; the same names as in the configuration. */
export interface FlagSettings {
  readonly store?: string;
  readonly postgresUrl?: string;
  readonly data?: string;
  readonly concurrency?: number;
  readonly queueDriver?: string;
  /** A URL, or `host:port`. */
  readonly redisUrl?: string;
  readonly redisPassword?: string;
  readonly redisDatabase?: number;
  /** The queues that a worker serves. @default all */
  readonly servedQueues?: readonly string[];
  readonly strictPriority?: boolean;
  /** The machine whose batches a leader leads. @default every machine's */
  readonly machineId?: string;
}

/** Which object store, and where. */
export type ObjectsSettings =
  | { readonly driver: 'files'; readonly folder: string }
  | Extract<ObjectsConfig, { driver: 's3' }>;

/** Everything that a composition needs beside the app's own functions. */
export interface Settings {
  readonly store: StoreSettings;
  readonly broker: BrokerSettings;
  readonly objects: ObjectsSettings;
  /** The EventBridge bus that ends are told to; null: none is. */
  readonly eventBus: string | null;
  /** What calls the leader, `group/name` at EventBridge Scheduler; null: it runs all the time. */
  readonly leaderSchedule: string | null;
  /** Whose ends are told there, beside those of batches. */
  readonly executionEvents: ExecutionEvents;
  readonly queues: Readonly<Record<string, number>>;
  /** Those of them that this process's worker serves. */
  readonly served: Readonly<Record<string, number>>;
  readonly strictPriority: boolean;
  /** The machine whose batches alone are led here; null: every machine's. */
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

/**
 * Merges the three; relative paths of the configuration start at `configFolder`, others at
 * `currentFolder`.
 */
export function resolveSettings(
  config: Omit<MillraceConfig, 'machines'>,
  env: EnvSettings,
  flags: FlagSettings,
  folders: { readonly config: string; readonly current: string },
): Settings {
  const queues = config.queues ?? defaultWeights;
  return {
    store: resolveStore(config, env, flags, folders),
    broker: resolveBroker(config, env, flags),
    objects: resolveObjects(config.objects, env, folders.config),
    eventBus: env.eventBus ?? null,
    leaderSchedule: env.leaderSchedule ?? null,
    executionEvents: env.executionEvents ?? settingsDefaults.executionEvents,
    queues,
    served: served(queues, flags.servedQueues),
    strictPriority: flags.strictPriority ?? config.strictPriority ?? false,
    ledMachine: flags.machineId ?? null,
    concurrency:
      flags.concurrency ?? env.concurrency ?? config.concurrency ?? workerDefaults.concurrency,
    leaseMs: (config.leaseSeconds ?? workerDefaults.leaseMs / 1_000) * 1_000,
    graceMs: (config.graceSeconds ?? workerDefaults.graceMs / 1_000) * 1_000,
    retentionMs:
      config.retentionDays === undefined
        ? janitorDefaults.retentionMs
        : config.retentionDays * dayMs,
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
  { objectsDriver = config?.driver }: EnvSettings,
  folder: string,
): ObjectsSettings {
  if (objectsDriver === 's3') return config?.driver === 's3' ? config : { driver: 's3' };
  const named = config?.driver === 'files' ? config.folder : undefined;
  return { driver: 'files', folder: resolve(folder, named ?? '') };
}
