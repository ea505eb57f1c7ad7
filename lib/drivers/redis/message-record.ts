/**
 * The text format of a message in Redis: `group sentAt id body`, with an empty group for none.
 * Group and id have no spaces, so the body is everything after the third one, byte for byte. The
 * scripts read the group and the time, and never the body. Also reads what the scripts return.
 */
import type { DeadLetter, Delivery, QueueStats } from '../../ports/broker.ts';

/**
 * The version of the forms in this file. The receipt of each message in flight and of each dead
 * letter ends with it. A release that changes a form raises it, one release after the scripts have
 * learned to read both.
 */
export const recordVersion = 1;

/** A message as read from its record. */
export interface RecordedMessage {
  readonly groupId: string | null;
  readonly sentAt: number;
  readonly id: string;
  readonly body: string;
}

/** Formats the part of a record after group and time, which the script adds. */
export function toPayload(id: string, body: string): string {
  return `${id} ${body}`;
}

/** Reads the record that begins at `from` in `text`. */
export function readRecord(text: string, from = 0): RecordedMessage {
  const group = text.indexOf(' ', from);
  const time = text.indexOf(' ', group + 1);
  const id = text.indexOf(' ', time + 1);
  return {
    groupId: group === from ? null : text.slice(from, group),
    sentAt: Number(text.slice(group + 1, time)),
    id: text.slice(time + 1, id),
    body: text.slice(id + 1),
  };
}

/** Encodes a reason as one word: it precedes the record of a dead letter. */
export function encodeReason(reason: string): string {
  return encodeURIComponent(reason.toWellFormed());
}

/** Reads a dead letter: its reason, then its record. */
export function readLetter(text: string): RecordedMessage & { readonly reason: string } {
  const end = text.indexOf(' ');
  return { ...readRecord(text, end + 1), reason: decodeURIComponent(text.slice(0, end)) };
}

/** Reads a member of the line: `seq:deliveries`, then its record. */
export function readMember(text: string): RecordedMessage & { readonly deliveries: number } {
  const end = text.indexOf(' ');
  return { ...readRecord(text, end + 1), deliveries: Number(text.slice(0, end).split(':')[1]) };
}

/** Result of a receive. */
export interface ReceiveResult {
  readonly deliveries: Delivery[];
  /** Time until a hidden message becomes visible, in milliseconds; infinite when none is hidden. */
  readonly dueInMs: number;
  /** Whether messages in a newer form were put off. */
  readonly hasNewer: boolean;
}

/** What a reply says in place of entries that this release cannot read. */
const newerMark = 'newer';

/** Reply of the receive script; documented there. */
export type ReceiveReply = readonly [
  dueInMs: number,
  ...parts: (number | readonly string[] | typeof newerMark)[],
];

/** Reads the reply of the receive script. */
export function readDeliveries(queues: readonly string[], reply: ReceiveReply): ReceiveResult {
  const [dueInMs, ...rest] = reply;
  const deliveries: Delivery[] = [];
  let queue = '';
  for (const part of rest) {
    if (part === newerMark) continue;
    if (typeof part === 'number') {
      queue = queues[part] ?? '';
      continue;
    }
    for (let at = 0; at < part.length; at += 2) {
      deliveries.push(toDelivery(queue, part[at] ?? '', part[at + 1] ?? ''));
    }
  }
  return {
    deliveries,
    dueInMs: dueInMs < 0 ? Number.POSITIVE_INFINITY : dueInMs,
    hasNewer: rest.includes(newerMark),
  };
}

/** Whether the reply of the script that receives dead letters says that there are newer ones. */
export function hasNewerLetters(reply: readonly string[]): boolean {
  return reply.length % 2 === 1;
}

/** Reads the reply of the script that receives dead letters. */
export function readDeadLetters(queue: string, reply: readonly string[]): DeadLetter[] {
  const letters: DeadLetter[] = [];
  for (let at = 0; at + 1 < reply.length; at += 2) {
    const receipt = reply[at] ?? '';
    const { reason, ...recorded } = readLetter(reply[at + 1] ?? '');
    const deliveries = parseDeliveries(receipt);
    letters.push({ queue, ...recorded, receipt: toDeadReceipt(receipt), deliveries, reason });
  }
  return letters;
}

/** Reads the reply of the peek script. */
export function readPeeked(queue: string, reply: readonly string[]): Delivery[] {
  return reply.map((member) => ({ queue, ...readMember(member), receipt: '' }));
}

/** Reads the reply of the stats script. */
export function readStats(queues: readonly string[], reply: readonly number[]): QueueStats[] {
  return queues.map((queue, index) => {
    const [ready = 0, delayed = 0, inFlight = 0, dead = 0, paused = 0, oldestMs = 0] = reply.slice(
      6 * index,
    );
    return { queue, ready, delayed, inFlight, dead, paused: paused === 1, oldestMs };
  });
}

function toDelivery(queue: string, receipt: string, record: string): Delivery {
  return { queue, ...readRecord(record), receipt, deliveries: parseDeliveries(receipt) };
}

/** A receipt is `seq:deliveries:receivedAt:version`. */
function parseDeliveries(receipt: string): number {
  return Number.parseInt(receipt.slice(receipt.indexOf(':') + 1), 10);
}

/** Prefix of the receipt of a dead letter, so that the delivery alone shows where it is. */
export const deadMark = 'd';

/** Returns the receipt of a dead letter's delivery. */
function toDeadReceipt(receipt: string): string {
  return `${deadMark}${receipt}`;
}

/** Whether a receipt is that of a dead letter. */
export function isDeadReceipt(receipt: string): boolean {
  return receipt.startsWith(deadMark);
}
