/**
 * A broker at the other end of a faulty wire, which loses, repeats, delays and refuses messages.
 */
import {
  type Broker,
  brokerLimits,
  type OutgoingMessage,
  type SendResult,
} from '../../lib/ports/broker.ts';
import type { Wire } from './wire.ts';

/** `broker`, as a process behind `wire` has it. */
export function faultyBroker(broker: Broker, wire: Wire): Broker {
  return {
    // It outlives each of its processes: what it loses it loses untold.
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

/** Longest delay that a message meets on its way, in milliseconds. */
const delayMsMax = 60_000;

async function send(
  broker: Broker,
  wire: Wire,
  queue: string,
  messages: readonly OutgoingMessage[],
): Promise<SendResult[]> {
  const fates = messages.map((message) => fateOf(wire, message));
  await broker.send(
    queue,
    fates.flatMap(({ sent }) => sent),
  );
  return fates.map(({ result }) => result);
}

function fateOf(
  { dice, faults }: Wire,
  message: OutgoingMessage,
): { readonly sent: OutgoingMessage[]; readonly result: SendResult } {
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

function late(message: OutgoingMessage, byMs: number): OutgoingMessage {
  const delayMs = Math.min((message.delayMs ?? 0) + byMs, brokerLimits.delayMsMax);
  return { ...message, delayMs };
}
