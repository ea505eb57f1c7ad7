/**
 * What every function has: its bundle, a role of its own that may what it is given and write its
 * logs, logs that are kept for a time, traces, and a queue for what failed when nobody waited.
 */
import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type FunctionProps,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionBundle } from '../bundling/bundler.ts';
import { checkEnvironment } from '../checks/check-environment.ts';

/** What all functions of an app share. */
export interface FunctionDefaults {
  readonly logRetention: RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Whether concurrency is set aside for each function. */
  readonly reserveConcurrency: boolean;
  readonly overrides?: Partial<FunctionProps>;
}

/** One function. */
export interface AppFunctionProps {
  readonly description: string;
  readonly bundle: FunctionBundle;
  readonly memorySize: number;
  readonly timeout: Duration;
  /** How many run at once; absent: as many as the account allows. */
  readonly concurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  /** Whether messages of its own come back to it, as tasks go on and leaders follow one another. */
  readonly sendsToItself?: boolean;
  readonly defaults: FunctionDefaults;
}

/** See this file's head. */
export class AppFunction extends Construct {
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: AppFunctionProps) {
    super(scope, id);
    const { defaults } = props;
    checkEnvironment(this.node.path, props.environment);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: defaults.logRetention,
      removalPolicy: defaults.removalPolicy,
    });
    this.role = new Role(this, 'Role', {
      description: props.description,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    for (const statement of [this.#writeLogs(), ...props.statements]) {
      this.role.addToPolicy(statement);
    }
    this.function = new LambdaFunction(this, 'Function', {
      ...functionProps(props),
      role: this.role,
      logGroup: this.logGroup,
      ...defaults.overrides,
    });
  }

  /** The group's own ARN ends in `:*`: its streams. */
  #writeLogs(): PolicyStatement {
    return new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
  }
}

function functionProps(props: AppFunctionProps): FunctionProps {
  const { bundle, concurrency, defaults } = props;
  return {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(bundle.folder),
    handler: bundle.handler,
    memorySize: props.memorySize,
    timeout: props.timeout,
    environment: props.environment,
    loggingFormat: LoggingFormat.JSON,
    tracing: Tracing.ACTIVE,
    ...(concurrency !== undefined &&
      defaults.reserveConcurrency && { reservedConcurrentExecutions: concurrency }),
    // AWS would take it for a loop that nobody meant, and stop it at the sixteenth round.
    ...(props.sendsToItself === true && { recursiveLoop: RecursiveLoop.ALLOW }),
  };
}
