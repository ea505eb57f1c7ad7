/**
 * The broker as a reference model of plain maps, and random commands run against it and a real
 * broker side by side. The model holds what any driver must do, whatever its order and its moment
 * of moving a worn-out message: it knows the sets of messages, never their sequence.
 */

import { expect } from 'vitest';
import type { Delivery } from '../../../lib/ports/broker.ts';
import fc from '../../support/properties.ts';
import {
  type BrokerHarness,
  expectNothing,
  idsOf,
  longMs,
  maxReceiveCount,
  sendAll,
} from './broker-harness.ts';

/** What the model knows of one queue. */
class Model {
  /** Id → deliveries so far. One delivered `maxReceiveCount` times may be dead by now. */
  readonly ready = new Map<string, number>();
  readonly held = new Map<string, Delivery>();
  readonly dead = new Set<string>();
  /** Deliveries whose message has been delivered again or is gone. */
  readonly past: Delivery[] = [];
  paused = false;
  sent = 0;

  /** Ready messages that a receive may give. */
  deliverable(): string[] {
    return [...this.ready].flatMap(([id, count]) => (count < maxReceiveCount ? [id] : []));
  }

  deliver(delivery: Delivery): void {
    expect(this.deliverable()).toContain(delivery.id);
    expect(delivery.deliveries).toBe((this.ready.get(delivery.id) ?? 0) + 1);
    this.ready.delete(delivery.id);
    this.held.set(delivery.id, delivery);
  }

  /** The first `count` held deliveries, taken out of the model. */
  take(count: number): Delivery[] {
    const taken = [...this.held.values()].slice(0, count);
    for (const { id } of taken) this.held.delete(id);
    this.past.push(...taken);
    return taken;
  }
}

interface System {
  readonly harness: BrokerHarness;
  readonly queue: string;
}

type Act = (model: Model, system: System) => Promise<void>;

class Command implements fc.AsyncCommand<Model, System> {
  readonly #name: string;
  readonly #act: Act;
  readonly check: (model: Readonly<Model>) => boolean;

  constructor(name: string, act: Act, check: (model: Readonly<Model>) => boolean = () => true) {
    this.#name = name;
    this.#act = act;
    this.check = check;
  }

  run(model: Model, system: System): Promise<void> {
    return this.#act(model, system);
  }

  toString(): string {
    return this.#name;
  }
}

const send = (count: number, delayed: boolean, group: number) =>
  new Command(
    `send ${count} ${delayed ? 'delayed ' : ''}to group ${group}`,
    async (model, system) => {
      const { harness, queue } = system;
      const delayMs = delayed ? harness.tickMs : 0;
      const outgoing = Array.from({ length: count }, () => {
        model.sent += 1;
        return { id: `m${model.sent}`, body: `${model.sent}`, delayMs, groupId: `g${group}` };
      });
      await sendAll(harness, queue, outgoing);
      if (delayed) await harness.advance(harness.tickMs);
      for (const { id } of outgoing) model.ready.set(id, 0);
    },
  );

const receive = (max: number) =>
  new Command(`receive ${max}`, async (model, { harness, queue }) => {
    const possible = model.paused ? 0 : model.deliverable().length;
    const request = { queues: [queue], max, visibilityMs: longMs, waitMs: possible && longMs };
    const taken = await harness.broker.receive(request);
    expect(taken.length).toBeLessThanOrEqual(Math.min(max, possible));
    expect(taken.length).toBeGreaterThanOrEqual(Math.min(1, possible));
    for (const delivery of taken) model.deliver(delivery);
  });

const lose = (max: number) =>
  new Command(`receive ${max} and let them expire`, async (model, { harness, queue }) => {
    const { broker, tickMs } = harness;
    const taken = await broker.receive({ queues: [queue], max, visibilityMs: tickMs, waitMs: 0 });
    if (model.paused) expect(taken).toEqual([]);
    for (const delivery of taken) model.deliver(delivery);
    await harness.advance(tickMs);
    for (const delivery of taken) {
      model.held.delete(delivery.id);
      model.past.push(delivery);
      model.ready.set(delivery.id, delivery.deliveries);
    }
  });

const acknowledge = (count: number) =>
  new Command(`acknowledge ${count}`, async (model, { harness }) => {
    expect(await harness.broker.acknowledge(model.take(count))).toEqual([]);
  });

const release = (count: number, delayed: boolean) =>
  new Command(`release ${count}${delayed ? ' delayed' : ''}`, async (model, { harness }) => {
    const taken = model.take(count);
    expect(await harness.broker.release(taken, delayed ? harness.tickMs : 0)).toEqual([]);
    if (delayed) await harness.advance(harness.tickMs);
    for (const { id, deliveries } of taken) model.ready.set(id, deliveries);
  });

const deadLetter = (count: number) =>
  new Command(`dead-letter ${count}`, async (model, { harness }) => {
    const taken = model.take(count);
    expect(await harness.broker.deadLetter(taken, 'model')).toEqual([]);
    for (const { id } of taken) model.dead.add(id);
  });

const extend = () =>
  new Command('extend all held', async (model, { harness }) => {
    expect(await harness.broker.extend([...model.held.values()], longMs)).toEqual([]);
  });

/** Old receipts must change nothing; those of messages that are held again matter most. */
const usePast = (how: 'extend' | 'deadLetter') =>
  new Command(`${how} by old receipts`, async (model, { harness: { broker } }) => {
    const past = model.past.filter(({ id }) => !model.ready.has(id));
    if (how === 'extend') await broker.extend(past, 0);
    else await broker.deadLetter(past, 'late');
  });

/**
 * Not while a worn-out message is ready: whether it is redriven too depends on the driver's moment.
 */
const redrive = () =>
  new Command(
    'redrive all',
    async (model, { harness, queue }) => {
      expect(await harness.broker.redrive(queue, 1_000)).toBe(model.dead.size);
      for (const id of model.dead) model.ready.set(id, 0);
      model.dead.clear();
    },
    (model) => model.ready.size === model.deliverable().length,
  );

const pauseOrResume = (paused: boolean) =>
  new Command(paused ? 'pause' : 'resume', async (model, { harness: { broker }, queue }) => {
    await (paused ? broker.pause(queue) : broker.resume(queue));
    model.paused = paused;
  });

/** Not while a worn-out message is ready: it may be a dead letter already, which a purge leaves. */
const purge = () =>
  new Command(
    'purge',
    async (model, { harness, queue }) => {
      await harness.broker.purge(queue);
      model.take(model.held.size);
      model.ready.clear();
    },
    (model) => model.ready.size === model.deliverable().length,
  );

function commands() {
  const count = fc.integer({ min: 1, max: 12 });
  return fc.commands(
    [
      fc.tuple(count, fc.boolean(), fc.nat(2)).map((drawn) => send(...drawn)),
      count.map(receive),
      count.map(lose),
      count.map(acknowledge),
      fc.tuple(count, fc.boolean()).map((drawn) => release(...drawn)),
      fc.integer({ min: 1, max: 3 }).map(deadLetter),
      fc.constant(extend()),
      fc.constantFrom('extend' as const, 'deadLetter' as const).map(usePast),
      fc.constant(redrive()),
      fc.boolean().map(pauseOrResume),
      fc.constant(purge()),
    ],
    { size: 'medium', maxCommands: 60 },
  );
}

/**
 * Empties the queue and its dead letters, and expects exactly the messages that the model has left.
 */
async function expectSameRest(model: Model, { harness, queue }: System): Promise<void> {
  const { broker } = harness;
  await broker.resume(queue);
  for (const { id, deliveries } of model.held.values()) model.ready.set(id, deliveries);
  expect(await broker.release([...model.held.values()], 0)).toEqual([]);
  const alive = model.deliverable();
  const delivered: string[] = [];
  while (delivered.length < alive.length) {
    const request = { queues: [queue], max: 1_000, visibilityMs: longMs, waitMs: longMs };
    const taken = await broker.receive(request);
    delivered.push(...idsOf(taken));
    await broker.acknowledge(taken);
  }
  expect(delivered.sort()).toEqual(alive.sort());
  await expectNothing(harness, queue);
  const worn = [...model.ready.keys()].filter((id) => !alive.includes(id));
  const letters = await broker.receiveDead(queue, 1_000, longMs);
  expect(idsOf(letters)).toEqual([...model.dead, ...worn].sort());
  await broker.acknowledge(letters);
}

/**
 * Runs random commands against the model and the broker; `runs` of them, replayed by the seed
 * printed.
 */
export async function checkAgainstModel(harness: BrokerHarness, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commands(), async (drawn) => {
      const model = new Model();
      const system = { harness, queue: await harness.newQueue() };
      await fc.asyncModelRun(() => ({ model, real: system }), drawn);
      await expectSameRest(model, system);
    }),
    { numRuns: runs },
  );
}
