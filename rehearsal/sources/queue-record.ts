/** A message as SQS hands it out, and as Lambda hands it to a function. */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';

/** As SQS hands it out. */
export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes: JsonObject;
  readonly MessageAttributes: JsonObject;
}

/** As a function sees it. */
export function recordOf(
  message: QueueMessage,
  source: { readonly arn: string; readonly region: string },
): JsonObject {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, value]) => [name, lowered(value)]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: source.arn,
    awsRegion: source.region,
  };
}

function lowered(value: unknown): JsonObject {
  const { StringValue, BinaryValue, DataType } = isObject(value) ? value : {};
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType ?? 'String',
  };
}
