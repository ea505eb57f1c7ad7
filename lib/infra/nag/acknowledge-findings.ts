import { Stack, Validations } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { AppResources } from '../app-resources.ts';
import type { FunctionConstruct } from '../compute/function-construct.ts';
import { AppBucket } from '../data/app-bucket.ts';
import { acknowledgeTracing, acknowledgeWildcards } from './acknowledge-wildcards.ts';

/**
 * Acknowledges, each with its reason, the findings of cdk-nag's packs AwsSolutions and Serverless
 * that Millrace accepts. All others are reported, and fail Millrace's own tests.
 */
export function acknowledgeFindings(resources: AppResources): void {
  acknowledgeBucket(resources);
  acknowledgeUpload(resources);
  acknowledgeLogins(resources);
  acknowledgeQueues(resources);
  acknowledgeFunctions(resources);
  acknowledgeDashboard(resources);
  acknowledgeOperators(resources);
  const { data, dashboard } = resources;
  const stacks = new Set([data, ...(dashboard === undefined ? [] : [dashboard])].map(Stack.of));
  for (const stack of stacks) acknowledgeCustomResources(stack);
}

function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

function acknowledgeBucket({ data: { bucket } }: AppResources): void {
  // The findings of an existing bucket are its owner's.
  if (!(bucket instanceof AppBucket)) return;
  acknowledge(
    bucket,
    'AwsSolutions-S1',
    'Only the functions of the app read it, and they log what they read. Access logs need a ' +
      'second bucket; bucketProps.serverAccessLogsBucket enables them.',
  );
}

function acknowledgeLogins({ data: { logins } }: AppResources): void {
  for (const secret of [logins.application, logins.reader]) {
    acknowledge(
      secret,
      'AwsSolutions-SMG4',
      'It is rotated by a schedule in the stack of the functions, which set the password.',
    );
  }
}

function acknowledgeUpload({ data: { upload } }: AppResources): void {
  if (upload.role !== undefined) acknowledgeUploadRole(upload.role);
}

function acknowledgeUploadRole(role: Role): void {
  acknowledgeWildcards(
    role,
    'all',
    "Reading the CDK's bucket of assets, and writing the objects that it uploads.",
  );
}

/** The CDK deploys functions that copy assets into a bucket, and that empty a bucket. */
function acknowledgeCustomResources(stack: Stack): void {
  const reason = 'It belongs to the CDK, which keeps it up to date, and runs only during deploys';
  const handlers = stack.node.children.filter(({ node }) => node.id.startsWith('Custom::'));
  for (const handler of handlers) {
    acknowledge(handler, 'AwsSolutions-L1', `${reason}.`);
    acknowledge(handler, 'Serverless-LambdaLatestVersion', `${reason}.`);
    acknowledge(
      handler,
      'Serverless-LambdaTracing',
      `${reason}; CloudFormation reports its failures.`,
    );
    acknowledge(
      handler,
      'Serverless-LambdaDLQ',
      `${reason}; CloudFormation waits for its response.`,
    );
    acknowledge(
      handler,
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${logPolicy}]`,
      `${reason}, and lets it write its log.`,
    );
  }
}

const shiftPolicy = 'service-role/AWSCodeDeployRoleForLambdaLimited';

const logPolicy = 'service-role/AWSLambdaBasicExecutionRole';

function acknowledgeQueues({ queues, compute, schedules }: AppResources): void {
  const rule = 'Serverless-SQSRedrivePolicy';
  for (const { dead } of [...queues.pairs.values(), queues.leader]) {
    acknowledge(dead, rule, 'It is a dead-letter queue itself.');
  }
  for (const queue of [compute.failures, schedules.undelivered]) {
    const reason = 'It keeps failures of other resources until an operator reads them.';
    acknowledge(queue, rule, reason);
    acknowledge(queue, 'AwsSolutions-SQS3', reason);
  }
}

function acknowledgeOperators({ data, operators }: AppResources): void {
  acknowledgeWildcards(
    operators,
    [data.bucket.arnForObjects('*')],
    "Objects of the app's own bucket: whoever starts a batch names its source.",
  );
}

function acknowledgeDashboard({ dashboard }: AppResources): void {
  if (dashboard === undefined) return;
  const { distribution, page, server } = dashboard;
  const logs =
    'The function logs each login and each change with its caller. Access logs need a second ' +
    'bucket; distributionProps enables them.';
  acknowledge(page, 'AwsSolutions-S1', logs);
  acknowledge(distribution, 'AwsSolutions-CFR3', logs);
  acknowledge(
    distribution,
    'AwsSolutions-CFR1',
    'Where its people are is known to the owner alone: distributionProps restricts countries.',
  );
  acknowledge(
    distribution,
    'AwsSolutions-CFR2',
    'Nothing is answered without a login but the page, the login and who is calling; ' +
      'deployment.dashboard.webAclArn adds a web ACL.',
  );
  acknowledge(
    distribution,
    'AwsSolutions-CFR4',
    "CloudFront's own certificate fixes the protocol; a domain of yours uses TLS 1.2 and newer.",
  );
  acknowledge(server, 'Serverless-LambdaDLQ', 'Its callers wait for its response.');
  acknowledgeUploadRole(page.role);
}

function acknowledgeFunctions({ data, compute, dashboard }: AppResources): void {
  const { workers, leader, archiver, api, stepFunctions, migration } = compute;
  const served = [...workers.values(), archiver];
  for (const each of served) acknowledge(each, 'Serverless-LambdaDLQ', 'Its queue has one.');
  for (const each of [leader, migration]) {
    const reason = 'It has a failure destination instead, which includes the error.';
    acknowledge(each, 'Serverless-LambdaDLQ', reason);
  }
  for (const each of [...served, leader]) {
    acknowledge(
      each,
      'Serverless-LambdaEventSourceMappingDestination',
      'SQS mappings have none: a failed message is received again, and dead-lettered at last.',
    );
  }
  const functions: FunctionConstruct[] = [...served, leader, migration];
  for (const each of [api, stepFunctions]) {
    if (each === undefined) continue;
    acknowledge(each, 'Serverless-LambdaDLQ', 'Its callers wait for its response.');
    functions.push(each);
  }
  if (dashboard !== undefined) functions.push(dashboard.server);
  for (const { release } of functions) {
    if (release?.shift === undefined) continue;
    acknowledge(
      release.shift,
      `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${shiftPolicy}]`,
      'It lets CodeDeploy move aliases of functions and read alarms, and nothing else.',
    );
  }
  for (const { role } of functions) {
    acknowledgeTracing(role);
    acknowledgeWildcards(
      role,
      [data.bucket.arnForObjects('*')],
      "Objects of the app's own bucket: the caller that starts a batch names its source.",
    );
  }
}
