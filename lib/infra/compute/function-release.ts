import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { Alias, type IVersion, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** How new versions of a function come into use. */
export interface ReleaseProps {
  /** Number of environments that are kept started. @default none */
  readonly provisionedConcurrency?: number | undefined;
  /** Whether a new version first gets a tenth of the work, for five minutes. */
  readonly canary: boolean;
}

/**
 * The version of a function that is in use, as an alias that its callers and event sources name. A
 * canary shifts the alias in two steps, and back if invocations fail meanwhile, which rolls the
 * deploy back.
 */
export class FunctionRelease extends Construct {
  readonly alias: Alias;
  /** Absent without a canary. */
  readonly shift?: LambdaDeploymentGroup;

  constructor(scope: Construct, id: string, target: LambdaFunction, props: ReleaseProps) {
    super(scope, id);
    const { canary, provisionedConcurrency } = props;
    this.alias = new Alias(this, 'Alias', {
      aliasName: 'live',
      // Classes and interfaces of the CDK disagree about absent properties.
      version: target.currentVersion as IVersion,
      ...(provisionedConcurrency !== undefined && {
        provisionedConcurrentExecutions: provisionedConcurrency,
      }),
    });
    if (!canary) return;
    this.shift = new LambdaDeploymentGroup(this, 'Shift', {
      alias: this.alias,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [this.#watchErrors()],
    });
  }

  #watchErrors(): Alarm {
    return new Alarm(this, 'Errors', {
      metric: this.alias.metricErrors({ period: Duration.minutes(1) }),
      alarmDescription: 'Millrace: invocations of a new version fail, so it is taken back',
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
