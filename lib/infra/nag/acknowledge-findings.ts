import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AppResources } from '../app-resources.ts';
import type { FunctionConstruct } from '../compute/function-construct.ts';
import { AppBucket } from '../data/app-bucket.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

/**
 * Acknowledges, each with its reason, the findings of cdk-nag's packs AwsSolutions and Serverless
 * that Millrace accepts. All other findings fail the synthesis.
 */
export function acknowledgeFindings(resources: AppResources): void {
  acknowledgeBucket(resources);
  acknowledgeUpload(resources);
  acknowledgeQueues(resources);
  acknowledgeFunctions(resources);
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

/** The CDK deploys a function that copies assets into the bucket. */
function acknowledgeUpload({ data: { upload } }: AppResources): void {
  const { deployment } = upload;
  if (deployment === undefined) return;
  const reason = 'It belongs to the CDK, which keeps it up to date, and runs only during deploys';
  acknowledgeWildcards(
    deployment.handlerRole,
    'all',
    "The CDK's grants for it: reading the bucket of assets, and writing the app's bucket.",
  );
  const handlers = Stack.of(deployment).node.children.filter(({ node }) =>
    node.id.startsWith('Custom::CDKBucketDeployment'),
  );
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
  }
}

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

function acknowledgeFunctions({ data, compute }: AppResources): void {
  const { workers, leader, archiver, api, migration } = compute;
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
  if (api !== undefined) {
    acknowledge(api, 'Serverless-LambdaDLQ', 'Its callers wait for its response.');
    functions.push(api);
  }
  for (const { role } of functions) {
    acknowledgeWildcards(
      role,
      ['*'],
      'X-Ray defines no resources for xray:PutTraceSegments and PutTelemetryRecords.',
    );
    acknowledgeWildcards(
      role,
      [data.bucket.arnForObjects('*')],
      "Objects of the app's own bucket: the caller that starts a batch names its source.",
    );
  }
}
