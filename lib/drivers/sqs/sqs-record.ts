/**
 * SQS's messages as Lambda hands them to a function: the same as a receive's, under other names.
 * What is made of them can be released, extended and dead-lettered by the broker of this folder.
 */
import type { Message } from '@aws-sdk/client-sqs';
import type { DeadLetter, Delivery } from '../../ports/broker.ts';
import { deadLetterOf, deliveryOf } from './sqs-message.ts';

/** A message in the event of a function, as far as it matters here. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** SQS's own attributes (`ApproximateReceiveCount`, `SentTimestamp` …). */
  readonly attributes: object;
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly eventSourceARN: string;
}

/** An attribute that its sender gave it; only texts are Millrace's. */
interface SqsRecordAttribute {
  readonly stringValue?: string | undefined;
  readonly binaryValue?: string | undefined;
}

/** A message of the queue. */
export function deliveryOfRecord(queue: string, record: SqsRecord): Delivery {
  return deliveryOf({ queue, dead: false }, messageOf(record));
}

/** A message among the dead letters of the queue. */
export function deadLetterOfRecord(queue: string, record: SqsRecord): DeadLetter {
  return deadLetterOf({ queue, dead: true }, messageOf(record));
}

/** The name of the queue that a record comes from, at AWS. */
export function queueNameOf({ eventSourceARN }: Pick<SqsRecord, 'eventSourceARN'>): string {
  return eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1);
}

function messageOf(record: SqsRecord): Message {
  const attributes = Object.entries(record.messageAttributes).map(
    ([name, { stringValue }]) => [name, { DataType: 'String', StringValue: stringValue }] as const,
  );
  return {
    MessageId: record.messageId,
    ReceiptHandle: record.receiptHandle,
    Body: record.body,
    Attributes: { ...record.attributes },
    MessageAttributes: Object.fromEntries(attributes),
  };
}
