/** Messages as an app sends them: held to what can be kept, and found by what they are about. */

import { canonicalText } from '../asl/json/canonical-json.ts';
import type { Json } from '../asl/json/json.ts';
import { MillraceError } from '../errors.ts';
import type { AppContext } from './app-context.ts';
import { encodePayload } from './payload.ts';

/** A message to whoever waits for it, in a state of the type Message. */
export interface OutgoingMessage {
  /** The state's `CorrelationKey`. 1 to 256 characters. */
  readonly key: string;
  /** What the state's `CorrelationValue` has to be, whatever the order of its keys. */
  readonly value: Json;
  /** The state's result. */
  readonly body: Json;
  /** How long it waits for somebody, in seconds. @default 1,209,600 (14 days) */
  readonly ttlSeconds?: number;
}

const keyCharsMax = 256;

/** Longest and usual time that a message waits, in seconds. */
const ttlSecondsMax = 31_536_000;
const ttlSecondsDefault = 14 * 86_400;

/**
 * Takes `message` in; answers its id.
 * @param wakes whether tasks that are sent in this process reach a worker now
 * @throws INVALID_ARGUMENT, PAYLOAD_TOO_LARGE
 */
export async function sendMessage(
  { messages, entropy, settings }: Pick<AppContext, 'messages' | 'entropy' | 'settings'>,
  { key, value, body, ttlSeconds = ttlSecondsDefault }: OutgoingMessage,
  wakes: boolean,
): Promise<string> {
  const { payloadBytesMax } = settings;
  if (typeof key !== 'string' || key.length < 1 || key.length > keyCharsMax) {
    throw invalid(`a message's key must be a text of 1 to ${keyCharsMax} characters`);
  }
  if (!(ttlSeconds > 0 && ttlSeconds <= ttlSecondsMax)) {
    throw invalid(`ttlSeconds must be above 0 and at most ${ttlSecondsMax}; found ${ttlSeconds}`);
  }
  encodePayload(value, payloadBytesMax, "the message's value");
  const id = entropy.uuid();
  const message = {
    ...{ id, key, value: canonicalText(value), ttlMs: Math.ceil(ttlSeconds * 1_000) },
    body: encodePayload(body, payloadBytesMax, "the message's body"),
  };
  await messages.take(message, wakes);
  return id;
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
