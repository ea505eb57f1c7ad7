/**
 * Steps that check dead letters: those that SQS makes of messages received too often, and those
 * that a worker makes of messages it does not recognize. Both must reach the archive.
 */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { callSqs } from '../aws-proxy/proxy-client.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { Resource } from '../template/assembly.ts';
import { type AppQueue, findAppQueues } from './app-roles.ts';
import { type ScenarioContext, stepFailure, waitMsMax } from './scenario-context.ts';
import type { ScenarioStep } from './scenario-step.ts';

/** Checks that SQS dead-letters a message that is received too often, and that it is archived. */
export const redriveStep: ScenarioStep = {
  name: 'a message that is received too often is dead-lettered and archived',
  skipReason: ({ deployment }) =>
    findAppQueues(deployment).length === 0 ? 'no function has queues in its variables' : null,
  run: async (context) => {
    const queues = findAppQueues(context.deployment);
    const results = await Promise.all(queues.map((queue) => exhaustReceives(context, queue)));
    return results.join('; ');
  },
};

/** Checks that a worker dead-letters a message that it does not recognize. */
export const unrecognizedMessageStep: ScenarioStep = {
  name: 'an unrecognized message is archived',
  skipReason: redriveStep.skipReason ?? (() => null),
  run: async (context) => {
    const queues = findAppQueues(context.deployment);
    await Promise.all(
      queues.map(async ({ name, queue }) => {
        const marker = `an unrecognized message ${randomUUID()}`;
        await send(context.deployment, queue, marker);
        await waitUntilArchived(context, name, marker);
      }),
    );
    return `one from each of ${queues.length} queues`;
  },
};

/** Receives one message as often as its RedrivePolicy allows, while its consumers are stopped. */
async function exhaustReceives(
  context: ScenarioContext,
  { name, queue, deadLetterQueue, mappingId, deadLetterMappingId }: AppQueue,
): Promise<string> {
  const { deployment } = context;
  const poller = findPoller(deployment, mappingId);
  const archiver = findPoller(deployment, deadLetterMappingId);
  const alarms = findAlarms(deployment, deadLetterQueue);
  await Promise.all([poller?.stop(), archiver?.stop()]);
  const marker = `a message of the rehearsal ${randomUUID()}`;
  try {
    await send(deployment, queue, marker);
    const receives = await receiveUntilDeadLettered(context, queue, deadLetterQueue);
    if (alarms.length === 0) {
      throw stepFailure(`no alarm watches the dead letters in ${deadLetterQueue.id}`);
    }
    const { coverage } = deployment;
    for (const alarm of alarms) coverage.record(alarm.id, 'its metric rose above 0');
    coverage.record(queue.id, 'its RedrivePolicy moved a message');
    coverage.record(deadLetterQueue.id, 'got a message that was received too often');
    archiver?.start();
    await waitUntilArchived(context, name, marker);
    return `'${name}' after ${receives} receives, alarms: ${alarms.length}`;
  } finally {
    archiver?.start();
    poller?.start();
  }
}

function findPoller({ pollers }: Deployment, mappingId: string | null) {
  return mappingId === null ? undefined : pollers.get(mappingId);
}

async function waitUntilArchived(
  context: ScenarioContext,
  queue: string,
  body: string,
): Promise<void> {
  const { archive } = await context.observer();
  await context.waitUntil(`a dead letter of '${queue}' is archived`, waitMsMax, async () => {
    const { entries } = await archive.list({ queue });
    return entries.find((entry) => entry.body === body) ?? null;
  });
}

/** Maximum number of receives, and so the largest maxReceiveCount that can be exhausted. */
const receivesMax = 200;

/** Receives and releases messages until one is dead-lettered. Returns how often that took. */
async function receiveUntilDeadLettered(
  { deployment }: ScenarioContext,
  queue: Resource,
  deadLetterQueue: Resource,
): Promise<number> {
  const QueueUrl = deployment.resolution.nameOf(queue).ref;
  for (let receives = 0; receives <= receivesMax; receives += 1) {
    const messages = await receive(deployment, QueueUrl);
    if (countVisible(deployment, deadLetterQueue) > 0) return receives;
    for (const { ReceiptHandle = '' } of messages) {
      const request = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await call(deployment, 'ChangeMessageVisibility', request);
    }
  }
  throw stepFailure(`${queue.id} keeps a message that was received ${receivesMax} times`);
}

async function receive(deployment: Deployment, QueueUrl: string): Promise<JsonObject[]> {
  const request = { QueueUrl, VisibilityTimeout: 30, MaxNumberOfMessages: 10 };
  const { Messages } = await call(deployment, 'ReceiveMessage', request);
  return Array.isArray(Messages) ? Messages.filter(isObject) : [];
}

async function call(
  deployment: Deployment,
  action: string,
  request: JsonObject,
): Promise<JsonObject> {
  const answer = await callSqs(deployment.operator, action, request);
  if (answer.error !== null) throw stepFailure(`${action}: ${answer.message}`);
  return answer.body;
}

async function send(deployment: Deployment, queue: Resource, MessageBody: string): Promise<void> {
  const QueueUrl = deployment.resolution.nameOf(queue).ref;
  await call(deployment, 'SendMessage', { QueueUrl, MessageBody });
}

function countVisible({ backends, resolution }: Deployment, queue: Resource): number {
  const { QueueName = '' } = resolution.nameOf(queue).attributes;
  return backends.fauxqs.inspectQueue(QueueName)?.messages.ready.length ?? 0;
}

/** Finds the alarms on the number of visible messages of a queue. */
function findAlarms({ resolution }: Deployment, queue: Resource): Resource[] {
  const { QueueName = '' } = resolution.nameOf(queue).attributes;
  return resolution.ofType('AWS::CloudWatch::Alarm').filter((alarm) => {
    const { MetricName, Dimensions, Metrics } = resolution.propertiesOf(alarm);
    const metrics = JSON.stringify([MetricName ?? null, Dimensions ?? null, Metrics ?? null]);
    return (
      metrics.includes('ApproximateNumberOfMessagesVisible') && metrics.includes(`"${QueueName}"`)
    );
  });
}
