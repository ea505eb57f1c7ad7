/** What is done to the reference model and to a broker side by side, drawn at random. */
import { expect } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import fc from '../../support/properties.ts';
import { type BrokerHarness, longMs, sendAll } from './broker-harness.ts';
import type { Model, QueueModel } from './broker-reference.ts';

/** Queues that a model has. */
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

/** What is done to one queue, at `place`. */
function on(
  place: number,
  name: string,
  act: (queue: QueueModel, harness: BrokerHarness, model: Model) => Promise<void>,
  check: (queue: QueueModel) => boolean = () => true,
): Command {
  return new Command(
    `${name} (queue ${place})`,
    (model, harness) => act(model.at(place), harness, model),
    (model) => check(model.at(place)),
  );
}

const send = (place: number, count: number, delayed: boolean, group: number) =>
  on(place, `send ${count}${delayed ? ' delayed' : ''}`, async (queue, harness, model) => {
    const delayMs = delayed ? harness.tickMs : 0;
    const outgoing = Array.from({ length: count }, () => {
      model.sent += 1;
      return { id: `m${model.sent}`, body: `${model.sent}`, delayMs, groupId: `g${group}` };
    });
    await sendAll(harness, queue.name, outgoing);
    if (delayed) await harness.advance(harness.tickMs);
    for (const { id } of outgoing) queue.ready.set(id, 0);
  });

/** From all queues, this one first. */
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

/** Of all queues in one call. */
const acknowledge = (count: number) =>
  new Command(`acknowledge ${count} of each queue`, async (model, { broker }) => {
    const taken = model.queues.flatMap((queue) => queue.take(count));
    expect(await broker.acknowledge(taken)).toEqual([]);
  });

const release = (place: number, count: number, delayed: boolean) =>
  on(place, `release ${count}${delayed ? ' delayed' : ''}`, async (queue, harness) => {
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

const extendAndLose = (place: number, count: number) =>
  on(place, `extend ${count} a little and let them expire`, async (queue, harness) => {
    const some = [...queue.held.values()].slice(0, count);
    expect(await harness.broker.extend(some, harness.tickMs)).toEqual([]);
    await harness.advance(harness.tickMs);
    for (const delivery of some) queue.comeBack(delivery);
  });

const deadLetter = (place: number, count: number) =>
  on(place, `dead-letter ${count}`, async (queue, { broker }) => {
    const taken = queue.take(count);
    expect(await broker.deadLetter(taken, 'model')).toEqual([]);
    for (const { id } of taken) queue.dead.add(id);
  });

/** Old receipts must change nothing; those of messages that are held again matter most. */
const usePast = (place: number, how: 'extend' | 'deadLetter') =>
  on(place, `${how} by old receipts`, async (queue, { broker }) => {
    const past = queue.past.filter(({ id }) => !queue.ready.has(id));
    if (how === 'extend') await broker.extend(past, 0);
    else await broker.deadLetter(past, 'late');
  });

/**
 * Not while a worn-out message is ready: whether it is among the dead letters depends on the
 * driver's moment. The same holds for a redrive and a purge.
 */
const takeDead = (place: number, max: number) =>
  on(
    place,
    `take ${max} dead letters`,
    async (queue, { broker }) => {
      const letters = await broker.receiveDead(queue.name, max, longMs);
      expect(letters.length).toBe(Math.min(max, queue.dead.size));
      for (const letter of letters) queue.deliverDead(letter);
    },
    (queue) => !queue.hasWornOut(),
  );

const settleDead = (place: number, count: number, how: 'acknowledge' | 'release') =>
  on(place, `${how} ${count} dead letters`, async (queue, { broker }) => {
    const letters = queue.takeDead(count);
    const call = how === 'release' ? broker.release(letters, 0) : broker.acknowledge(letters);
    expect(await call).toEqual([]);
    if (how === 'release') for (const { id } of letters) queue.dead.add(id);
  });

const redrive = (place: number) =>
  on(
    place,
    'redrive all',
    async (queue, { broker }) => {
      expect(await broker.redrive(queue.name, 1_000)).toBe(queue.dead.size);
      for (const id of queue.dead) queue.ready.set(id, 0);
      queue.dead.clear();
    },
    (queue) => !queue.hasWornOut(),
  );

const pauseOrResume = (place: number, paused: boolean) =>
  on(place, paused ? 'pause' : 'resume', async (queue, { broker }) => {
    await (paused ? broker.pause(queue.name) : broker.resume(queue.name));
    queue.paused = paused;
  });

const purge = (place: number) =>
  on(
    place,
    'purge',
    async (queue, { broker }) => {
      await broker.purge(queue.name);
      queue.take(queue.held.size);
      queue.ready.clear();
    },
    (queue) => !queue.hasWornOut(),
  );

/** Up to 60 commands in a row. */
export function commands() {
  const place = fc.nat(modelQueues - 1);
  const count = fc.integer({ min: 1, max: 12 });
  const few = fc.integer({ min: 1, max: 3 });
  return fc.commands(
    [
      fc.tuple(place, count, fc.boolean(), fc.nat(2)).map((drawn) => send(...drawn)),
      fc.tuple(place, count).map((drawn) => receive(...drawn)),
      fc.tuple(place, count).map((drawn) => lose(...drawn)),
      count.map(acknowledge),
      fc.tuple(place, count, fc.boolean()).map((drawn) => release(...drawn)),
      fc.tuple(place, few).map((drawn) => deadLetter(...drawn)),
      fc.constant(extend()),
      fc.tuple(place, few).map((drawn) => extendAndLose(...drawn)),
      fc.tuple(place, fc.constantFrom('extend', 'deadLetter')).map((drawn) => usePast(...drawn)),
      fc.tuple(place, few).map((drawn) => takeDead(...drawn)),
      fc
        .tuple(place, few, fc.constantFrom('acknowledge', 'release'))
        .map((drawn) => settleDead(...drawn)),
      place.map(redrive),
      fc.tuple(place, fc.boolean()).map((drawn) => pauseOrResume(...drawn)),
      place.map(purge),
    ],
    { size: 'medium', maxCommands: 60 },
  );
}

/** The names of all queues, beginning with the one at `first`. */
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
