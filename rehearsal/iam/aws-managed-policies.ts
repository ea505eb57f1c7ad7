/**
 * AWS's managed policies that CDK apps attach to functions, as AWS documents them. Any other
 * managed policy allows nothing, as its content is not guessed.
 */
import type { JsonObject } from '../../lib/asl/json/json.ts';

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const allowed: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': logs,
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...logs,
  ],
  'service-role/AWSLambdaVPCAccessExecutionRole': [
    ...logs,
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  // What it also allows, on hooks and on revisions in S3, no function of a stack needs.
  'service-role/AWSCodeDeployRoleForLambdaLimited': [
    'cloudwatch:DescribeAlarms',
    'lambda:UpdateAlias',
    'lambda:GetAlias',
    'lambda:GetProvisionedConcurrencyConfig',
  ],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
};

/** Returns the document of `arn:aws:iam::aws:policy/…`; undefined when it is not known. */
export function awsManagedPolicy(arn: string): JsonObject | undefined {
  const name = arn.slice(arn.indexOf(':policy/') + ':policy/'.length);
  const actions = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
  if (actions === undefined) return undefined;
  return { Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
