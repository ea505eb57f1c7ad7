/** Resolves the settings of a process: the configuration, then the environment, then the flags. */
import { resolve } from 'node:path';
import { engineLimitDefaults } from '../engine/limits.ts';
import { MillraceError } from '../errors.ts';
import type { ExecutionEvents } from '../ports/event-bus.ts';
import { type AlertRules, alertRuleDefaults } from '../roles/alerts/alert-rules.ts';
import { defaultWeights } from '../roles/delivery/priority-picker.ts';
import { janitorDefaults } from '../roles/janitor.ts';
import { workerDefaults } from '../roles/worker.ts';
import { type BrokerSettings, resolveBroker } from './broker-settings.ts';
import type { InboxConfig, MillraceConfig, ObjectsConfig } from './config.ts';
import { resolveScope, type ScopeSettings } from './scope-settings.ts';
import type { SettingOverrides } from './setting-sources.ts';
import { dataFolderDefault, resolveStore, type StoreSettings } from './store-settings.ts';

/** The object store: local folders, or S3. */
export type ObjectsSettings =
  | { readonly driver: 'files'; readonly folder: string }
  | Extract<ObjectsConfig, { driver: 's3' }>;

/** Where new objects arrive. */
export interface InboxSettings {
  readonly folder: string | null;
  readonly settleMs: number;
  /** URL of a queue with events of buckets. */
  readonly queue: string | null;
}

/** The settings of the drivers and roles of a process. */
export interface Settings {
  readonly store: StoreSettings;
  /** The account and region that ARNs name. */
  readonly scope: ScopeSettings;
  readonly broker: BrokerSettings;
  readonly objects: ObjectsSettings;
  /** Where new objects arrive; null for nowhere. */
  readonly inbox: InboxSettings | null;
  /** The EventBridge bus that ends are published to, or null. */
  readonly eventBus: string | null;
  /** The schedule that invokes the leader, `group/name`; null if the leader runs in a loop. */
  readonly leaderSchedule: string | null;
  /** Which ends of executions are published; ends of batches always are. */
  readonly executionEvents: ExecutionEvents;
  /** Weights by queue. */
  readonly queues: Readonly<Record<string, number>>;
  /** Weights of the queues that the worker of this process serves. */
  readonly served: Readonly<Record<string, number>>;
  readonly strictPriority: boolean;
  /** The machine whose batches this process leads; null for every machine. */
  readonly ledMachine: string | null;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  /** How long a start waits for services that are starting up, have no connection left … */
  readonly startWaitMs: number;
  /**
   * How long work that no live process can do waits for one that can, as while two versions of a
   * program run side by side.
   */
  readonly deployGraceMs: number;
  readonly retentionMs: number;
  /** How long after its end an execution keeps its name. */
  readonly executionNameMs: number;
  /** Whether figures are kept. */
  readonly measure: 'on' | 'off';
  readonly measureRetentionMs: number;
  /** How long orders, other changes and ended alerts are kept. */
  readonly auditRetentionMs: number;
  readonly alerts: AlertRules;
  readonly payloadBytesMax: number;
  readonly historyEventsMax: number;
  readonly historyBytesMax: number;
  /** Whether the process is a Lambda function. */
  readonly isInLambda: boolean;
  /** Whether services that Tasks could call lead to the store, with the process's credentials. */
  readonly protectsStore: boolean;
  /** The role in which Tasks call AWS services; null for that of the process. */
  readonly taskRoleArn: string | null;
  /** File of the execution log; null for standard error. */
  readonly executionLog: string | null;
}

/** Defaults that do not belong to a role. */
export const settingsDefaults = Object.freeze({
  data: dataFolderDefault,
  executionEvents: 'all' as ExecutionEvents,
  measure: 'on' as Settings['measure'],
  startWaitSeconds: 60,
  /** AWS's time. */
  executionNameDays: 90,
  settleSeconds: 5,
  deployGraceSeconds: 600,
  payloadBytesMax: engineLimitDefaults.payloadBytesMax,
  historyEventsMax: engineLimitDefaults.historyEventsMax,
  historyBytesMax: engineLimitDefaults.historyBytesMax,
});

const dayMs = 24 * 60 * 60 * 1_000;

/** Folders that relative paths start at, in the configuration and in overrides. */
export interface SettingFolders {
  readonly config: string;
  readonly current: string;
}

/** Merges the configuration with its overrides. Throws INVALID_CONFIGURATION. */
export function resolveSettings(
  config: Omit<MillraceConfig, 'machines'>,
  overrides: SettingOverrides,
  folders: SettingFolders,
): Settings {
  const queues = configuredQueues(config);
  const store = resolveStore(config, overrides, folders);
  const { executionEvents = settingsDefaults.executionEvents } = overrides;
  const retentionMs = (config.retentionDays ?? janitorDefaults.retentionMs / dayMs) * dayMs;
  return {
    store,
    scope: resolveScope(config, overrides, store),
    broker: resolveBroker(config, overrides),
    objects: resolveObjects(config.objects, overrides, folders.config),
    inbox: resolveInbox(config.inbox, folders.config),
    eventBus: overrides.eventBus ?? null,
    leaderSchedule: overrides.leaderSchedule ?? null,
    executionEvents,
    queues,
    served: selectQueues(queues, overrides.servedQueues),
    strictPriority: overrides.strictPriority ?? config.strictPriority ?? false,
    ledMachine: overrides.ledMachine ?? null,
    concurrency: overrides.concurrency ?? config.concurrency ?? workerDefaults.concurrency,
    leaseMs: (config.leaseSeconds ?? workerDefaults.leaseMs / 1_000) * 1_000,
    graceMs: (config.graceSeconds ?? workerDefaults.graceMs / 1_000) * 1_000,
    startWaitMs: (config.startWaitSeconds ?? settingsDefaults.startWaitSeconds) * 1_000,
    deployGraceMs: (config.deployGraceSeconds ?? settingsDefaults.deployGraceSeconds) * 1_000,
    retentionMs,
    executionNameMs: Math.max(
      retentionMs,
      (config.executionNameDays ?? settingsDefaults.executionNameDays) * dayMs,
    ),
    measure: overrides.measure ?? config.measure ?? settingsDefaults.measure,
    measureRetentionMs:
      config.measureRetentionDays === undefined
        ? janitorDefaults.measureRetentionMs
        : config.measureRetentionDays * dayMs,
    auditRetentionMs:
      (config.auditRetentionDays ?? janitorDefaults.auditRetentionMs / dayMs) * dayMs,
    alerts: { ...alertRuleDefaults, ...config.alerts },
    payloadBytesMax: config.payloadBytesMax ?? settingsDefaults.payloadBytesMax,
    historyEventsMax: config.historyEventsMax ?? settingsDefaults.historyEventsMax,
    historyBytesMax: config.historyBytesMax ?? settingsDefaults.historyBytesMax,
    isInLambda: overrides.lambdaFunction !== undefined,
    protectsStore: store.driver === 'rds-data',
    taskRoleArn: overrides.taskRoleArn ?? null,
    executionLog:
      config.executionLog === undefined ? null : resolve(folders.config, config.executionLog),
  };
}

function selectQueues(
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

function resolveInbox(inbox: InboxConfig | undefined, base: string): InboxSettings | null {
  if (inbox === undefined) return null;
  const { folder, queue = null, settleSeconds } = inbox;
  return {
    folder: folder === undefined ? null : resolve(base, folder),
    settleMs: (settleSeconds ?? settingsDefaults.settleSeconds) * 1_000,
    queue,
  };
}

/** Returns the weights of an app's queues by their name. */
export function configuredQueues({
  queues = defaultWeights,
}: Pick<MillraceConfig, 'queues'>): Readonly<Record<string, number>> {
  return queues;
}
