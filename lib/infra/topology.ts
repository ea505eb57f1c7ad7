/**
 * The whole topology, put together: its parts in one scope, or each in one of its own. The
 * construct and the stacks are both made of it, so that neither has what the other lacks.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuroraPostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { BatchDescription } from '../config/app-description.ts';
import { MillraceError } from '../errors.ts';
import { checkProps } from './checks/check-props.ts';
import { Compute } from './compute/compute.ts';
import { AppData } from './data/app-data.ts';
import type { DatabaseAccess, DatabaseProps } from './data/database.ts';
import { infraDefaults } from './infra-defaults.ts';
import type { MillraceProps } from './millrace-props.ts';
import { acknowledgeFindings } from './nag/acknowledgements.ts';
import { Observability } from './observability/observability.ts';
import { planQueues } from './queue-plan.ts';
import { AppQueues } from './queues/app-queues.ts';
import { scheduleNames } from './schedule/schedule-names.ts';
import { Schedules } from './schedule/schedules.ts';

/** Where each part goes. */
export interface TopologyScopes {
  readonly data: Construct;
  readonly queues: Construct;
  readonly compute: Construct;
  readonly schedule: Construct;
  readonly observability: Construct;
  /** What the app's metrics and logs are told apart by. */
  readonly namespace: string;
}

/** The parts that do the work. */
export interface ComputeResources {
  readonly data: AppData;
  readonly queues: AppQueues;
  readonly compute: Compute;
  readonly schedules: Schedules;
}

/** All parts. */
export interface Topology extends ComputeResources {
  readonly observability: Observability;
}

/** Makes the parts. Throws INVALID_CONFIGURATION with every problem of the props. */
export function createTopology(scopes: TopologyScopes, props: MillraceProps): Topology {
  const plans = planQueues(
    props.app.queues,
    props.queueOptions ?? {},
    props.workerConcurrency ?? infraDefaults.workerConcurrency,
  );
  checkProps(props, plans);
  const batches = batchesOf(props);
  const kept = keptOf(props);
  const names = scheduleNames(scopes.schedule);

  const data = new AppData(scopes.data, 'Data', {
    ...kept,
    ...given(props, 'bucket', 'eventBus', 'eventBusName', 'bucketProps'),
    batches,
    database: databaseOf(props, kept),
  });
  const queues = new AppQueues(scopes.queues, 'Queues', {
    ...given(props, 'encryptionKey', 'queueProps', 'deadLetterQueueProps'),
    plans,
    queueRetention: props.queueRetention ?? infraDefaults.queueRetention,
    deadLetterRetention: props.deadLetterRetention ?? infraDefaults.deadLetterRetention,
  });
  const compute = new Compute(scopes.compute, 'Compute', {
    ...computeProps(props, kept),
    data,
    queues,
    plans,
    schedules: names,
    namespace: scopes.namespace,
  });
  const schedules = new Schedules(scopes.schedule, 'Schedule', {
    ...given(props, 'encryptionKey'),
    names,
    leader: compute.leader.function,
    role: compute.scheduleRole,
    batches,
    bus: data.bus,
    bucket: data.bucket,
    after: compute.migration.resource,
  });
  const parts = { data, queues, compute, schedules };
  acknowledgeFindings(parts);
  const observability = new Observability(scopes.observability, 'Observability', {
    ...given(props, 'alarmTopic', 'alarmEmail'),
    topology: parts,
    namespace: scopes.namespace,
    scheduleGroup: names.group,
    oldestRunnable: props.oldestRunnable ?? infraDefaults.oldestRunnable,
  });
  return { ...parts, observability };
}

/** How long what is kept is kept, and what with it is encrypted. */
type Kept = Pick<DatabaseProps, 'encryptionKey' | 'logRetention' | 'removalPolicy'>;

function keptOf(props: MillraceProps): Kept {
  return {
    ...given(props, 'encryptionKey'),
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  };
}

function computeProps(props: MillraceProps, { logRetention, removalPolicy }: Kept) {
  return {
    ...given(props, 'encryptionKey'),
    app: props.app,
    executionEvents: props.executionEvents ?? 'all',
    logLevel: props.logLevel ?? 'info',
    taskPolicies: props.taskPolicies ?? [],
    hasApi: props.api ?? true,
    bundling: props.bundling ?? {},
    defaults: {
      logRetention,
      removalPolicy,
      reserveConcurrency: props.reserveConcurrency ?? true,
      ...(props.functionProps !== undefined && { overrides: props.functionProps }),
    },
  };
}

/** The app's batches with the triggers that the props give them. */
function batchesOf({ app, triggers = {} }: MillraceProps): BatchDescription[] {
  return app.batches.map((batch) => {
    const given = triggers[batch.name];
    if (given === undefined) return batch;
    const { name, machine, sourceFile, sourceKey } = batch;
    return { name, machine, sourceFile, sourceKey, ...given };
  });
}

function databaseOf(props: MillraceProps, kept: Kept): DatabaseAccess | DatabaseProps {
  const databaseName = props.databaseName ?? infraDefaults.databaseName;
  if (props.cluster === undefined) {
    return {
      ...kept,
      ...given(props, 'vpc', 'vpcSubnets'),
      engineVersion: props.engineVersion ?? AuroraPostgresEngineVersion.VER_17_9,
      minCapacity: props.minCapacity ?? infraDefaults.minCapacity,
      maxCapacity: props.maxCapacity ?? infraDefaults.maxCapacity,
      autoPause: props.autoPause ?? Duration.seconds(infraDefaults.autoPauseSeconds),
      databaseName,
      deletionProtection: props.deletionProtection ?? true,
      ...(props.databaseProps !== undefined && { overrides: props.databaseProps }),
    };
  }
  if (props.secret !== undefined) {
    return { cluster: props.cluster, secret: props.secret, databaseName };
  }
  throw new MillraceError(
    'INVALID_CONFIGURATION',
    'cluster: a cluster of your own needs the secret of the user that Millrace is there: give ' +
      'secret as well',
  );
}

/** Those of the named props that are there. */
function given<Name extends keyof MillraceProps>(
  props: MillraceProps,
  ...names: readonly Name[]
): Pick<MillraceProps, Name> {
  const entries = names
    .filter((name) => props[name] !== undefined)
    .map((name) => [name, props[name]]);
  return Object.fromEntries(entries);
}
