/**
 * The broker as a reference model of plain maps. It holds what any driver must do, whatever its
 * order and its moment of moving a worn-out message: it knows the sets of messages, never their
 * sequence.
 */
import { expect } from 'vitest';
import type { DeadLetter, Delivery } from '../../../lib/ports/broker.ts';
import { maxReceiveCount } from './broker-harness.ts';

/** What the model knows of one queue. */
export class QueueModel {
  readonly name: string;
  /** Id → deliveries so far. One delivered `maxReceiveCount` times may be dead by now. */
  readonly ready = new Map<string, number>();
  readonly held = new Map<string, Delivery>();
  /** Dead letters that nobody holds. */
  readonly dead = new Set<string>();
  readonly heldDead = new Map<string, DeadLetter>();
  /** Deliveries whose message has been delivered again or is gone. */
  readonly past: Delivery[] = [];
  paused = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Ready messages that a receive may give. */
  deliverable(): string[] {
    return [...this.ready].flatMap(([id, count]) => (count < maxReceiveCount ? [id] : []));
  }

  /** Whether a message is ready that is dead as soon as a receive comes by it. */
  hasWornOut(): boolean {
    return this.ready.size > this.deliverable().length;
  }

  /** A message was handed out. */
  deliver(delivery: Delivery): void {
    expect(this.deliverable()).toContain(delivery.id);
    expect(delivery.deliveries).toBe((this.ready.get(delivery.id) ?? 0) + 1);
    this.ready.delete(delivery.id);
    this.held.set(delivery.id, delivery);
  }

  /** A delivery ended, and its message is there again. */
  comeBack(delivery: Delivery): void {
    this.held.delete(delivery.id);
    this.past.push(delivery);
    this.ready.set(delivery.id, delivery.deliveries);
  }

  /** The first `count` held deliveries, which are held no longer. */
  take(count: number): Delivery[] {
    const taken = [...this.held.values()].slice(0, count);
    for (const { id } of taken) this.held.delete(id);
    this.past.push(...taken);
    return taken;
  }

  /** A dead letter was handed out. */
  deliverDead(letter: DeadLetter): void {
    expect([...this.dead]).toContain(letter.id);
    this.dead.delete(letter.id);
    this.heldDead.set(letter.id, letter);
  }

  /** The first `count` held dead letters, which are held no longer. */
  takeDead(count: number): DeadLetter[] {
    const taken = [...this.heldDead.values()].slice(0, count);
    for (const { id } of taken) this.heldDead.delete(id);
    return taken;
  }
}

/** What the model knows of a broker with several queues. */
export class Model {
  readonly queues: readonly QueueModel[];
  sent = 0;

  constructor(names: readonly string[]) {
    this.queues = names.map((name) => new QueueModel(name));
  }

  /** The queue at a place drawn. */
  at(place: number): QueueModel {
    const queue = this.queues[place];
    if (queue === undefined) throw new Error(`no queue ${place}`);
    return queue;
  }

  /** The queue of this name. */
  named(name: string): QueueModel {
    return this.at(this.queues.findIndex((queue) => queue.name === name));
  }

  /** The messages that a receive from all queues may give. */
  deliverable(): string[] {
    return this.queues.flatMap((queue) => (queue.paused ? [] : queue.deliverable()));
  }
}
