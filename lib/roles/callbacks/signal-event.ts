/**
 * Signals as the store keeps them: an event as JSON text, without the time and chance that it is
 * given when it is applied. Pure; parse ∘ print is the identity.
 */
import type { UntimedEvent } from '../execution/answer-events.ts';

/** The text of `event`. */
export function encodeSignal(event: UntimedEvent): string {
  return JSON.stringify(event);
}

/** The event that `text` was encoded from. */
export function decodeSignal(text: string): UntimedEvent {
  return JSON.parse(text) as UntimedEvent;
}
