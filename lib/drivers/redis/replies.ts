/** Reads what the scripts answer. */
import type { DeadLetter, Delivery, QueueStats } from '../../ports/broker.ts';
import { deadReceipt } from './receipt-lines.ts';
import { readLetter, readMember, readRecord } from './record.ts';

/** What a receive found. */
export interface Taken {
  readonly deliveries: Delivery[];
  /** How long until something hidden shows, in milliseconds; infinite when nothing is hidden. */
  readonly dueInMs: number;
}

/** What the receive script answers; see there. */
export type ReceiveAnswer = readonly [dueInMs: number, ...parts: (number | readonly string[])[]];

/** Of the receive script. */
export function readDeliveries(queues: readonly string[], answer: ReceiveAnswer): Taken {
  const [dueInMs, ...rest] = answer;
  const deliveries: Delivery[] = [];
  let queue = '';
  for (const part of rest) {
    if (typeof part === 'number') {
      queue = queues[part] ?? '';
      continue;
    }
    for (let at = 0; at < part.length; at += 2) {
      deliveries.push(deliveryOf(queue, part[at] ?? '', part[at + 1] ?? ''));
    }
  }
  return { deliveries, dueInMs: dueInMs < 0 ? Number.POSITIVE_INFINITY : dueInMs };
}

/** Of the script that takes dead letters. */
export function readDeadLetters(queue: string, answer: readonly string[]): DeadLetter[] {
  const letters: DeadLetter[] = [];
  for (let at = 0; at < answer.length; at += 2) {
    const receipt = answer[at] ?? '';
    const { reason, ...recorded } = readLetter(answer[at + 1] ?? '');
    const deliveries = deliveriesOf(receipt);
    letters.push({ queue, ...recorded, receipt: deadReceipt(receipt), deliveries, reason });
  }
  return letters;
}

/** Of the script that looks at a line. */
export function readPeeked(queue: string, answer: readonly string[]): Delivery[] {
  return answer.map((member) => ({ queue, ...readMember(member), receipt: '' }));
}

/** Of the script that counts. */
export function readStats(queues: readonly string[], answer: readonly number[]): QueueStats[] {
  return queues.map((queue, index) => {
    const [ready = 0, delayed = 0, inFlight = 0, dead = 0, paused = 0, oldestMs = 0] = answer.slice(
      6 * index,
    );
    return { queue, ready, delayed, inFlight, dead, paused: paused === 1, oldestMs };
  });
}

function deliveryOf(queue: string, receipt: string, record: string): Delivery {
  return { queue, ...readRecord(record), receipt, deliveries: deliveriesOf(receipt) };
}

/** A receipt is `seq:deliveries:receivedAt`. */
function deliveriesOf(receipt: string): number {
  return Number.parseInt(receipt.slice(receipt.indexOf(':') + 1), 10);
}
