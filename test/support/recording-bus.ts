import type { BusEvent, EventBus } from '../../lib/ports/event-bus.ts';

/** An event bus that keeps the published events. */
export class RecordingBus implements EventBus {
  readonly published: BusEvent[] = [];

  async publish(events: readonly BusEvent[]): Promise<void> {
    this.published.push(...events);
  }
}
