import { findTaskResources } from '../../asl/find-task-resources.ts';
import { describeBroker } from '../../config/broker-settings.ts';
import type { BatchConfig } from '../../config/config.ts';
import type { AppContext } from '../app-context.ts';

/** What a deployment is, and what can be done with it from this process. */
export interface DeploymentDescription {
  /** embedded: one process; server: processes that share servers; functions: on AWS Lambda. */
  readonly deployment: 'embedded' | 'server' | 'functions';
  readonly store: string;
  readonly broker: string;
  readonly can: {
    /** Whether changes may be followed continuously, or should only be asked for. */
    readonly live: 'stream' | 'ask';
    readonly askAfterMs: number;
    readonly pauseQueues: boolean;
    readonly seeDepths: boolean;
    readonly measure: boolean;
  };
  readonly batches: readonly DeployedBatch[];
  readonly machines: readonly DeployedMachine[];
}

/** A batch of the configuration. */
export interface DeployedBatch {
  readonly name: string;
  readonly machineId: string;
  readonly sourceKind: string;
  readonly schedule: string | null;
  readonly timeZone: string | null;
  readonly onObject: boolean;
}

/** A machine of the configuration, with the resources that its Tasks cannot call from here. */
export interface DeployedMachine {
  readonly id: string;
  readonly unhandled: readonly string[];
}

/** Time between two questions, in milliseconds: to databases that bill or sleep, and to others. */
const askAfterMs = { billed: 5_000, other: 2_000 };

/**
 * Returns how callers may follow changes, and how often they may ask: a database that is billed by
 * the call, or sleeps without calls, is only asked for as long as a person looks.
 */
export function waysToFollow({ settings }: Pick<AppContext, 'settings'>) {
  const isBilled = settings.store.driver === 'rds-data';
  return isBilled
    ? ({ live: 'ask', askAfterMs: askAfterMs.billed } as const)
    : ({ live: 'stream', askAfterMs: askAfterMs.other } as const);
}

/**
 * Describes the deployment that a process belongs to. Reads nothing.
 * @param reachesWorkers whether the broker here is the one that workers take from
 */
export function describeDeployment(
  context: Pick<AppContext, 'app' | 'invoker' | 'machines' | 'settings' | 'store'>,
  reachesWorkers: boolean,
): DeploymentDescription {
  const { app, settings, store } = context;
  const isFunctions = settings.leaderSchedule !== null;
  const isShared = settings.store.driver === 'postgres' || settings.store.driver === 'rds-data';
  return {
    deployment: isFunctions ? 'functions' : isShared ? 'server' : 'embedded',
    store: store.description,
    broker: describeBroker(settings.broker),
    can: {
      ...waysToFollow(context),
      pauseQueues: reachesWorkers && !isFunctions,
      seeDepths: reachesWorkers,
      measure: settings.measure === 'on',
    },
    batches: Object.entries(app.batches).map(([name, batch]) => describeBatch(name, batch)),
    machines: describeMachines(context),
  };
}

function describeBatch(name: string, batch: BatchConfig): DeployedBatch {
  const { machine, source, schedule = null, timeZone = null, onObject } = batch;
  return {
    name,
    machineId: machine,
    sourceKind: source.kind,
    schedule,
    timeZone,
    onObject: onObject !== undefined,
  };
}

function describeMachines({
  machines,
  invoker,
}: Pick<AppContext, 'machines' | 'invoker'>): DeployedMachine[] {
  return machines.list().map(({ record, definition }) => {
    const refused = findTaskResources(definition).filter(
      (task) => invoker.findRefusal({ ...task, asWritten: true }) !== null,
    );
    return { id: record.id, unhandled: [...new Set(refused.map(({ resource }) => resource))] };
  });
}
