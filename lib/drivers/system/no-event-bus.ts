import type { EventBus } from '../../ports/event-bus.ts';

/** Discards all events. */
export const noEventBus: EventBus = Object.freeze({ publish: async () => {} });
