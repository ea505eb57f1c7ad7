/**
 * A reference model of the broker, of plain maps. It models what every driver must do, regardless
 * of its order and of the moment when it dead-letters a message: it knows the sets of messages,
 * never their sequence.
 */
import { expect } from 'vitest';
import type { DeadLetter, Delivery } from '../../../lib/ports/broker.ts';
import { maxReceiveCount } from './broker-harness.ts';

/** The model of one queue. */
export class QueueModel {
  readonly name: string;
  /** Id → deliveries so far. A message delivered `maxReceiveCount` times may be dead by now. */
  readonly ready = new Map<string, number>();
  readonly held = new Map<string, Delivery>();
  /** Dead letters that are not hidden. */
  readonly dead = new Set<string>();
  readonly heldDead = new Map<string, DeadLetter>();
  /** Deliveries whose message was delivered again or deleted. */
  readonly past: Delivery[] = [];
  paused = false;

  constructor(name: string) {
    this.name = name;
  }

  /** Returns the ready messages that a receive may deliver. */
  deliverable(): string[] {
    return [...this.ready].flatMap(([id, count]) => (count < maxReceiveCount ? [id] : []));
  }

  /** Whether a ready message will be dead-lettered by the next receive. */
  hasExhausted(): boolean {
    return this.ready.size > this.deliverable().length;
  }

  /** Records a delivery. */
  deliver(delivery: Delivery): void {
    expect(this.deliverable()).toContain(delivery.id);
    expect(delivery.deliveries).toBe((this.ready.get(delivery.id) ?? 0) + 1);
    this.ready.delete(delivery.id);
    this.held.set(delivery.id, delivery);
  }

  /** Records the end of a delivery whose message is ready again. */
  comeBack(delivery: Delivery): void {
    this.held.delete(delivery.id);
    this.past.push(delivery);
    this.ready.set(delivery.id, delivery.deliveries);
  }

  /** Removes and returns the first `count` held deliveries. */
  take(count: number): Delivery[] {
    const taken = [...this.held.values()].slice(0, count);
    for (const { id } of taken) this.held.delete(id);
    this.past.push(...taken);
    return taken;
  }

  /** Records the delivery of a dead letter. */
  deliverDead(letter: DeadLetter): void {
    expect([...this.dead]).toContain(letter.id);
    this.dead.delete(letter.id);
    this.heldDead.set(letter.id, letter);
  }

  /** Removes and returns the first `count` held dead letters. */
  takeDead(count: number): DeadLetter[] {
    const taken = [...this.heldDead.values()].slice(0, count);
    for (const { id } of taken) this.heldDead.delete(id);
    return taken;
  }
}

/** The model of a broker with several queues. */
export class Model {
  readonly queues: readonly QueueModel[];
  sent = 0;

  constructor(names: readonly string[]) {
    this.queues = names.map((name) => new QueueModel(name));
  }

  /** Returns the queue at an index. */
  at(index: number): QueueModel {
    const queue = this.queues[index];
    if (queue === undefined) throw new Error(`no queue ${index}`);
    return queue;
  }

  /** Returns the queue of this name. */
  named(name: string): QueueModel {
    return this.at(this.queues.findIndex((queue) => queue.name === name));
  }

  /** Returns the messages that a receive from all queues may deliver. */
  deliverable(): string[] {
    return this.queues.flatMap((queue) => (queue.paused ? [] : queue.deliverable()));
  }
}
