import { Annotations, Stack } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ApiRole, HostedStepFunctions } from '../../config/deployment-config.ts';
import type { FunctionBundler } from '../bundling/bundler.ts';
import { missingPermissions } from '../checks/missing-permissions.ts';
import type { QueuePlan } from '../queue-plan.ts';
import { baseQueueProps } from '../queues/app-queues.ts';
import { writesResultFiles } from '../writes-result-files.ts';
import { ApiConstruct } from './api-construct.ts';
import { ArchiverConstruct } from './archiver-construct.ts';
import type { FunctionContext } from './function-context.ts';
import { LeaderConstruct } from './leader-construct.ts';
import { MigrationConstruct } from './migration-construct.ts';
import { StepFunctionsConstruct } from './step-functions-construct.ts';
import { WorkerConstruct, type WorkerNetworkProps } from './worker-construct.ts';

/** Props of {@link Compute}. */
export interface ComputeProps
  extends Omit<FunctionContext, 'bundler' | 'scheduleRole' | 'failures'> {
  readonly plans: readonly QueuePlan[];
  readonly taskPolicies: readonly PolicyStatement[];
  readonly hasApi: boolean;
  /** Roles of callers of the API by patterns of their ARNs. @default all are owners */
  readonly apiAccess?: Readonly<Record<string, ApiRole>>;
  /** Step Functions' own API. @default not deployed */
  readonly stepFunctions?: HostedStepFunctions;
  readonly taskRoleArn?: string;
  readonly workerNetwork?: WorkerNetworkProps;
  /** Creates the bundler of the functions, which is closed after the last one. */
  readonly createBundler: () => FunctionBundler;
}

/**
 * The functions: a worker for each queue, the leader, the archiver, the APIs, and the migration
 * that the event sources of all others wait for.
 */
export class Compute extends Construct {
  /** The role in which schedules invoke the leader. */
  readonly scheduleRole: Role;
  /** Events that the leader or a migration failed to handle. */
  readonly failures: Queue;
  readonly migration: MigrationConstruct;
  readonly leader: LeaderConstruct;
  /** Workers by queue. */
  readonly workers: ReadonlyMap<string, WorkerConstruct>;
  readonly archiver: ArchiverConstruct;
  /** Absent if it is disabled. */
  readonly api?: ApiConstruct;
  /** Absent unless it is asked for. */
  readonly stepFunctions?: StepFunctionsConstruct;

  constructor(scope: Construct, id: string, props: ComputeProps) {
    super(scope, id);
    const { machines } = props.app;
    const warnings =
      props.taskRoleArn === undefined ? missingPermissions(machines, props.taskPolicies) : [];
    for (const warning of warnings) {
      Annotations.of(this).addWarningV2('millrace:taskPolicies', warning);
    }
    this.scheduleRole = this.#createScheduleRole(props.schedules.group);
    this.failures = new Queue(this, 'Failures', baseQueueProps(props.encryptionKey));
    const bundler = props.createBundler();
    const { scheduleRole, failures } = this;
    const first: FunctionContext = { ...props, bundler, scheduleRole, failures };
    try {
      this.migration = new MigrationConstruct(this, 'Migrate', first);
      const after = this.migration.resource;
      const context = { ...first, schema: after };
      const writesResults = writesResultFiles(props.app);
      const { batches } = props.app;
      this.leader = new LeaderConstruct(this, 'Leader', context, { writesResults, batches, after });
      this.workers = new Map(
        props.plans.map((plan) => [plan.queue, this.#createWorker(context, plan, props)]),
      );
      this.archiver = new ArchiverConstruct(this, 'Archiver', context, after);
      if (props.hasApi) this.api = new ApiConstruct(this, 'Api', context, props.apiAccess);
      if (props.stepFunctions !== undefined) {
        this.stepFunctions = new StepFunctionsConstruct(this, 'StepFunctions', context, {
          ...props.stepFunctions,
          taskPolicies: props.taskPolicies,
          taskRoleArn: props.taskRoleArn,
          network: props.workerNetwork,
        });
      }
    } finally {
      bundler.close();
    }
  }

  #createWorker(context: FunctionContext, plan: QueuePlan, props: ComputeProps): WorkerConstruct {
    return new WorkerConstruct(this, `Worker-${plan.queue}`, context, {
      plan,
      taskPolicies: props.taskPolicies,
      taskRoleArn: props.taskRoleArn,
      network: props.workerNetwork,
      after: this.migration.resource,
    });
  }

  /** Created here rather than with the schedules, because the leader passes it to its schedules. */
  #createScheduleRole(group: string): Role {
    const stack = Stack.of(this);
    const groupArn = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: group,
    });
    return new Role(this, 'ScheduleRole', {
      description: 'Millrace: the role in which schedules invoke the leader',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnEquals: { 'aws:SourceArn': groupArn },
        },
      }),
    });
  }
}
