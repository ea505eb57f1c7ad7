import { buildArn, getText, type OperationReader, readJsonBody } from '../aws-request.ts';

/** The operations whose permission has another name. */
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

/** Reads requests to SQS in its JSON protocol. */
export const readSqsOperation: OperationReader = (request) => {
  const [prefix, operation = ''] = String(request.headers['x-amz-target']).split('.');
  if (prefix !== 'AmazonSQS' || !known.has(operation)) return undefined;
  const body = readJsonBody(request);
  const name = getText(body, 'QueueUrl').split('/').at(-1) || getText(body, 'QueueName');
  const resource = operation === 'ListQueues' ? '*' : buildArn(request, name);
  return {
    operation,
    requiredPermissions: [{ action: `sqs:${actions[operation] ?? operation}`, resource }],
  };
};
