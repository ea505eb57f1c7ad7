/** Creates the resources of a template that have a counterpart on this machine. */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { callJson, callSqs, putObject } from '../aws-proxy/proxy-client.ts';
import { visibilityMs } from '../checks/queue-checks.ts';
import { type QueueMapping, readQueueMapping } from '../sources/queue-mapping.ts';
import { QueuePoller } from '../sources/queue-poller.ts';
import type { Resource } from '../template/assembly.ts';
import { bucketDeploymentType, listUploads } from './bucket-deployment.ts';
import type { Deployment } from './deployment.ts';
import { queueAttributes } from './queue-attributes.ts';
import { resourceFailure } from './resource-failure.ts';
import type { RunningFunction } from './running-function.ts';

type CreateResource = (
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
) => void | Promise<void>;

/**
 * The creators by CloudFormation's type. Resources of other types are only read: their properties
 * count, but nothing runs for them. Functions exist before, as several resources define one.
 */
export const resourceCreators: ReadonlyMap<string, CreateResource> = new Map<
  string,
  CreateResource
>([
  ['AWS::SQS::Queue', createQueue],
  ['AWS::S3::Bucket', createBucket],
  ['AWS::Lambda::EventSourceMapping', createMapping],
  ['AWS::Scheduler::ScheduleGroup', createScheduleGroup],
  ['AWS::Scheduler::Schedule', createSchedule],
  [bucketDeploymentType, deployObjects],
  ['Custom::S3BucketNotifications', enableNotifications],
  ['Custom::S3AutoDeleteObjects', completeWithoutCall],
  ['Custom::LogRetention', completeWithoutCall],
]);

function createQueue(
  { resolution, backends }: Deployment,
  resource: Resource,
  properties: JsonObject,
): void {
  const { QueueName = '' } = resolution.nameOf(resource).attributes;
  const { region } = resolution.environment;
  backends.fauxqs.createQueue(QueueName, { region, attributes: queueAttributes(properties) });
}

function createBucket(deployment: Deployment, resource: Resource, properties: JsonObject): void {
  const { ref } = deployment.resolution.nameOf(resource);
  deployment.backends.fauxqs.createBucket(ref);
  const { NotificationConfiguration: notifications } = properties;
  const config = isObject(notifications) ? notifications.EventBridgeConfiguration : undefined;
  if (isObject(config) && config.EventBridgeEnabled !== false) deployment.notifyingBuckets.add(ref);
}

/** The CDK enables notifications by a function of its own, in Python. */
function enableNotifications(
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
): void {
  const { BucketName, NotificationConfiguration: config } = properties;
  if (isObject(config) && isObject(config.EventBridgeConfiguration)) {
    deployment.notifyingBuckets.add(String(BucketName));
  }
  completeWithoutCall(deployment, resource);
}

/** Stands in for functions of the CDK that only delete a stack's objects or configure its logs. */
function completeWithoutCall({ resolution, standIns }: Deployment, resource: Resource): void {
  resolution.setName(resource, { ref: resource.logicalId, attributes: {} });
  standIns.add(`${resource.id} (${resource.type}): the rehearsal stood in for its function`);
}

async function deployObjects(
  deployment: Deployment,
  resource: Resource,
  properties: JsonObject,
): Promise<void> {
  const { resolution, operator, coverage } = deployment;
  const stack = resolution.assembly.stacks.find(({ name }) => name === resource.stack);
  const uploads = listUploads(resource, properties, stack?.assets ?? []);
  for (const { bucket, key, body } of uploads) {
    const answer = await putObject(operator, bucket, key, body);
    if (answer.error !== null) {
      throw resourceFailure(resource, `cannot upload ${key}: ${answer.message}`);
    }
  }
  coverage.record(resource.id, `${uploads.length} objects uploaded`);
  completeWithoutCall(deployment, resource);
  const { attributes } = resolution.nameOf(resource);
  resolution.setName(resource, {
    ref: resource.logicalId,
    attributes: {
      ...attributes,
      DestinationBucketArn: `arn:aws:s3:::${String(properties.DestinationBucketName)}`,
    },
  });
}

function createMapping(deployment: Deployment, resource: Resource, properties: JsonObject): void {
  const mapping = readQueueMapping(properties);
  const target = [...deployment.functions.values()].find(
    ({ deployed }) => deployed.definition.name === mapping.functionName,
  );
  const queue = deployment.resolution.find('AWS::SQS::Queue', mapping.queueArn);
  if (target === undefined || queue === undefined) return;
  const poller = createPoller(deployment, resource, { mapping, target, queue });
  deployment.pollers.set(resource.id, poller);
  poller.start();
}

interface PolledQueue {
  readonly mapping: QueueMapping;
  readonly target: RunningFunction;
  readonly queue: Resource;
}

function createPoller(
  { resolution, callers, coverage, problems, processesMax, operator, speed }: Deployment,
  resource: Resource,
  { mapping, target, queue }: PolledQueue,
): QueuePoller {
  const QueueUrl = resolution.nameOf(queue).ref;
  const hiddenMs = visibilityMs(resolution.propertiesOf(queue));
  return new QueuePoller({
    mapping,
    queueUrl: QueueUrl,
    visibilityMs: hiddenMs,
    region: resolution.environment.region,
    batchesMax: Math.min(mapping.concurrencyMax ?? processesMax, processesMax),
    call: (action, request) => callers.callSqsAs(target.deployed, action, request),
    invoke: (payload) => target.invoke(payload, `batches of ${queue.logicalId}`),
    onHidden: async (ReceiptHandle) => {
      const VisibilityTimeout = Math.ceil(hiddenMs / speed / 1_000);
      const request = { QueueUrl, ReceiptHandle, VisibilityTimeout };
      await callSqs(operator, 'ChangeMessageVisibility', request);
    },
    onProblem: (message) => problems.add({ kind: 'source', resource: resource.id, message }),
    onBatch: (size, outcome) => {
      if (outcome.kind !== 'answered') return;
      coverage.record(resource.id, 'batches delivered');
      coverage.record(resource.id, 'messages delivered', size);
      coverage.record(
        queue.id,
        `messages delivered to ${target.deployed.resource.logicalId}`,
        size,
      );
    },
  });
}

/** Calls the service's own API, as CloudFormation does, so that it validates the template. */
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
  { operator }: Deployment,
  resource: Resource,
  path: string,
  body: JsonObject,
): Promise<void> {
  const answer = await callJson(operator, 'scheduler', {
    path,
    body: { ...body, ClientToken: randomUUID() },
  });
  if (answer.error !== null) throw resourceFailure(resource, `${answer.error}: ${answer.message}`);
}
