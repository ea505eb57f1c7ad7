/** Composes the constructs of an app. */
import type { Construct } from 'constructs';
import type { AppDescription, BatchDescription } from '../config/app-description.ts';
import type { AppResources } from './app-resources.ts';
import { Bundler, type BundlingOptions, type FunctionBundler } from './bundling/bundler.ts';
import { checkProps } from './checks/check-props.ts';
import { Compute } from './compute/compute.ts';
import { AppData } from './data/app-data.ts';
import { databaseProps, type RetentionProps, retentionProps } from './data/database-props.ts';
import { infraDefaults } from './infra-defaults.ts';
import { allowServicesToUse } from './key-policy.ts';
import type { MillraceProps } from './millrace-props.ts';
import { acknowledgeFindings } from './nag/acknowledge-findings.ts';
import { acknowledgeSettings } from './nag/acknowledge-settings.ts';
import { Observability } from './observability/observability.ts';
import { createPeopleAccess } from './people-access.ts';
import { pickDefined } from './pick-defined.ts';
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
  /** The folder of the built page. @default that of this package */
  readonly pageFolder?: string;
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
  const names = scheduleNames(scopes.schedule, batches);
  if (props.encryptionKey !== undefined) allowServicesToUse(props.encryptionKey, scopes.data);

  const data = new AppData(scopes.data, 'Data', {
    ...retention,
    ...pickDefined(props, 'bucket', 'eventBus', 'eventBusName', 'bucketProps', 'objectExpirations'),
    batches,
    database: databaseProps(props, retention),
  });
  const queues = new AppQueues(scopes.queues, 'Queues', {
    ...pickDefined(props, 'encryptionKey', 'queueProps', 'deadLetterQueueProps'),
    plans,
    queueRetention: props.queueRetention ?? infraDefaults.queueRetention,
    deadLetterRetention: props.deadLetterRetention ?? infraDefaults.deadLetterRetention,
  });
  const bundling = { ...bundlingOptions(props), ...props.bundling };
  const bundle = () => createBundler(props.app, bundling);
  const computeContext = {
    ...computeProps(props, retention),
    data,
    queues,
    schedules: names,
    namespace: scopes.namespace,
  };
  const compute = new Compute(scopes.compute, 'Compute', {
    ...computeContext,
    createBundler: bundle,
    plans,
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
  const people = createPeopleAccess(scopes, props, {
    ...computeContext,
    createBundler: bundle,
    scheduleRole: compute.scheduleRole,
    failures: compute.failures,
    schema: compute.migration.resource,
  });
  const resources = { data, queues, compute, schedules, ...people };
  const observability = new Observability(scopes.observability, 'Observability', {
    ...pickDefined(props, 'encryptionKey'),
    ...(props.alarms !== undefined && { targets: props.alarms }),
    resources,
    namespace: scopes.namespace,
    scheduleGroup: names.group,
    oldestRunnable: props.oldestRunnable ?? infraDefaults.oldestRunnable,
  });
  const topology = { ...resources, observability };
  acknowledgeFindings(topology);
  acknowledgeSettings(topology, props);
  return topology;
}

/** Tasks in a role of their own, and parameters of SSM, need more of the SDK. */
function bundlingOptions({ taskRoleArn, handlerSecrets = {} }: MillraceProps): BundlingOptions {
  const hasParameters = Object.values(handlerSecrets).some((arn) => arn.includes(':ssm:'));
  return {
    assumesRole: taskRoleArn !== undefined,
    ...(hasParameters && { sdkPackages: ['@aws-sdk/client-ssm'] }),
  };
}

function computeProps(props: MillraceProps, retention: RetentionProps) {
  return {
    ...pickDefined(
      props,
      'encryptionKey',
      'apiAccess',
      'taskRoleArn',
      'workerNetwork',
      'handlerEnvironment',
      'handlerSecrets',
      'layers',
      'tracingLayer',
      'canary',
    ),
    app: props.app,
    executionEvents: props.executionEvents ?? 'none',
    logLevel: props.logLevel ?? 'info',
    taskPolicies: props.taskPolicies ?? [],
    hasApi: props.api ?? true,
    ...stepFunctionsProps(props),
    defaults: {
      ...retention,
      reserveConcurrency: props.reserveConcurrency ?? false,
      ...(props.functionProps !== undefined && { overrides: props.functionProps }),
    },
  };
}

function stepFunctionsProps({ stepFunctions = false }: MillraceProps) {
  if (stepFunctions === false) return {};
  return { stepFunctions: stepFunctions === true ? {} : stepFunctions };
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
