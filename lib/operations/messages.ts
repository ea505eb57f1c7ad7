/** Messages for states of the type Message: sent, and listed while they wait. */

import { canonicalText } from '../asl/json/canonical-json.ts';
import type { Json } from '../asl/json/json.ts';
import { parseJson } from '../asl/json/parse-json.ts';
import { MillraceError } from '../errors.ts';
import type { MessageRecord, MessageStore } from '../ports/store/message-store.ts';
import type { Page, PageRequest } from '../ports/store/page.ts';
import type { AppContext } from './app-context.ts';
import { encodePayload } from './enqueue/encode-payload.ts';

/** A message to the executions that wait for it in a state of the type Message. */
export interface MessageRequest {
  /** The state's `CorrelationKey`. 1 to 256 characters. */
  readonly key: string;
  /** Must equal the state's `CorrelationValue`; the order of keys does not matter. */
  readonly value: Json;
  /** The state's result. */
  readonly body: Json;
  /** How long it is kept for an execution, in seconds. @default 1,209,600 (14 days) */
  readonly ttlSeconds?: number;
}

/** A message that no execution has waited for yet. */
export interface WaitingMessage extends Omit<MessageRecord, 'value' | 'body'> {
  readonly value: Json;
  readonly body: Json;
}

const keyCharsMax = 256;

/** Maximum and default time that a message is kept, in seconds. */
const ttlSecondsMax = 31_536_000;
const ttlSecondsDefault = 14 * 86_400;

/**
 * Delivers a message to every execution that waits for it, or keeps it until one does. Returns its
 * id.
 * @param reachesWorkers whether tasks sent from this process reach a worker now
 * @throws INVALID_ARGUMENT, PAYLOAD_TOO_LARGE
 */
export async function sendMessage(
  { messages, entropy, settings }: Pick<AppContext, 'messages' | 'entropy' | 'settings'>,
  { key, value, body, ttlSeconds = ttlSecondsDefault }: MessageRequest,
  reachesWorkers: boolean,
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
    id,
    key,
    value: canonicalText(value),
    body: encodePayload(body, payloadBytesMax, "the message's body"),
    ttlMs: Math.ceil(ttlSeconds * 1_000),
  };
  await messages.receive(message, reachesWorkers);
  return id;
}

/** Lists the messages that no execution has waited for yet, oldest first. */
export async function listMessages(
  { store }: Pick<AppContext, 'store'>,
  filter: Parameters<MessageStore['listMessages']>[0],
  page: PageRequest,
): Promise<Page<WaitingMessage>> {
  const { entries, next } = await store.listMessages(filter, page);
  return { entries: entries.map(toWaitingMessage), next };
}

function toWaitingMessage({ value, body, ...message }: MessageRecord): WaitingMessage {
  return { ...message, value: parseJson(value), body: parseJson(body) };
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_ARGUMENT', message);
}
