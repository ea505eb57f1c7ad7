/** The permissions that a deploy needs: of whoever deploys, and of the CDK's execution role. */
import type { AccountCaller, ActionCheck } from '../../ports/account-reader.ts';

/** What CloudFormation does with the execution role of the bootstrap: one action for each kind. */
export const deployActions: readonly string[] = Object.freeze([
  'cloudwatch:PutDashboard',
  'cloudwatch:PutMetricAlarm',
  'ec2:CreateFlowLogs',
  'ec2:CreateSecurityGroup',
  'ec2:CreateSubnet',
  'ec2:CreateVpc',
  'events:CreateEventBus',
  'events:PutRule',
  'iam:CreatePolicy',
  'iam:CreateRole',
  'iam:PassRole',
  'iam:PutRolePolicy',
  'lambda:CreateEventSourceMapping',
  'lambda:CreateFunction',
  'lambda:InvokeFunction',
  'lambda:PublishLayerVersion',
  'logs:CreateLogGroup',
  'logs:PutRetentionPolicy',
  'rds:CreateDBCluster',
  'rds:CreateDBInstance',
  'rds:CreateDBSubnetGroup',
  's3:CreateBucket',
  's3:PutLifecycleConfiguration',
  'scheduler:CreateSchedule',
  'scheduler:CreateScheduleGroup',
  'secretsmanager:CreateSecret',
  'secretsmanager:TagResource',
  'sqs:CreateQueue',
  'sqs:SetQueueAttributes',
]);

/** Roles of the CDK's bootstrap that whoever deploys assumes. */
const assumedRoles = ['deploy-role', 'file-publishing-role'];

/** Returns the ARN of a role of the CDK's bootstrap. */
export function bootstrapRole(caller: AccountCaller, region: string, role: string): string {
  const partition = caller.arn.split(':')[1] ?? 'aws';
  return `arn:${partition}:iam::${caller.account}:role/cdk-hnb659fds-${role}-${caller.account}-${region}`;
}

/** Returns what whoever deploys has to be allowed. */
export function callerCheck(caller: AccountCaller, region: string): ActionCheck {
  return {
    actions: ['sts:AssumeRole'],
    resources: assumedRoles.map((role) => bootstrapRole(caller, region, role)),
  };
}

/**
 * Returns the user or role whose policies decide about a caller; null for the root of an account,
 * which is allowed everything. A path of a role is not in the ARN of its session.
 */
export function principalOf({ arn }: AccountCaller): string | null {
  if (/:root$/.test(arn)) return null;
  const session = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn);
  if (session === null) return arn;
  const [, partition, account, role] = session;
  return `arn:${partition}:iam::${account}:role/${role}`;
}
