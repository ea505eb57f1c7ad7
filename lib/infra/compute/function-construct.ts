import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  type FunctionProps,
  type IFunction,
  type ILayerVersion,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IDependable } from 'constructs';
import type { FunctionBundle } from '../bundling/bundler.ts';
import { checkEnvironment } from '../checks/check-environment.ts';
import { createLogGroup, type LogProps } from '../log-group.ts';
import { FunctionRelease, type ReleaseProps } from './function-release.ts';
import { networkActions } from './network-actions.ts';

/** Settings that all functions of an app share. */
export interface FunctionDefaults extends LogProps {
  /** Whether each function reserves its concurrency. */
  readonly reserveConcurrency: boolean;
  readonly overrides?: Partial<FunctionProps>;
}

/** Props of a {@link FunctionConstruct}. */
export interface FunctionConstructProps {
  readonly description: string;
  readonly bundle: FunctionBundle;
  readonly memorySize: number;
  readonly timeout: Duration;
  /** Maximum number of invocations at once. @default the quota of the account */
  readonly concurrency?: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly PolicyStatement[];
  /** Whether it receives messages that it has sent: next tasks, or continuations of the leader. */
  readonly sendsToItself?: boolean;
  readonly defaults: FunctionDefaults;
  /** What must exist before its code runs: the schema of the database. @default nothing */
  readonly after?: IDependable | undefined;
  /** Layers that it loads. @default [] */
  readonly layers?: readonly ILayerVersion[];
  /** The VPC that it runs in. @default none */
  readonly network?: FunctionNetworkProps | undefined;
  /** How new versions come into use. @default at once, for all callers */
  readonly release?: ReleaseProps | undefined;
}

/** The subnets and the security groups of a function in a VPC. */
export type FunctionNetworkProps = Required<
  Pick<FunctionProps, 'securityGroups' | 'vpc' | 'vpcSubnets'>
>;

/**
 * A function with a role of its own, a log group with a retention, and tracing. The role may write
 * the logs and do what the statements allow, nothing more.
 */
export class FunctionConstruct extends Construct {
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly function: LambdaFunction;
  /** How new versions come into use; absent if they do at once. */
  readonly release?: FunctionRelease;

  constructor(scope: Construct, id: string, props: FunctionConstructProps) {
    super(scope, id);
    const { defaults } = props;
    checkEnvironment(this.node.path, props.environment);
    this.logGroup = createLogGroup(this, 'Logs', defaults);
    this.role = new Role(this, 'Role', {
      description: props.description,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const { network } = props;
    const connecting = network === undefined ? [] : [connectToNetwork()];
    for (const statement of [this.#writeLogs(), ...connecting, ...props.statements]) {
      this.role.addToPolicy(statement);
    }
    this.function = new LambdaFunction(this, 'Function', {
      ...functionProps(props),
      role: this.role,
      logGroup: this.logGroup,
      ...defaults.overrides,
    });
    // Old code works on a newer schema, as long as a deploy takes; new code on an older one fails.
    if (props.after !== undefined) this.function.node.addDependency(props.after);
    const { release } = props;
    if (release?.canary === true || release?.provisionedConcurrency !== undefined) {
      this.release = new FunctionRelease(this, 'Release', this.function, release);
    }
  }

  /** What callers and event sources invoke. */
  get target(): IFunction {
    return (this.release?.alias ?? this.function) as IFunction;
  }

  /** The ARN of a log group ends in `:*`, which covers its streams. */
  #writeLogs(): PolicyStatement {
    return new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
  }
}

/** EC2 accepts no resources for what Lambda does in a VPC with the role of a function. */
function connectToNetwork(): PolicyStatement {
  return new PolicyStatement({ actions: [...networkActions], resources: ['*'] });
}

function functionProps(props: FunctionConstructProps): FunctionProps {
  const { bundle, concurrency, defaults, layers = [], network } = props;
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
    ...(layers.length > 0 && { layers: [...layers] }),
    ...network,
    // Otherwise Lambda would detect a loop, and stop it after 16 rounds.
    ...(props.sendsToItself === true && { recursiveLoop: RecursiveLoop.ALLOW }),
  };
}
