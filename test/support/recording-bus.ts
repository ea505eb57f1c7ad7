/** Keeps what it is told. */
import type { BusEvent, EventBus } from '../../lib/ports/event-bus.ts';

/** See this file's head. */
export class RecordingBus implements EventBus {
  readonly told: BusEvent[] = [];

  async publish(events: readonly BusEvent[]): Promise<void> {
    this.told.push(...events);
  }
}
