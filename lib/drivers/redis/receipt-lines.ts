/**
 * Cuts deliveries into calls of the settling scripts: a line for each queue, live or dead, and at
 * most so many receipts a call. A receipt of a dead letter begins with `d`, so that the delivery
 * alone says where it belongs.
 */
import type { Delivery } from '../../ports/broker.ts';
import type { Argument } from './redis-client.ts';

const receiptsMax = 500;
const deadMark = 'd';

/** One call of a settling script. */
export interface SettlingCall {
  readonly queues: readonly string[];
  readonly args: readonly Argument[];
  /** The receipts as their deliveries have them, in the order of the arguments. */
  readonly receipts: readonly string[];
}

/** The receipt of a dead letter's delivery. */
export function deadReceipt(receipt: string): string {
  return `${deadMark}${receipt}`;
}

/** The calls for these deliveries. */
export function callsFor(deliveries: readonly Delivery[]): SettlingCall[] {
  const calls: SettlingCall[] = [];
  for (let from = 0; from < deliveries.length; from += receiptsMax) {
    calls.push(callFor(deliveries.slice(from, from + receiptsMax)));
  }
  return calls;
}

function callFor(deliveries: readonly Delivery[]): SettlingCall {
  const queues = [...new Set(deliveries.map(({ queue }) => queue))];
  const args: Argument[] = [];
  const receipts: string[] = [];
  for (const [number, queue] of queues.entries()) {
    const own = deliveries.filter((delivery) => delivery.queue === queue);
    for (const dead of [false, true]) {
      const line = own.map(({ receipt }) => receipt).filter((one) => isDead(one) === dead);
      if (line.length === 0) continue;
      args.push(number, dead ? 'dead' : 'live', line.length);
      for (const receipt of line) args.push(dead ? receipt.slice(deadMark.length) : receipt);
      receipts.push(...line);
    }
  }
  return { queues, args, receipts };
}

function isDead(receipt: string): boolean {
  return receipt.startsWith(deadMark);
}
