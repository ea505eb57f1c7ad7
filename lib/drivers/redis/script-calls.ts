/** Arguments of the send and settle scripts, split into calls of bounded size. */
import type { Delivery, TaskMessage } from '../../ports/broker.ts';
import { deadMark, isDeadReceipt, toPayload } from './message-record.ts';
import type { Argument } from './redis-client.ts';

/**
 * Maximum size of one call: it takes a few milliseconds of Redis's time, and no hosted service
 * refuses it.
 */
export const sendPageLimits = Object.freeze({ messages: 500, characters: 1_000_000 });

/** Arguments of one call of the send script. */
export interface SendPage {
  readonly count: number;
  readonly args: readonly Argument[];
}

/**
 * Splits a send into calls of the send script, in order; each page is built when it is needed.
 * Messages with the same group and delay form a run, so that the page names both once per run.
 */
export function* toSendPages(messages: readonly TaskMessage[]): Generator<SendPage> {
  let from = 0;
  while (from < messages.length) {
    const to = findPageEnd(messages, from);
    yield { count: to - from, args: toRunArguments(messages.slice(from, to)) };
    from = to;
  }
}

/** Includes at least one message, however large it is. */
function findPageEnd(messages: readonly TaskMessage[], from: number): number {
  let to = from;
  let characters = 0;
  while (to < messages.length && to - from < sendPageLimits.messages) {
    characters += messages[to]?.body.length ?? 0;
    if (to > from && characters > sendPageLimits.characters) break;
    to += 1;
  }
  return to;
}

function toRunArguments(page: readonly TaskMessage[]): Argument[] {
  const args: Argument[] = [];
  let at = 0;
  while (at < page.length) {
    const { groupId = '', delayMs = 0 } = page[at] ?? {};
    const run = page.slice(at).findIndex((other) => !isAlike(other, groupId, delayMs));
    const count = run === -1 ? page.length - at : run;
    args.push(groupId, delayMs, count);
    for (const { id, body } of page.slice(at, at + count)) args.push(toPayload(id, body));
    at += count;
  }
  return args;
}

function isAlike(message: TaskMessage, groupId: string, delayMs: number): boolean {
  return (message.groupId ?? '') === groupId && (message.delayMs ?? 0) === delayMs;
}

/** Maximum number of receipts of one call. */
const receiptsMax = 500;

/** Arguments of one call of a settle script. */
export interface SettleCall {
  readonly queues: readonly string[];
  readonly args: readonly Argument[];
  /** The receipts as in their deliveries, in the order of the arguments. */
  readonly receipts: readonly string[];
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
      const line = own.map(({ receipt }) => receipt).filter((one) => isDeadReceipt(one) === dead);
      if (line.length === 0) continue;
      args.push(number, dead ? 'dead' : 'live', line.length);
      for (const receipt of line) args.push(dead ? receipt.slice(deadMark.length) : receipt);
      receipts.push(...line);
    }
  }
  return { queues, args, receipts };
}
