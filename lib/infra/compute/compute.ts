/**
 * The functions: a worker for each queue, the leader, the archiver, the API, and the migration that
 * all of them wait for.
 */
import { Annotations, Stack } from 'aws-cdk-lib';
import { type PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Bundler, type BundlingOptions } from '../bundling/bundler.ts';
import { missingPermissions } from '../checks/task-permissions.ts';
import { writesResultFiles } from '../machine-needs.ts';
import type { QueuePlan } from '../queue-plan.ts';
import { sharedProps } from '../queues/app-queues.ts';
import { ApiFunction } from './api-function.ts';
import { ArchiverFunction } from './archiver-function.ts';
import type { FunctionContext } from './function-context.ts';
import { LeaderFunction } from './leader-function.ts';
import { Migration } from './migration.ts';
import { WorkerFunction } from './worker-function.ts';

/** What functions there are, and what they work on. */
export interface ComputeProps
  extends Omit<FunctionContext, 'bundler' | 'scheduleRole' | 'failures'> {
  readonly plans: readonly QueuePlan[];
  readonly taskPolicies: readonly PolicyStatement[];
  readonly hasApi: boolean;
  readonly bundling: BundlingOptions;
}

/** See this file's head. */
export class Compute extends Construct {
  /** What schedules call the leader as. */
  readonly scheduleRole: Role;
  /** Events that the leader or a migration failed at. */
  readonly failures: Queue;
  readonly migration: Migration;
  readonly leader: LeaderFunction;
  /** By queue. */
  readonly workers: ReadonlyMap<string, WorkerFunction>;
  readonly archiver: ArchiverFunction;
  /** Absent when it is turned off. */
  readonly api?: ApiFunction;

  constructor(scope: Construct, id: string, props: ComputeProps) {
    super(scope, id);
    for (const sentence of missingPermissions(props.app.machines, props.taskPolicies)) {
      Annotations.of(this).addWarningV2('millrace:taskPolicies', sentence);
    }
    this.scheduleRole = this.#createScheduleRole(props.schedules.group);
    this.failures = new Queue(this, 'Failures', sharedProps(props.encryptionKey));
    const bundler = new Bundler(props.app, props.bundling);
    const { scheduleRole, failures } = this;
    const context: FunctionContext = { ...props, bundler, scheduleRole, failures };
    try {
      this.migration = new Migration(this, 'Migrate', context);
      const after = this.migration.resource;
      const writesResults = writesResultFiles(props.app);
      this.leader = new LeaderFunction(this, 'Leader', context, { writesResults, after });
      this.workers = new Map(
        props.plans.map((plan) => [plan.queue, this.#createWorker(context, plan, props)]),
      );
      this.archiver = new ArchiverFunction(this, 'Archiver', context, after);
      if (props.hasApi) this.api = new ApiFunction(this, 'Api', context);
    } finally {
      bundler.close();
    }
  }

  #createWorker(context: FunctionContext, plan: QueuePlan, props: ComputeProps): WorkerFunction {
    return new WorkerFunction(this, `Worker-${plan.queue}`, context, {
      plan,
      taskPolicies: props.taskPolicies,
      after: this.migration.resource,
    });
  }

  /** Here and not with the schedules: the leader gives it to those that it makes. */
  #createScheduleRole(group: string): Role {
    const stack = Stack.of(this);
    const groupArn = stack.formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: group,
    });
    return new Role(this, 'ScheduleRole', {
      description: 'Millrace: what schedules call the leader as',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnEquals: { 'aws:SourceArn': groupArn },
        },
      }),
    });
  }
}
