/** What requests to SQS ask for: its JSON protocol. */
import { arnIn, bodyOf, type ReadDemand, textOf } from '../aws-request.ts';

/** The operations that have a permission of another name. */
const actions: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const known: ReadonlySet<string> = new Set([
  ...Object.keys(actions),
  ...Object.values(actions),
  'CreateQueue',
  'DeleteQueue',
  'GetQueueAttributes',
  'GetQueueUrl',
  'ListQueues',
  'ListQueueTags',
  'PurgeQueue',
  'ReceiveMessage',
  'SetQueueAttributes',
  'TagQueue',
  'UntagQueue',
]);

/** See this file's head. */
export const sqsDemand: ReadDemand = (request) => {
  const [prefix, operation = ''] = String(request.headers['x-amz-target']).split('.');
  if (prefix !== 'AmazonSQS' || !known.has(operation)) return undefined;
  const body = bodyOf(request);
  const name = textOf(body, 'QueueUrl').split('/').at(-1) || textOf(body, 'QueueName');
  const resource = operation === 'ListQueues' ? '*' : arnIn(request, name);
  return { operation, needs: [{ action: `sqs:${actions[operation] ?? operation}`, resource }] };
};
