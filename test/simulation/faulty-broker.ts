import {
  type Broker,
  brokerLimits,
  type SendResult,
  type TaskMessage,
} from '../../lib/ports/broker.ts';
import type { Wire } from './wire.ts';

/**
 * Wraps a broker so that each of its methods is a call over the faulty wire of a process, and
 * messages may be lost, duplicated, delayed or refused.
 */
export function faultyBroker(broker: Broker, wire: Wire): Broker {
  return {
    // The broker outlives its processes, and loses messages without notice.
    volatile: false,
    send: (queue, messages) => wire.call('send', () => send(broker, wire, queue, messages)),
    receive: (request) => wire.call('receive', () => broker.receive(request)),
    acknowledge: (deliveries) => wire.callLate('acknowledge', () => broker.acknowledge(deliveries)),
    release: (deliveries, delayMs) =>
      wire.callLate('release', () => broker.release(deliveries, delayMs)),
    extend: (deliveries, visibilityMs) =>
      wire.callLate('extend', () => broker.extend(deliveries, visibilityMs)),
    deadLetter: (deliveries, reason) =>
      wire.call('deadLetter', () => broker.deadLetter(deliveries, reason)),
    receiveDead: (queue, max, visibilityMs) =>
      wire.call('receiveDead', () => broker.receiveDead(queue, max, visibilityMs)),
    redrive: (queue, max) => wire.call('redrive', () => broker.redrive(queue, max)),
    stats: (queues) => wire.call('stats', () => broker.stats(queues)),
    peek: (queue, max) => wire.call('peek', () => broker.peek(queue, max)),
    pause: (queue) => wire.call('pause', () => broker.pause(queue)),
    resume: (queue) => wire.call('resume', () => broker.resume(queue)),
    purge: (queue) => wire.call('purge', () => broker.purge(queue)),
    close: () => wire.call('close', () => broker.close()),
  };
}

/** Maximum delay of a message, in milliseconds. */
const delayMsMax = 60_000;

async function send(
  broker: Broker,
  wire: Wire,
  queue: string,
  messages: readonly TaskMessage[],
): Promise<SendResult[]> {
  const fates = messages.map((message) => drawFate(wire, message));
  await broker.send(
    queue,
    fates.flatMap(({ sent }) => sent),
  );
  return fates.map(({ result }) => result);
}

function drawFate(
  { dice, faults }: Wire,
  message: TaskMessage,
): { readonly sent: TaskMessage[]; readonly result: SendResult } {
  const { id } = message;
  if (dice.chance(faults.messageRefused)) {
    const text = 'the broker refused it';
    return { sent: [], result: { id, sent: false, reason: 'unavailable', message: text } };
  }
  const result = { id, sent: true } as const;
  if (dice.chance(faults.messageLost)) return { sent: [], result };
  const delayed = dice.chance(faults.messageDelayed)
    ? late(message, dice.below(delayMsMax))
    : message;
  const copies = dice.chance(faults.messageDuplicated) ? [delayed, message] : [delayed];
  return { sent: copies, result };
}

function late(message: TaskMessage, byMs: number): TaskMessage {
  const delayMs = Math.min((message.delayMs ?? 0) + byMs, brokerLimits.delayMsMax);
  return { ...message, delayMs };
}
