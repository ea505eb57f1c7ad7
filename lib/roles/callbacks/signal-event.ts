/**
 * Signals as stored: an event as JSON text, without the time and the seed that are set when it is
 * applied. Pure; decoding is the inverse of encoding.
 */
import { parseWrittenJson } from '../../asl/json/parse-json.ts';
import type { UntimedEvent } from '../../engine/event.ts';

/** Returns `event` as it is stored. */
export function encodeSignal(event: UntimedEvent): string {
  return JSON.stringify(event);
}

/** Returns the event that `text` was encoded from. */
export function decodeSignal(text: string): UntimedEvent {
  return parseWrittenJson(text) as object as UntimedEvent;
}
