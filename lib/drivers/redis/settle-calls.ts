/** Receipts, and arguments of the settle scripts. */
import type { Delivery } from '../../ports/broker.ts';
import type { Argument } from './redis-client.ts';

/** Maximum number of receipts of one call. */
const receiptsMax = 500;
/** The receipt of a dead letter begins with it, so that the delivery alone shows where it is. */
const deadMark = 'd';

/** Arguments of one call of a settle script. */
export interface SettleCall {
  readonly queues: readonly string[];
  readonly args: readonly Argument[];
  /** The receipts as in their deliveries, in the order of the arguments. */
  readonly receipts: readonly string[];
}

/** Returns the receipt of a dead letter's delivery. */
export function toDeadReceipt(receipt: string): string {
  return `${deadMark}${receipt}`;
}

/**
 * Splits deliveries into calls of the settle scripts. Each call groups its receipts by queue, live
 * messages and dead letters apart.
 */
export function toSettleCalls(deliveries: readonly Delivery[]): SettleCall[] {
  const calls: SettleCall[] = [];
  for (let from = 0; from < deliveries.length; from += receiptsMax) {
    calls.push(toSettleCall(deliveries.slice(from, from + receiptsMax)));
  }
  return calls;
}

function toSettleCall(deliveries: readonly Delivery[]): SettleCall {
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
