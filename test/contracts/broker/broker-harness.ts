/** What a driver brings to the broker contract, and the few verbs its clauses are written in. */
import { expect } from 'vitest';
import type { Broker, DeadLetter, Delivery, OutgoingMessage } from '../../../lib/ports/broker.ts';

/** The `maxReceiveCount` that the brokers under contract are made with. */
export const maxReceiveCount = 3;

/** Long enough that nothing held for it comes back while a test runs. */
export const longMs = 600_000;

/** One broker under contract. */
export interface BrokerHarness {
  /** Made with {@link maxReceiveCount}. */
  readonly broker: Broker;
  /** The shortest time that this driver tells apart; clauses that wait for an expiry use it. */
  readonly tickMs: number;
  /** Names a queue that exists, is empty, and that no other test uses. */
  newQueue(): Promise<string>;
  /** Lets at least this much time pass for the broker: by its clock, or by waiting. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Makes a broker of its own for each call. */
export type MakeBroker = () => Promise<BrokerHarness>;

/** Defines one clause of the contract. */
export type Clause = (title: string, body: (harness: BrokerHarness) => Promise<void>) => void;

/** Messages with ids `prefix-0`, `prefix-1` …, each with a body of its own. */
export function messages(
  count: number,
  more: Partial<OutgoingMessage> & { readonly prefix?: string } = {},
): OutgoingMessage[] {
  const { prefix = 'task', ...rest } = more;
  return Array.from({ length: count }, (_, index) => ({
    id: `${prefix}-${index}`,
    body: `{"index":${index}}`,
    ...rest,
  }));
}

/** Sends messages and expects every one to be accepted. */
export async function sendAll(
  { broker }: BrokerHarness,
  queue: string,
  outgoing: readonly OutgoingMessage[],
): Promise<void> {
  const results = await broker.send(queue, outgoing);

  expect(results).toEqual(outgoing.map(({ id }) => ({ id, sent: true })));
}

/**
 * Takes exactly `count` messages, asking again as long as fewer came (SQS answers from a sample of
 * its servers).
 */
export async function takeAll(
  harness: BrokerHarness,
  queue: string,
  count: number,
  visibilityMs = longMs,
): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  for (let attempt = 0; attempt < 200 && taken.length < count; attempt += 1) {
    const max = Math.min(count - taken.length, 1_000);
    taken.push(...(await takeUpTo(harness, queue, max, visibilityMs)));
  }
  expect(taken).toHaveLength(count);
  return taken;
}

/** Takes the one message there is. */
export async function takeOne(
  harness: BrokerHarness,
  queue: string,
  visibilityMs = longMs,
): Promise<Delivery> {
  return only(await takeAll(harness, queue, 1, visibilityMs));
}

/** One call that does not wait. */
export function takeUpTo(
  { broker }: BrokerHarness,
  queue: string,
  max: number,
  visibilityMs = longMs,
): Promise<Delivery[]> {
  return broker.receive({ queues: [queue], max, visibilityMs, waitMs: 0 });
}

/** Expects that the queue has nothing to deliver now. */
export async function expectNothing(harness: BrokerHarness, queue: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await takeUpTo(harness, queue, 10)).toEqual([]);
  }
}

/** Takes exactly `count` dead letters. */
export async function takeDead(
  { broker }: BrokerHarness,
  queue: string,
  count: number,
  visibilityMs = longMs,
): Promise<DeadLetter[]> {
  const taken: DeadLetter[] = [];
  for (let attempt = 0; attempt < 200 && taken.length < count; attempt += 1) {
    taken.push(...(await broker.receiveDead(queue, count - taken.length, visibilityMs)));
  }
  expect(taken).toHaveLength(count);
  return taken;
}

/** Expects that the queue's dead letters have nothing to deliver now. */
export async function expectNoneDead({ broker }: BrokerHarness, queue: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await broker.receiveDead(queue, 10, longMs)).toEqual([]);
  }
}

/** The ids, sorted: order in a queue is best effort. */
export function idsOf(deliveries: readonly { readonly id: string }[]): string[] {
  return deliveries.map(({ id }) => id).sort();
}

/** The only element. */
export function only<Element>(elements: readonly Element[]): Element {
  const [first] = elements;
  if (first === undefined || elements.length !== 1) {
    throw new Error(`one element expected, found ${elements.length}`);
  }
  return first;
}
