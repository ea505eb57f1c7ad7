/** Lambda events with the messages of an SQS queue. */
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** Receives up to `max` messages of the queue at `url`, as Lambda's pollers do. */
export async function takeEvent(url: string, max = 100): Promise<SQSEvent> {
  const client = new SQSClient({ useQueueUrlAsEndpoint: false });
  const records: SQSRecord[] = [];
  while (records.length < max) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(10, max - records.length),
        VisibilityTimeout: 3_600,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) break;
    records.push(...Messages.map((message) => toRecord(url, message)));
  }
  client.destroy();
  return { Records: records };
}

/** Returns the ids of the messages that a response puts back. */
export function idsAgain({ batchItemFailures }: SQSBatchResponse): string[] {
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

function toRecord(url: string, message: Message): SQSRecord {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} } = message;
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(
    ([name, { StringValue }]) => [name, { stringValue: StringValue, dataType: 'String' }] as const,
  );
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      SenderId: 'AIDA',
      ApproximateFirstReceiveTimestamp: '0',
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      ...Attributes,
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${url.slice(url.lastIndexOf('/') + 1)}`,
    awsRegion: 'eu-central-1',
  };
}
