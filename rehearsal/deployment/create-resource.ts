/**
 * Creates what a template has, one resource at a time, as far as something of it can live here.
 * Types without an entry are only read: their settings count, and nothing runs for them.
 */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';
import { visibilityMs } from '../checks/queue-checks.ts';
import { callJson, putObject } from '../sources/gate-client.ts';
import { queueMapping } from '../sources/queue-mapping.ts';
import { QueuePoller } from '../sources/queue-poller.ts';
import type { Resource } from '../template/assembly.ts';
import { bucketDeploymentType, uploadsOf } from './bucket-deployment.ts';
import type { Deployment } from './deployment.ts';
import { queueAttributes } from './queue-attributes.ts';
import type { RunningFunction } from './running-function.ts';

/** Creates one resource. */
export type Create = (
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
) => void | Promise<void>;

/** By CloudFormation's type. Functions are there before: they are made of several resources. */
export const creators: ReadonlyMap<string, Create> = new Map<string, Create>([
  ['AWS::SQS::Queue', createQueue],
  ['AWS::S3::Bucket', createBucket],
  ['AWS::Lambda::EventSourceMapping', createMapping],
  ['AWS::Scheduler::ScheduleGroup', createScheduleGroup],
  ['AWS::Scheduler::Schedule', createSchedule],
  [bucketDeploymentType, deployObjects],
  ['Custom::S3BucketNotifications', notifyOfObjects],
  ['Custom::S3AutoDeleteObjects', answerWithoutCall],
  ['Custom::LogRetention', answerWithoutCall],
]);

/** Whether a resource is one that a function answers for. */
export function isCustomResource({ type }: Resource): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** Asks the function that answers for a custom resource, and records its answer. */
export async function createCustomResource(
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
): Promise<void> {
  const target = deployment.functions.get(String(properties.ServiceToken));
  if (target === undefined) {
    throw failure(resource, `its function ${properties.ServiceToken} cannot be rehearsed`);
  }
  const call = {
    resource,
    properties,
    stackId: `arn:aws:cloudformation:::stack/${resource.stack}/rehearsal`,
    invoke: (payload: string) => target.invoke(payload, `for ${resource.logicalId}`),
  };
  const result = await deployment.customResources.ask({ ...call, type: 'Create' });
  if (result.kind === 'failed') throw failure(resource, result.reason);
  deployment.resolution.name(resource, result.name);
  deployment.evidence.note(resource.id, `created by ${target.deployed.resource.logicalId}`);
  deployment.onDestroy(async () => {
    const physicalId = result.name.ref;
    const deleted = await deployment.customResources.ask({ ...call, type: 'Delete', physicalId });
    if (deleted.kind === 'failed') throw failure(resource, `not deleted: ${deleted.reason}`);
    deployment.evidence.note(resource.id, 'deleted');
  });
}

function createQueue(deployment: Deployment, resource: Resource, properties: JsonObject): void {
  const { QueueName = '' } = deployment.resolution.nameOf(resource).attributes;
  const { region } = deployment.resolution.place;
  deployment.backends.queues.createQueue(QueueName, {
    region,
    attributes: queueAttributes(properties),
  });
}

function createBucket(deployment: Deployment, resource: Resource, properties: JsonObject): void {
  const { ref } = deployment.resolution.nameOf(resource);
  deployment.backends.queues.createBucket(ref);
  const { NotificationConfiguration: notifications } = properties;
  const config = isObject(notifications) ? notifications.EventBridgeConfiguration : undefined;
  if (isObject(config) && config.EventBridgeEnabled !== false) deployment.notifyingBuckets.add(ref);
}

/** The CDK switches notifications on by a function of its own, in Python. */
function notifyOfObjects(deployment: Deployment, resource: Resource, properties: JsonObject): void {
  const { BucketName, NotificationConfiguration: config } = properties;
  if (isObject(config) && isObject(config.EventBridgeConfiguration)) {
    deployment.notifyingBuckets.add(String(BucketName));
  }
  answerWithoutCall(deployment, resource);
}

/** What the CDK's own functions do only at the end of a stack's life, or for its logs. */
function answerWithoutCall(deployment: Deployment, resource: Resource): void {
  deployment.resolution.name(resource, { ref: resource.logicalId, attributes: {} });
  deployment.standIns.add(`${resource.id} (${resource.type}): the rehearsal did what it asks for`);
}

async function deployObjects(
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
): Promise<void> {
  const { assembly } = deployment.resolution;
  const { assets = [] } = assembly.stacks.find(({ name }) => name === resource.stack) ?? {};
  const uploads = uploadsOf(resource, properties, assets);
  for (const { bucket, key, body } of uploads) {
    const answer = await putObject(deployment.operator, bucket, key, body);
    if (answer.error !== null) throw failure(resource, `cannot upload ${key}: ${answer.message}`);
  }
  deployment.evidence.note(resource.id, `${uploads.length} objects uploaded`);
  answerWithoutCall(deployment, resource);
  const { attributes } = deployment.resolution.nameOf(resource);
  deployment.resolution.name(resource, {
    ref: resource.logicalId,
    attributes: {
      ...attributes,
      DestinationBucketArn: `arn:aws:s3:::${String(properties.DestinationBucketName)}`,
    },
  });
}

function createMapping(deployment: Deployment, resource: Resource, properties: JsonObject): void {
  const mapping = queueMapping(properties);
  const target = [...deployment.functions.values()].find(
    ({ deployed }) => deployed.definition.name === mapping.functionName,
  );
  const queue = deployment.resolution.find('AWS::SQS::Queue', mapping.queueArn);
  if (target === undefined || queue === undefined) return;
  const poller = pollerOf(deployment, resource, { mapping, target, queue });
  deployment.pollers.set(resource.id, poller);
  poller.start();
}

interface Mapped {
  readonly mapping: ReturnType<typeof queueMapping>;
  readonly target: RunningFunction;
  readonly queue: Resource;
}

function pollerOf(
  deployment: Deployment,
  resource: Resource,
  { mapping, target, queue }: Mapped,
): QueuePoller {
  const { resolution, evidence, troubles, processesMax } = deployment;
  return new QueuePoller({
    mapping,
    queueUrl: resolution.nameOf(queue).ref,
    visibilityMs: visibilityMs(resolution.propertiesOf(queue)),
    region: resolution.place.region,
    batchesMax: Math.min(mapping.concurrencyMax ?? processesMax, processesMax),
    call: (action, request) => deployment.callSqsFor(target.deployed, action, request),
    invoke: (payload) => target.invoke(payload, `batches of ${queue.logicalId}`),
    onTrouble: (sentence) => troubles.add({ kind: 'source', resource: resource.id, sentence }),
    onBatch: (size, outcome) => {
      if (outcome.kind !== 'answered') return;
      evidence.note(resource.id, 'batches handed over');
      evidence.note(resource.id, 'messages handed over', size);
      evidence.note(queue.id, `messages handed to ${target.deployed.resource.logicalId}`, size);
    },
  });
}

/** As CloudFormation does it: through the service's own API, whose refusals are the template's. */
async function createScheduleGroup(deployment: Deployment, resource: Resource): Promise<void> {
  const { ref } = deployment.resolution.nameOf(resource);
  await callScheduler(deployment, resource, `/schedule-groups/${encodeURIComponent(ref)}`, {});
}

async function createSchedule(
  deployment: Deployment,
  resource: Resource,
  { Name: _, ...properties }: JsonObject,
): Promise<void> {
  const { ref } = deployment.resolution.nameOf(resource);
  await callScheduler(deployment, resource, `/schedules/${encodeURIComponent(ref)}`, properties);
}

async function callScheduler(
  deployment: Deployment,
  resource: Resource,
  path: string,
  body: JsonObject,
): Promise<void> {
  const answer = await callJson(deployment.operator, 'scheduler', {
    path,
    body: { ...body, ClientToken: randomUUID() },
  });
  if (answer.error !== null) throw failure(resource, `${answer.error}: ${answer.message}`);
}

function failure(resource: Resource, reason: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', `${resource.id}: ${reason}`);
}
