/**
 * Steps about dead letters: SQS's own, of messages that were received too often, and those that a
 * worker makes of messages that are not for it. Both must reach the archive.
 */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { callSqs } from '../sources/gate-client.ts';
import type { Resource } from '../template/assembly.ts';
import { type AppQueue, queuesOf } from './app-roles.ts';
import { failed, type ScenarioContext } from './scenario-world.ts';
import type { Step } from './step.ts';

/** What SQS does by itself: the message that was received too often lies among the dead letters. */
export const redriveStep: Step = {
  name: 'a message that is received too often becomes a dead letter, and is archived',
  obstacle: ({ deployment }) =>
    queuesOf(deployment).length === 0 ? 'no function is told of queues' : null,
  run: async (context) => {
    const seen: string[] = [];
    for (const queue of queuesOf(context.deployment)) seen.push(await wearOut(context, queue));
    return seen.join('; ');
  },
};

/** Receives one message as often as its RedrivePolicy allows, while nobody else receives. */
async function wearOut(context: ScenarioContext, { name, queue, dead, ...maps }: AppQueue) {
  const { deployment } = context;
  const poller = maps.mapping === null ? undefined : deployment.pollers.get(maps.mapping);
  const archiver = maps.deadMapping === null ? undefined : deployment.pollers.get(maps.deadMapping);
  const alarmed = alarmsOn(deployment, dead);
  await Promise.all([poller?.stop(), archiver?.stop()]);
  const marker = `a message of the rehearsal ${randomUUID()}`;
  try {
    await send(deployment, queue, marker);
    const receives = await receiveOut(context, queue, dead);
    if (alarmed.length === 0) throw failed(`no alarm looks at the dead letters in ${dead.id}`);
    for (const alarm of alarmed) deployment.evidence.note(alarm.id, 'its metric rose above 0');
    deployment.evidence.note(queue.id, 'its RedrivePolicy moved a message');
    deployment.evidence.note(dead.id, 'took a message that was received too often');
    archiver?.start();
    await archived(context, name, marker);
    return `'${name}' after ${receives} receives, ${alarmed.length} alarm`;
  } finally {
    archiver?.start();
    poller?.start();
  }
}

/** What a worker makes of a message that is none of its own. */
export const foreignStep: Step = {
  name: "a message that is nobody's task ends in the archive",
  obstacle: redriveStep.obstacle ?? (() => null),
  run: async (context) => {
    const queues = queuesOf(context.deployment);
    await Promise.all(
      queues.map(async ({ name, queue }) => {
        const marker = `nobody's task ${randomUUID()}`;
        await send(context.deployment, queue, marker);
        await archived(context, name, marker);
      }),
    );
    return `one of each of ${queues.length} queues`;
  },
};

async function archived(context: ScenarioContext, queue: string, body: string): Promise<void> {
  const { store } = await context.observer();
  await context.until(`a dead letter of '${queue}' is in the archive`, 60_000, async () => {
    const { entries } = await store.listArchive({ queue }, { limit: 100 });
    return entries.find((entry) => entry.body === body) ?? null;
  });
}

/** Receives it and puts it back at once until it is among the dead letters; how often. */
async function receiveOut({ deployment }: ScenarioContext, queue: Resource, dead: Resource) {
  const QueueUrl = deployment.resolution.nameOf(queue).ref;
  for (let receives = 0; receives <= receivesMax; receives += 1) {
    const Messages = await receive(deployment, QueueUrl);
    if (visibleIn(deployment, dead) > 0) return receives;
    for (const { ReceiptHandle = '' } of Messages) {
      const request = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await call(deployment, 'ChangeMessageVisibility', request);
    }
  }
  throw failed(`${queue.id} keeps a message that was received ${receivesMax} times`);
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
  if (answer.error !== null) throw failed(`${action}: ${answer.message}`);
  return answer.body;
}

/** The largest maxReceiveCount that is worked through. */
const receivesMax = 200;

async function send(deployment: Deployment, queue: Resource, MessageBody: string): Promise<void> {
  const QueueUrl = deployment.resolution.nameOf(queue).ref;
  await call(deployment, 'SendMessage', { QueueUrl, MessageBody });
}

/** The messages of a queue that can be received now. */
function visibleIn({ backends, resolution }: Deployment, queue: Resource): number {
  const { QueueName = '' } = resolution.nameOf(queue).attributes;
  return backends.queues.inspectQueue(QueueName)?.messages.ready.length ?? 0;
}

/** The alarms on the number of visible messages of a queue. */
function alarmsOn({ resolution }: Deployment, queue: Resource): Resource[] {
  const { QueueName = '' } = resolution.nameOf(queue).attributes;
  return resolution.ofType('AWS::CloudWatch::Alarm').filter((alarm) => {
    const { MetricName, Dimensions, Metrics } = resolution.propertiesOf(alarm);
    const told = JSON.stringify([MetricName ?? null, Dimensions ?? null, Metrics ?? null]);
    return told.includes('ApproximateNumberOfMessagesVisible') && told.includes(`"${QueueName}"`);
  });
}
