/** Composes the constructs of an app. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuroraPostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { AppDescription, BatchDescription } from '../config/app-description.ts';
import { MillraceError } from '../errors.ts';
import type { AppResources } from './app-resources.ts';
import { Bundler, type BundlingOptions, type FunctionBundler } from './bundling/bundler.ts';
import { checkProps } from './checks/check-props.ts';
import { Compute } from './compute/compute.ts';
import { AppData } from './data/app-data.ts';
import type { DatabaseAccess, DatabaseProps } from './data/database.ts';
import { infraDefaults } from './infra-defaults.ts';
import type { MillraceProps } from './millrace-props.ts';
import { acknowledgeFindings } from './nag/acknowledge-findings.ts';
import { Observability } from './observability/observability.ts';
import { planQueues } from './queue-plan.ts';
import { AppQueues } from './queues/app-queues.ts';
import { scheduleNames } from './schedule/schedule-names.ts';
import { Schedules } from './schedule/schedules.ts';

/** The scope of each part of the topology. */
export interface TopologyScopes {
  readonly data: Construct;
  readonly queues: Construct;
  readonly compute: Construct;
  readonly schedule: Construct;
  readonly observability: Construct;
  /** Namespace of the app's metrics. */
  readonly namespace: string;
}

/** Creates the bundler of the functions of an app. */
export type CreateBundler = (app: AppDescription, options: BundlingOptions) => FunctionBundler;

/** All constructs of an app. */
export interface Topology extends AppResources {
  readonly observability: Observability;
}

/**
 * Creates the whole topology, in one scope or in several. The construct and the stacks both use it,
 * so that they contain the same resources. Throws INVALID_CONFIGURATION with every problem of the
 * props.
 * @param createBundler @default the bundler with esbuild
 */
export function createTopology(
  scopes: TopologyScopes,
  props: MillraceProps,
  createBundler: CreateBundler = (app, options) => new Bundler(app, options),
): Topology {
  const plans = planQueues(
    props.app.queues,
    props.queueOptions ?? {},
    props.workerConcurrency ?? infraDefaults.workerConcurrency,
  );
  checkProps(props, plans);
  const batches = applyTriggers(props);
  const retention = retentionProps(props);
  const names = scheduleNames(scopes.schedule);

  const data = new AppData(scopes.data, 'Data', {
    ...retention,
    ...pickDefined(props, 'bucket', 'eventBus', 'eventBusName', 'bucketProps'),
    batches,
    database: databaseProps(props, retention),
  });
  const queues = new AppQueues(scopes.queues, 'Queues', {
    ...pickDefined(props, 'encryptionKey', 'queueProps', 'deadLetterQueueProps'),
    plans,
    queueRetention: props.queueRetention ?? infraDefaults.queueRetention,
    deadLetterRetention: props.deadLetterRetention ?? infraDefaults.deadLetterRetention,
  });
  const compute = new Compute(scopes.compute, 'Compute', {
    ...computeProps(props, retention),
    createBundler: () => createBundler(props.app, props.bundling ?? {}),
    data,
    queues,
    plans,
    schedules: names,
    namespace: scopes.namespace,
  });
  const schedules = new Schedules(scopes.schedule, 'Schedule', {
    ...pickDefined(props, 'encryptionKey'),
    names,
    leader: compute.leader.function,
    role: compute.scheduleRole,
    batches,
    bus: data.bus,
    bucket: data.bucket,
    after: compute.migration.resource,
  });
  const resources = { data, queues, compute, schedules };
  acknowledgeFindings(resources);
  const observability = new Observability(scopes.observability, 'Observability', {
    ...pickDefined(props, 'alarmTopic', 'alarmEmail'),
    resources,
    namespace: scopes.namespace,
    scheduleGroup: names.group,
    oldestRunnable: props.oldestRunnable ?? infraDefaults.oldestRunnable,
  });
  return { ...resources, observability };
}

/** How long data and logs are kept, and the key that encrypts them. */
type RetentionProps = Pick<DatabaseProps, 'encryptionKey' | 'logRetention' | 'removalPolicy'>;

function retentionProps(props: MillraceProps): RetentionProps {
  return {
    ...pickDefined(props, 'encryptionKey'),
    logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
  };
}

function computeProps(props: MillraceProps, { logRetention, removalPolicy }: RetentionProps) {
  return {
    ...pickDefined(props, 'encryptionKey'),
    app: props.app,
    executionEvents: props.executionEvents ?? 'all',
    logLevel: props.logLevel ?? 'info',
    taskPolicies: props.taskPolicies ?? [],
    hasApi: props.api ?? true,
    defaults: {
      logRetention,
      removalPolicy,
      reserveConcurrency: props.reserveConcurrency ?? true,
      ...(props.functionProps !== undefined && { overrides: props.functionProps }),
    },
  };
}

/** Returns the app's batches with the triggers of the props. */
function applyTriggers({ app, triggers = {} }: MillraceProps): BatchDescription[] {
  return app.batches.map((batch) => {
    const batchTriggers = triggers[batch.name];
    if (batchTriggers === undefined) return batch;
    const { name, machine, sourceFile, sourceKey } = batch;
    return { name, machine, sourceFile, sourceKey, ...batchTriggers };
  });
}

function databaseProps(
  props: MillraceProps,
  retention: RetentionProps,
): DatabaseAccess | DatabaseProps {
  const databaseName = props.databaseName ?? infraDefaults.databaseName;
  if (props.cluster === undefined) {
    return {
      ...retention,
      ...pickDefined(props, 'vpc', 'vpcSubnets'),
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
    "cluster: an existing cluster needs the secret of Millrace's user: give secret as well",
  );
}

/** Returns the named props that are defined. */
function pickDefined<Name extends keyof MillraceProps>(
  props: MillraceProps,
  ...names: readonly Name[]
): Pick<MillraceProps, Name> {
  const entries = names
    .filter((name) => props[name] !== undefined)
    .map((name) => [name, props[name]]);
  return Object.fromEntries(entries);
}
