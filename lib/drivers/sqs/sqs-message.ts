/**
 * Millrace's messages as SQS's, and back. The body is the body; what SQS does not keep by itself
 * goes into message attributes: the id, the group, and of a dead letter why it died. A message that
 * somebody else put into the queue is told by SQS's own id.
 */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { DeadLetter, Delivery, OutgoingMessage } from '../../ports/broker.ts';
import type { Place } from './sqs-service.ts';

/** A message as a batch call wants it, but for its id in the call. */
export interface SqsEntry {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  /** Standard queues share fairly among groups. */
  readonly MessageGroupId?: string;
  readonly MessageAttributes: Record<string, MessageAttributeValue>;
}

/** What a receive must ask for, so that {@link deliveryOf} can tell it. */
export const attributesAsked = {
  MessageSystemAttributeNames: ['All'],
  MessageAttributeNames: ['All'],
} as const;

/**
 * Longest reason, in UTF-8 bytes. With the largest body and every other attribute it is still
 * within a message's 1 MiB.
 */
const reasonBytesMax = 500;

/** Characters that SQS does not carry. */
const forbiddenCharacters = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** A message to a queue. Delays are in whole seconds there: rounded up. */
export function entryOf({ id, body, delayMs = 0, groupId }: OutgoingMessage): SqsEntry {
  return {
    MessageBody: body,
    // Also 0 is said: the queue could have a delay of its own.
    DelaySeconds: secondsOf(delayMs),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    MessageAttributes: attributes({ id, group: groupId }),
  };
}

/** A delivery to the dead letters. */
export function deadEntryOf(delivery: Delivery, reason: string): SqsEntry {
  const { id, body, groupId, deliveries, sentAt } = delivery;
  return {
    MessageBody: body,
    MessageAttributes: attributes({
      id,
      group: groupId ?? undefined,
      reason: carried(reason),
      deliveries: String(deliveries),
      sentAt: String(sentAt),
    }),
  };
}

/** What a message counts against the size of its call. */
export function bytesOf({ MessageBody, MessageGroupId = '', MessageAttributes }: SqsEntry): number {
  let bytes = Buffer.byteLength(MessageBody) + MessageGroupId.length;
  for (const [name, { DataType = '', StringValue = '' }] of Object.entries(MessageAttributes)) {
    bytes += name.length + DataType.length + Buffer.byteLength(StringValue);
  }
  return bytes;
}

/** What was received from a place. */
export function deliveryOf(place: Place, message: Message): Delivery {
  const { Attributes = {}, Body = '', MessageId = '' } = message;
  return {
    queue: place.queue,
    id: attributeOf(message, 'id') ?? MessageId,
    body: Body,
    groupId: attributeOf(message, 'group') ?? Attributes.MessageGroupId ?? null,
    receipt: `${place.dead ? 'dead' : 'live'} ${message.ReceiptHandle ?? ''}`,
    deliveries: Number(Attributes.ApproximateReceiveCount ?? 1),
    sentAt: Number(Attributes.SentTimestamp ?? 0),
  };
}

/** A dead letter; SQS itself moves what was received too often, and says then where from. */
export function deadLetterOf(place: Place, message: Message): DeadLetter {
  const delivery = deliveryOf(place, message);
  const wasMoved = message.Attributes?.DeadLetterQueueSourceArn !== undefined;
  const reason = wasMoved ? undefined : attributeOf(message, 'reason');
  if (reason === undefined) return { ...delivery, reason: 'maxReceiveCount' };
  return {
    ...delivery,
    reason,
    deliveries: Number(attributeOf(message, 'deliveries') ?? delivery.deliveries),
    sentAt: Number(attributeOf(message, 'sentAt') ?? delivery.sentAt),
  };
}

/** Where a delivery is from; null when this driver never gave its receipt out. */
export function placeOf({ queue, receipt }: Delivery): Place | null {
  const dead = receipt.startsWith('dead ');
  return dead || receipt.startsWith('live ') ? { queue, dead } : null;
}

/** SQS's own receipt handle of a delivery. */
export function handleOf({ receipt }: Delivery): string {
  return receipt.slice(receipt.indexOf(' ') + 1);
}

/** Milliseconds as whole seconds, rounded up. */
export function secondsOf(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function attributeOf(message: Message, name: string): string | undefined {
  return message.MessageAttributes?.[name]?.StringValue;
}

function attributes(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, MessageAttributeValue> {
  const entries = Object.entries(values).flatMap(([name, StringValue]) =>
    StringValue === undefined ? [] : [[name, { DataType: 'String', StringValue }] as const],
  );
  return Object.fromEntries(entries);
}

/** A reason that SQS can carry: it knows no empty values. */
function carried(reason: string): string {
  const text = reason.replace(forbiddenCharacters, '\uFFFD') || 'unknown';
  if (Buffer.byteLength(text) <= reasonBytesMax) return text;
  const cut = Buffer.from(text)
    .subarray(0, reasonBytesMax - 3)
    .toString();
  // The last character may have been cut in two.
  return `${cut.replace(/\uFFFD$/, '')}…`;
}
