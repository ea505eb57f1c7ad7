/** Random commands for the reference model and a broker. */
import { expect } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import fc from '../../support/properties.ts';
import { type BrokerHarness, longMs, sendAll } from './broker-harness.ts';
import type { Model, QueueModel } from './broker-reference.ts';

/** Number of queues of a model. */
export const modelQueues = 2;

type Act = (model: Model, harness: BrokerHarness) => Promise<void>;
type Check = (model: Model) => boolean;

class Command implements fc.AsyncCommand<Model, BrokerHarness> {
  readonly #name: string;
  readonly #act: Act;
  readonly #check: Check;

  constructor(name: string, act: Act, check: Check = () => true) {
    this.#name = name;
    this.#act = act;
    this.#check = check;
  }

  check(model: Readonly<Model>): boolean {
    return this.#check(model);
  }

  run(model: Model, harness: BrokerHarness): Promise<void> {
    return this.#act(model, harness);
  }

  toString(): string {
    return this.#name;
  }
}

/** Creates a command for the queue at `index`. */
function onQueue(
  index: number,
  name: string,
  act: (queue: QueueModel, harness: BrokerHarness, model: Model) => Promise<void>,
  check: (queue: QueueModel) => boolean = () => true,
): Command {
  return new Command(
    `${name} (queue ${index})`,
    (model, harness) => act(model.at(index), harness, model),
    (model) => check(model.at(index)),
  );
}

const send = (index: number, count: number, delayed: boolean, group: number) =>
  onQueue(index, `send ${count}${delayed ? ' delayed' : ''}`, async (queue, harness, model) => {
    const delayMs = delayed ? harness.tickMs : 0;
    const outgoing = Array.from({ length: count }, () => {
      model.sent += 1;
      return { id: `m${model.sent}`, body: `${model.sent}`, delayMs, groupId: `g${group}` };
    });
    await sendAll(harness, queue.name, outgoing);
    if (delayed) await harness.advance(harness.tickMs);
    for (const { id } of outgoing) queue.ready.set(id, 0);
  });

/** Receives from all queues, this one first. */
const receive = (first: number, max: number) =>
  new Command(`receive ${max}, queue ${first} first`, async (model, { broker }) => {
    const possible = model.deliverable().length;
    const request = { max, visibilityMs: longMs, waitMs: possible && longMs };
    const taken = await broker.receive({ ...request, queues: namesFrom(model, first) });
    expect(taken.length).toBeLessThanOrEqual(Math.min(max, possible));
    expect(taken.length).toBeGreaterThanOrEqual(Math.min(1, possible));
    deliverAll(model, taken);
  });

const lose = (first: number, max: number) =>
  new Command(`receive ${max} and let them expire`, async (model, { broker, ...harness }) => {
    const request = { max, visibilityMs: harness.tickMs, waitMs: 0 };
    const taken = await broker.receive({ ...request, queues: namesFrom(model, first) });
    deliverAll(model, taken);
    await harness.advance(harness.tickMs);
    for (const delivery of taken) model.named(delivery.queue).comeBack(delivery);
  });

/** Acknowledges deliveries of all queues in one call. */
const acknowledge = (count: number) =>
  new Command(`acknowledge ${count} of each queue`, async (model, { broker }) => {
    const taken = model.queues.flatMap((queue) => queue.take(count));
    expect(await broker.acknowledge(taken)).toEqual([]);
  });

const release = (index: number, count: number, delayed: boolean) =>
  onQueue(index, `release ${count}${delayed ? ' delayed' : ''}`, async (queue, harness) => {
    const taken = queue.take(count);
    expect(await harness.broker.release(taken, delayed ? harness.tickMs : 0)).toEqual([]);
    if (delayed) await harness.advance(harness.tickMs);
    for (const { id, deliveries } of taken) queue.ready.set(id, deliveries);
  });

const extend = () =>
  new Command('extend all held', async (model, { broker }) => {
    const held = model.queues.flatMap((queue) => [...queue.held.values()]);
    expect(await broker.extend(held, longMs)).toEqual([]);
  });

const extendAndLose = (index: number, count: number) =>
  onQueue(index, `extend ${count} a little and let them expire`, async (queue, harness) => {
    const some = [...queue.held.values()].slice(0, count);
    expect(await harness.broker.extend(some, harness.tickMs)).toEqual([]);
    await harness.advance(harness.tickMs);
    for (const delivery of some) queue.comeBack(delivery);
  });

const deadLetter = (index: number, count: number) =>
  onQueue(index, `dead-letter ${count}`, async (queue, { broker }) => {
    const taken = queue.take(count);
    expect(await broker.deadLetter(taken, 'model')).toEqual([]);
    for (const { id } of taken) queue.dead.add(id);
  });

/** Old receipts must change nothing; most critical are those of messages that are held again. */
const usePast = (index: number, how: 'extend' | 'deadLetter') =>
  onQueue(index, `${how} by old receipts`, async (queue, { broker }) => {
    const past = queue.past.filter(({ id }) => !queue.ready.has(id));
    if (how === 'extend') await broker.extend(past, 0);
    else await broker.deadLetter(past, 'late');
  });

/**
 * Not while a ready message has used up its deliveries: the driver decides when it becomes a dead
 * letter. The same applies to a redrive and a purge.
 */
const takeDead = (index: number, max: number) =>
  onQueue(
    index,
    `take ${max} dead letters`,
    async (queue, { broker }) => {
      const letters = await broker.receiveDead(queue.name, max, longMs);
      expect(letters.length).toBe(Math.min(max, queue.dead.size));
      for (const letter of letters) queue.deliverDead(letter);
    },
    (queue) => !queue.hasExhausted(),
  );

const settleDead = (index: number, count: number, how: 'acknowledge' | 'release') =>
  onQueue(index, `${how} ${count} dead letters`, async (queue, { broker }) => {
    const letters = queue.takeDead(count);
    const call = how === 'release' ? broker.release(letters, 0) : broker.acknowledge(letters);
    expect(await call).toEqual([]);
    if (how === 'release') for (const { id } of letters) queue.dead.add(id);
  });

const redrive = (index: number) =>
  onQueue(
    index,
    'redrive all',
    async (queue, { broker }) => {
      expect(await broker.redrive(queue.name, 1_000)).toBe(queue.dead.size);
      for (const id of queue.dead) queue.ready.set(id, 0);
      queue.dead.clear();
    },
    (queue) => !queue.hasExhausted(),
  );

const pauseOrResume = (index: number, paused: boolean) =>
  onQueue(index, paused ? 'pause' : 'resume', async (queue, { broker }) => {
    await (paused ? broker.pause(queue.name) : broker.resume(queue.name));
    queue.paused = paused;
  });

const purge = (index: number) =>
  onQueue(
    index,
    'purge',
    async (queue, { broker }) => {
      await broker.purge(queue.name);
      queue.take(queue.held.size);
      queue.ready.clear();
    },
    (queue) => !queue.hasExhausted(),
  );

/** Generates sequences of up to 60 commands. */
export function commands() {
  const index = fc.nat(modelQueues - 1);
  const count = fc.integer({ min: 1, max: 12 });
  const few = fc.integer({ min: 1, max: 3 });
  return fc.commands(
    [
      fc.tuple(index, count, fc.boolean(), fc.nat(2)).map((drawn) => send(...drawn)),
      fc.tuple(index, count).map((drawn) => receive(...drawn)),
      fc.tuple(index, count).map((drawn) => lose(...drawn)),
      count.map(acknowledge),
      fc.tuple(index, count, fc.boolean()).map((drawn) => release(...drawn)),
      fc.tuple(index, few).map((drawn) => deadLetter(...drawn)),
      fc.constant(extend()),
      fc.tuple(index, few).map((drawn) => extendAndLose(...drawn)),
      fc.tuple(index, fc.constantFrom('extend', 'deadLetter')).map((drawn) => usePast(...drawn)),
      fc.tuple(index, few).map((drawn) => takeDead(...drawn)),
      fc
        .tuple(index, few, fc.constantFrom('acknowledge', 'release'))
        .map((drawn) => settleDead(...drawn)),
      index.map(redrive),
      fc.tuple(index, fc.boolean()).map((drawn) => pauseOrResume(...drawn)),
      index.map(purge),
    ],
    { size: 'medium', maxCommands: 60 },
  );
}

/** Returns the names of all queues, starting with the one at `first`. */
function namesFrom({ queues }: Model, first: number): string[] {
  return [...queues.slice(first), ...queues.slice(0, first)].map(({ name }) => name);
}

function deliverAll(model: Model, taken: readonly Delivery[]): void {
  for (const delivery of taken) {
    const queue = model.named(delivery.queue);
    expect(queue.paused).toBe(false);
    queue.deliver(delivery);
  }
}
