/**
 * Converts the SQS messages of a Lambda event: those of a receive, under other names. The SQS
 * broker can release, extend and dead-letter the resulting deliveries.
 */
import type { Message } from '@aws-sdk/client-sqs';
import type { DeadLetter, Delivery } from '../../ports/broker.ts';
import { toDeadLetter, toDelivery } from './sqs-message.ts';

/** The used fields of a message in a Lambda event. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** SQS's system attributes (`ApproximateReceiveCount`, `SentTimestamp` …). */
  readonly attributes: object;
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly eventSourceARN: string;
}

/** A message attribute; those of Millrace are all strings. */
interface SqsRecordAttribute {
  readonly stringValue?: string | undefined;
  readonly binaryValue?: string | undefined;
}

/** Converts a message of the queue. */
export function parseDeliveryRecord(queue: string, record: SqsRecord): Delivery {
  return toDelivery({ queue, dead: false }, toMessage(record));
}

/** Converts a dead letter of the queue. */
export function parseDeadLetterRecord(queue: string, record: SqsRecord): DeadLetter {
  return toDeadLetter({ queue, dead: true }, toMessage(record));
}

/** Returns the name of the SQS queue that a record comes from. */
export function parseQueueName({ eventSourceARN }: Pick<SqsRecord, 'eventSourceARN'>): string {
  return eventSourceARN.slice(eventSourceARN.lastIndexOf(':') + 1);
}

function toMessage(record: SqsRecord): Message {
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
