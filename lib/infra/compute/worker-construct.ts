import { Policy, type PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { envNames } from '../../config/setting-sources.ts';
import { MillraceError } from '../../errors.ts';
import type { QueuePlan } from '../queue-plan.ts';
import type { QueuePair } from '../queues/app-queues.ts';
import { FunctionConstruct, type FunctionNetworkProps } from './function-construct.ts';
import {
  appLayers,
  databaseAs,
  type FunctionContext,
  functionEnvironment,
  handlerSecretStatements,
  keyStatements,
  secretsEnvironment,
  taskQueues,
} from './function-context.ts';
import { assumeRole, putEvents, queryDatabase, receiveFrom, sendTo } from './policies.ts';
import { queueSource } from './queue-source.ts';

/** The network of the workers. */
export type WorkerNetworkProps = FunctionNetworkProps;

/** Props of a {@link WorkerConstruct}. */
export interface WorkerConstructProps {
  readonly plan: QueuePlan;
  /** Permissions of the app's handlers and service integrations. */
  readonly taskPolicies: readonly PolicyStatement[];
  /** The role in which Tasks call AWS services. @default that of the worker */
  readonly taskRoleArn?: string | undefined;
  readonly network?: WorkerNetworkProps | undefined;
  /** What must exist before the first message is received: the schema of the database. */
  readonly after: IDependable;
}

/** The function that runs the tasks of one queue. */
export class WorkerConstruct extends FunctionConstruct {
  readonly source: EventSourceMapping;
  /** What handlers and service integrations may do; absent if they call nothing of AWS. */
  readonly tasks?: Policy;

  constructor(scope: Construct, id: string, context: FunctionContext, props: WorkerConstructProps) {
    const { plan, taskRoleArn, network } = props;
    const pair = findPair(context, plan.queue);
    super(scope, id, {
      description: `Millrace: runs the tasks of the queue ${plan.queue}`,
      bundle: context.bundler.bundle('worker'),
      memorySize: plan.memorySize,
      timeout: plan.timeout,
      concurrency: plan.maxConcurrency,
      environment: {
        ...functionEnvironment(context, 'worker'),
        ...secretsEnvironment(context),
        [envNames.workerQueue]: plan.queue,
        ...(taskRoleArn !== undefined && { [envNames.taskRoleArn]: taskRoleArn }),
      },
      statements: [
        receiveFrom([pair.queue]),
        sendTo([...taskQueues(context.queues), pair.dead]),
        ...queryDatabase(databaseAs(context.data, 'application')),
        ...(context.executionEvents === 'none' ? [] : [putEvents(context.data.bus)]),
        ...keyStatements(context),
        ...handlerSecretStatements(context),
        ...(taskRoleArn === undefined ? [] : [assumeRole(taskRoleArn)]),
      ],
      sendsToItself: true,
      defaults: context.defaults,
      after: context.schema,
      layers: appLayers(context),
      network,
      release: {
        canary: context.canary ?? false,
        provisionedConcurrency: plan.provisionedConcurrency,
      },
    });
    const statements = [...props.taskPolicies];
    if (statements.length > 0) {
      this.tasks = new Policy(this, 'Tasks', { roles: [this.role], statements });
      this.function.node.addDependency(this.tasks);
    }
    this.source = queueSource(this, 'Source', { ...plan, queue: pair.queue, after: props.after });
  }
}

function findPair({ queues }: FunctionContext, queue: string): QueuePair {
  const pair = queues.pairs.get(queue);
  if (pair !== undefined) return pair;
  throw new MillraceError('INVALID_CONFIGURATION', `there is no queue '${queue}'`);
}
