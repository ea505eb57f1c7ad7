/**
 * EventBridge's PutEvents: entries checked, put into their envelopes and handed on. An event for a
 * bus that does not exist is answered with success and lost, as AWS does; the rehearsal is told.
 */
import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { bodyOf, textOf } from '../aws-proxy/aws-request.ts';
import type { Backend } from '../aws-proxy/gate.ts';
import { errorReply, jsonReply } from '../aws-proxy/service-errors.ts';
import { type BusEvent, busEvent } from './bus-event.ts';

/** Options of {@link eventsService}. */
export interface EventsServiceOptions {
  /** The names of the buses, beside `default`. */
  readonly buses: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Gets each event; where its bus does not exist, `isLost`. Never waited for. */
  readonly onEvent: (bus: string, event: BusEvent, isLost: boolean) => void;
}

/** All entries of a request together, bytes: EventBridge's quota. */
const requestBytesMax = 1024 * 1024;
const entriesMax = 10;

/** See this file's head. */
export function eventsService(options: EventsServiceOptions): Backend {
  return (request) => {
    const { Entries: given } = bodyOf(request);
    const entries = (Array.isArray(given) ? given : []).filter(isObject);
    if (entries.length < 1 || entries.length > entriesMax) {
      return refusal(`Member must have between 1 and ${entriesMax} entries`);
    }
    if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > requestBytesMax) {
      return refusal(`Total size of the entries in the request is over the limit.`);
    }
    const results = entries.map((entry) => put(entry, request, options));
    const failed = results.filter((result) => 'ErrorCode' in result).length;
    return jsonReply(200, { FailedEntryCount: failed, Entries: results });
  };
}

function refusal(reason: string) {
  const message = `1 validation error detected: Value at 'entries' failed: ${reason}`;
  return errorReply('events', { code: 'ValidationException', status: 400, message });
}

function put(
  entry: JsonObject,
  { account, region }: { readonly account: string; readonly region: string },
  { buses, now, onEvent }: EventsServiceOptions,
): object {
  const [source, type, text] = ['Source', 'DetailType', 'Detail'].map((each) =>
    textOf(entry, each),
  );
  for (const [member, value] of Object.entries({
    Source: source,
    DetailType: type,
    Detail: text,
  })) {
    if (value) continue;
    const reason = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
    return { ErrorCode: 'InvalidArgument', ErrorMessage: reason };
  }
  if (source?.startsWith('aws.')) {
    const reason = 'Not authorized for the source.';
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: reason };
  }
  const detail = objectIn(text ?? '');
  if (detail === undefined) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const bus = (textOf(entry, 'EventBusName') || 'default').split('/').at(-1) ?? 'default';
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  const { Time: time } = entry;
  const atMs = typeof time === 'number' ? time * 1_000 : now();
  const facts = { id: randomUUID(), account, region, atMs };
  const event = busEvent(facts, source ?? '', type ?? '', detail, resources);
  onEvent(bus, event, bus !== 'default' && !buses.has(bus));
  return { EventId: event.id };
}

/** As EventBridge counts it: the texts, and 14 bytes for a time. */
function sizeOf(entry: JsonObject): number {
  const texts = ['Source', 'DetailType', 'Detail'].map((each) => textOf(entry, each));
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  const bytes = [...texts, ...resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
