/**
 * Every finding of cdk-nag's packs AwsSolutions and Serverless that Millrace keeps, with its
 * reason. What is not here is mended.
 */
import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { AppFunction } from '../compute/app-function.ts';
import { AppBucket } from '../data/app-bucket.ts';
import type { ComputeResources } from '../topology.ts';
import { acknowledgeWildcards } from './wildcards.ts';

/** See this file's head. */
export function acknowledgeFindings(parts: ComputeResources): void {
  aboutBucket(parts);
  aboutUpload(parts);
  aboutQueues(parts);
  aboutFunctions(parts);
}

function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

function aboutBucket({ data: { bucket } }: ComputeResources): void {
  // A bucket that was there before is its owner's to answer for.
  if (!(bucket instanceof AppBucket)) return;
  acknowledge(
    bucket,
    'AwsSolutions-S1',
    'The functions of the app alone read it, and log what they read. Access logs would need a ' +
      'second bucket; bucketProps.serverAccessLogsBucket turns them on.',
  );
}

/** The function that the library brings along to unpack assets into a bucket. */
function aboutUpload({ data: { upload } }: ComputeResources): void {
  const { deployment } = upload;
  if (deployment === undefined) return;
  const brought =
    "It is the library's own, runs during a deploy alone, and is kept up to date by it";
  acknowledgeWildcards(
    deployment.handlerRole,
    'all',
    "The library's grants for it: read the assets' bucket, and write the app's bucket.",
  );
  const handlers = Stack.of(deployment).node.children.filter(({ node }) =>
    node.id.startsWith('Custom::CDKBucketDeployment'),
  );
  for (const handler of handlers) {
    acknowledge(handler, 'AwsSolutions-L1', `${brought}: so is its runtime.`);
    acknowledge(handler, 'Serverless-LambdaLatestVersion', `${brought}: so is its runtime.`);
    acknowledge(
      handler,
      'Serverless-LambdaTracing',
      `${brought}: CloudFormation tells its failure.`,
    );
    acknowledge(
      handler,
      'Serverless-LambdaDLQ',
      `${brought}: CloudFormation waits for its answer.`,
    );
  }
}

function aboutQueues({ queues, compute, schedules }: ComputeResources): void {
  const rule = 'Serverless-SQSRedrivePolicy';
  for (const { dead } of [...queues.pairs.values(), queues.leader]) {
    acknowledge(dead, rule, 'It is a dead-letter queue itself.');
  }
  for (const queue of [compute.failures, schedules.undelivered]) {
    const reason = 'It takes what failed elsewhere; nothing receives from it but a person.';
    acknowledge(queue, rule, reason);
    acknowledge(queue, 'AwsSolutions-SQS3', reason);
  }
}

function aboutFunctions({ data, compute }: ComputeResources): void {
  const { workers, leader, archiver, api, migration } = compute;
  const served = [...workers.values(), archiver];
  for (const each of served) acknowledge(each, 'Serverless-LambdaDLQ', 'Its queue has one.');
  for (const each of [leader, migration]) {
    const reason = 'Its asynchronous calls have a failure destination, which says more.';
    acknowledge(each, 'Serverless-LambdaDLQ', reason);
  }
  for (const each of [...served, leader]) {
    acknowledge(
      each,
      'Serverless-LambdaEventSourceMappingDestination',
      'A mapping of SQS has none: what fails is received again, and ends in the dead letters.',
    );
  }
  const functions: AppFunction[] = [...served, leader, migration];
  if (api !== undefined) {
    acknowledge(api, 'Serverless-LambdaDLQ', 'Its callers wait for its answer.');
    functions.push(api);
  }
  for (const { role } of functions) {
    acknowledgeWildcards(
      role,
      ['*'],
      'Traces: X-Ray knows no resources for xray:PutTraceSegments and PutTelemetryRecords.',
    );
    acknowledgeWildcards(
      role,
      [data.bucket.arnForObjects('*')],
      "Objects of the app's own bucket: sources are named by whoever starts a batch.",
    );
  }
}
