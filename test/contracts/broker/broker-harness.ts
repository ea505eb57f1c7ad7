/** What a driver supplies to the broker contract, and the helpers of its clauses. */
import { expect } from 'vitest';
import type { Broker, DeadLetter, Delivery, TaskMessage } from '../../../lib/ports/broker.ts';

/** The `maxReceiveCount` of the brokers under contract. */
export const maxReceiveCount = 3;

/** Longer than any test, so that a message hidden for it does not come back. */
export const longMs = 600_000;

/** One broker under contract. */
export interface BrokerHarness {
  /** Has {@link maxReceiveCount}. */
  readonly broker: Broker;
  /** The driver's time resolution; clauses that wait for an expiry use it. */
  readonly tickMs: number;
  /** Returns the name of an existing, empty queue that no other test uses. */
  newQueue(): Promise<string>;
  /** Lets at least this much time pass for the broker, by its clock or by waiting. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Creates a new broker for each call. */
export type MakeBroker = () => Promise<BrokerHarness>;

/** Defines one clause of the contract. */
export type Clause = (title: string, body: (harness: BrokerHarness) => Promise<void>) => void;

/** Creates messages with ids `prefix-0`, `prefix-1` …, each with its own body. */
export function messages(
  count: number,
  more: Partial<TaskMessage> & { readonly prefix?: string } = {},
): TaskMessage[] {
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
  outgoing: readonly TaskMessage[],
): Promise<void> {
  const results = await broker.send(queue, outgoing);

  expect(results).toEqual(outgoing.map(({ id }) => ({ id, sent: true })));
}

/**
 * Takes exactly `count` messages, in several calls if needed (SQS samples only some of its
 * servers).
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

/** Takes the only message of the queue. */
export async function takeOne(
  harness: BrokerHarness,
  queue: string,
  visibilityMs = longMs,
): Promise<Delivery> {
  return only(await takeAll(harness, queue, 1, visibilityMs));
}

/** Makes one receive call that does not wait. */
export function takeUpTo(
  { broker }: BrokerHarness,
  queue: string,
  max: number,
  visibilityMs = longMs,
): Promise<Delivery[]> {
  return broker.receive({ queues: [queue], max, visibilityMs, waitMs: 0 });
}

/** Expects that the queue has no message to deliver now. */
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

/** Expects that the queue has no dead letter to deliver now. */
export async function expectNoneDead({ broker }: BrokerHarness, queue: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expect(await broker.receiveDead(queue, 10, longMs)).toEqual([]);
  }
}

/** Returns the ids, sorted: order in a queue is best effort. */
export function toIds(deliveries: readonly { readonly id: string }[]): string[] {
  return deliveries.map(({ id }) => id).sort();
}

/** Returns the only element. */
export function only<Element>(elements: readonly Element[]): Element {
  const [first] = elements;
  if (first === undefined || elements.length !== 1) {
    throw new Error(`one element expected, found ${elements.length}`);
  }
  return first;
}
