/** Messages as SQS returns them, and as functions receive them. */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** A message as SQS returns it. */
export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes: JsonObject;
  readonly MessageAttributes: JsonObject;
}

/** Converts a message to the record that a function receives. */
export function toQueueRecord(
  message: QueueMessage,
  source: { readonly arn: string; readonly region: string },
): JsonObject {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, value]) => [name, toAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: source.arn,
    awsRegion: source.region,
  };
}

function toAttribute(value: unknown): JsonObject {
  const { StringValue, BinaryValue, DataType } = isObject(value) ? value : {};
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType ?? 'String',
  };
}
