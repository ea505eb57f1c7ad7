/**
 * Converts messages between Millrace and SQS. Bodies are equal; message attributes hold what SQS
 * does not keep: the id, the group, and the reason of a dead letter. A message that another sender
 * put into the queue has SQS's own id.
 */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { DeadLetter, Delivery, TaskMessage } from '../../ports/broker.ts';
import type { SqsQueueRef } from './sqs-service.ts';

/** A message of a batch call, without its id in the call. */
export interface SqsEntry {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  /** Standard queues share fairly among groups. */
  readonly MessageGroupId?: string;
  readonly MessageAttributes: Record<string, MessageAttributeValue>;
}

/** The attributes that {@link toDelivery} needs. */
export const requestedAttributes = {
  MessageSystemAttributeNames: ['All'],
  MessageAttributeNames: ['All'],
} as const;

/**
 * Maximum length of a reason, in UTF-8 bytes. With the largest body and every other attribute it
 * still fits into a message's 1 MiB.
 */
const reasonBytesMax = 500;

/** Characters that SQS does not accept. */
const forbiddenCharacters = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

/** Converts a message to send. Delays are whole seconds, rounded up. */
export function toSqsEntry({ id, body, delayMs = 0, groupId }: TaskMessage): SqsEntry {
  return {
    MessageBody: body,
    // 0 is sent too: the queue may have a delay of its own.
    DelaySeconds: toSeconds(delayMs),
    ...(groupId !== undefined && { MessageGroupId: groupId }),
    MessageAttributes: toAttributes({ id, group: groupId }),
  };
}

/** Converts a delivery to a dead letter. */
export function toDeadLetterEntry(delivery: Delivery, reason: string): SqsEntry {
  const { id, body, groupId, deliveries, sentAt } = delivery;
  return {
    MessageBody: body,
    MessageAttributes: toAttributes({
      id,
      group: groupId ?? undefined,
      reason: toReasonAttribute(reason),
      deliveries: String(deliveries),
      sentAt: String(sentAt),
    }),
  };
}

/** Returns the bytes that a message counts towards the size of its call. */
export function measureEntry({
  MessageBody,
  MessageGroupId = '',
  MessageAttributes,
}: SqsEntry): number {
  let bytes = Buffer.byteLength(MessageBody) + MessageGroupId.length;
  for (const [name, { DataType = '', StringValue = '' }] of Object.entries(MessageAttributes)) {
    bytes += name.length + DataType.length + Buffer.byteLength(StringValue);
  }
  return bytes;
}

/** Converts a received message. */
export function toDelivery(ref: SqsQueueRef, message: Message): Delivery {
  const { Attributes = {}, Body = '', MessageId = '' } = message;
  return {
    queue: ref.queue,
    id: readAttribute(message, 'id') ?? MessageId,
    body: Body,
    groupId: readAttribute(message, 'group') ?? Attributes.MessageGroupId ?? null,
    receipt: `${ref.dead ? 'dead' : 'live'} ${message.ReceiptHandle ?? ''}`,
    deliveries: Number(Attributes.ApproximateReceiveCount ?? 1),
    sentAt: Number(Attributes.SentTimestamp ?? 0),
  };
}

/**
 * Converts a received dead letter. SQS itself moves a message that was received too often, and then
 * names its source queue.
 */
export function toDeadLetter(ref: SqsQueueRef, message: Message): DeadLetter {
  const delivery = toDelivery(ref, message);
  const wasMoved = message.Attributes?.DeadLetterQueueSourceArn !== undefined;
  const reason = wasMoved ? undefined : readAttribute(message, 'reason');
  if (reason === undefined) return { ...delivery, reason: 'maxReceiveCount' };
  return {
    ...delivery,
    reason,
    deliveries: Number(readAttribute(message, 'deliveries') ?? delivery.deliveries),
    sentAt: Number(readAttribute(message, 'sentAt') ?? delivery.sentAt),
  };
}

/** Returns the SQS queue of a delivery; null if its receipt is not from this driver. */
export function parseQueueRef({ queue, receipt }: Delivery): SqsQueueRef | null {
  const dead = receipt.startsWith('dead ');
  return dead || receipt.startsWith('live ') ? { queue, dead } : null;
}

/** Returns SQS's receipt handle of a delivery. */
export function parseHandle({ receipt }: Delivery): string {
  return receipt.slice(receipt.indexOf(' ') + 1);
}

/** Converts milliseconds to whole seconds, rounded up. */
export function toSeconds(ms: number): number {
  return Math.ceil(ms / 1_000);
}

function readAttribute(message: Message, name: string): string | undefined {
  return message.MessageAttributes?.[name]?.StringValue;
}

function toAttributes(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, MessageAttributeValue> {
  const entries = Object.entries(values).flatMap(([name, StringValue]) =>
    StringValue === undefined ? [] : [[name, { DataType: 'String', StringValue }] as const],
  );
  return Object.fromEntries(entries);
}

/** Makes a reason acceptable to SQS, which has no empty values. */
function toReasonAttribute(reason: string): string {
  const text = reason.replace(forbiddenCharacters, '\uFFFD') || 'unknown';
  if (Buffer.byteLength(text) <= reasonBytesMax) return text;
  const cut = Buffer.from(text)
    .subarray(0, reasonBytesMax - 3)
    .toString();
  // The cut may have split the last character.
  return `${cut.replace(/\uFFFD$/, '')}…`;
}
