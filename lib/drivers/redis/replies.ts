/** Readers of the scripts' replies. */
import type { DeadLetter, Delivery, QueueStats } from '../../ports/broker.ts';
import { readLetter, readMember, readRecord } from './message-record.ts';
import { toDeadReceipt } from './settle-calls.ts';

/** Result of a receive. */
export interface ReceiveResult {
  readonly deliveries: Delivery[];
  /** Time until a hidden message becomes visible, in milliseconds; infinite when none is hidden. */
  readonly dueInMs: number;
}

/** Reply of the receive script; documented there. */
export type ReceiveReply = readonly [dueInMs: number, ...parts: (number | readonly string[])[]];

/** Reads the reply of the receive script. */
export function readDeliveries(queues: readonly string[], reply: ReceiveReply): ReceiveResult {
  const [dueInMs, ...rest] = reply;
  const deliveries: Delivery[] = [];
  let queue = '';
  for (const part of rest) {
    if (typeof part === 'number') {
      queue = queues[part] ?? '';
      continue;
    }
    for (let at = 0; at < part.length; at += 2) {
      deliveries.push(toDelivery(queue, part[at] ?? '', part[at + 1] ?? ''));
    }
  }
  return { deliveries, dueInMs: dueInMs < 0 ? Number.POSITIVE_INFINITY : dueInMs };
}

/** Reads the reply of the script that receives dead letters. */
export function readDeadLetters(queue: string, reply: readonly string[]): DeadLetter[] {
  const letters: DeadLetter[] = [];
  for (let at = 0; at < reply.length; at += 2) {
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

/** A receipt is `seq:deliveries:receivedAt`. */
function parseDeliveries(receipt: string): number {
  return Number.parseInt(receipt.slice(receipt.indexOf(':') + 1), 10);
}
