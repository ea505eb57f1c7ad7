import type { EngineEvent, UntimedEvent } from '../../engine/event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Entropy } from '../../ports/entropy.ts';
import type { Signal } from '../../ports/store/signal-store.ts';
import { decodeSignal } from '../callbacks/signal-event.ts';
import type { EventStamp } from './run-start.ts';

/** What an {@link EventQueue} is constructed from. */
export interface EventQueueDeps {
  readonly clock: Clock;
  readonly entropy: Pick<Entropy, 'seed'>;
}

/** The events that one round of a run processes. */
export interface PendingEvents {
  readonly events: readonly EngineEvent[];
  /** Id of the newest signal among them; 0 without one. */
  readonly signalsSeen: number;
}

/** The events of one execution that its run has not processed yet, in order. */
export class EventQueue {
  readonly #deps: EventQueueDeps;
  readonly #onAdded: () => void;
  #events: EngineEvent[] = [];
  /** Id of the newest signal that was added. */
  #newestSignal = 0;
  /** Id of the newest signal that is pending; 0 without one. */
  #pendingSignal = 0;
  /** Ids of the signals that events were created from. */
  readonly #signalIds = new WeakMap<EngineEvent, number>();

  /** @param onAdded called for each event that `add` and `addSignals` add */
  constructor(deps: EventQueueDeps, onAdded: () => void) {
    this.#deps = deps;
    this.#onAdded = onAdded;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** Adds an event that happens now. */
  add(event: UntimedEvent): void {
    this.#events.push({ ...event, ...this.#stamp() });
    this.#onAdded();
  }

  /** Adds the events of signals that were not added before. */
  addSignals(signals: readonly Signal[]): void {
    for (const { id, event: text } of signals) {
      if (id <= this.#newestSignal) continue;
      this.#newestSignal = id;
      this.#pendingSignal = id;
      const event = { ...decodeSignal(text), ...this.#stamp() };
      this.#signalIds.set(event, id);
      this.#events.push(event);
      this.#onAdded();
    }
  }

  /** Adds events that have happened. */
  append(events: readonly EngineEvent[]): void {
    this.#events.push(...events);
  }

  /** Adds events that happen now, before the pending ones. */
  prepend(events: readonly UntimedEvent[]): void {
    const stamped = events.map((event) => ({ ...event, ...this.#stamp() }));
    this.#events = [...stamped, ...this.#events];
  }

  /** Removes and returns all pending events. */
  takeAll(): PendingEvents {
    const taken = { events: this.#events, signalsSeen: this.#pendingSignal };
    this.#events = [];
    this.#pendingSignal = 0;
    return taken;
  }

  /** Puts events back before all others, for a round that has done enough. */
  putBack(events: readonly EngineEvent[]): void {
    this.#events = [...events, ...this.#events];
    for (const event of events) {
      this.#pendingSignal = Math.max(this.#pendingSignal, this.findSignalId(event) ?? 0);
    }
  }

  /** Returns the id of the signal that the event was created from. */
  findSignalId(event: EngineEvent): number | undefined {
    return this.#signalIds.get(event);
  }

  #stamp(): EventStamp {
    return { at: this.#deps.clock.now(), seed: this.#deps.entropy.seed() };
  }
}
