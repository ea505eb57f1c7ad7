import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { ServiceBackend } from '../aws-proxy/aws-proxy-context.ts';
import { getText, readJsonBody } from '../aws-proxy/aws-request.ts';
import { errorReply, jsonReply } from '../aws-proxy/service-replies.ts';
import { createEnvelope, type EventEnvelope } from './event-envelope.ts';

/** What {@link eventsService} works with. */
export interface EventsServiceDeps {
  /** The names of the buses besides `default`. */
  readonly buses: ReadonlySet<string>;
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
  /** Called with each event, without waiting; `isLost` when its bus does not exist. */
  readonly onEvent: (bus: string, event: EventEnvelope, isLost: boolean) => void;
}

/** Maximum size of all entries of a request together, in bytes. */
const requestBytesMax = 1024 * 1024;
/** Maximum number of entries of a request. */
const entriesMax = 10;

/**
 * Simulates PutEvents: checks entries, puts them into their envelopes and publishes them. An event
 * for a bus that does not exist gets a success and is lost, as on AWS.
 */
export function eventsService(deps: EventsServiceDeps): ServiceBackend {
  return (request) => {
    const { Entries } = readJsonBody(request);
    const entries = (Array.isArray(Entries) ? Entries : []).filter(isObject);
    if (entries.length < 1 || entries.length > entriesMax) {
      return refusal(`Member must have between 1 and ${entriesMax} entries`);
    }
    if (entries.reduce((sum, entry) => sum + entrySize(entry), 0) > requestBytesMax) {
      return refusal(`Total size of the entries in the request is over the limit.`);
    }
    const results = entries.map((entry) => put(entry, request, deps));
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
  { buses, now, onEvent }: EventsServiceDeps,
): object {
  const [source, type, text] = ['Source', 'DetailType', 'Detail'].map((each) =>
    getText(entry, each),
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
  const detail = parseDetail(text ?? '');
  if (detail === undefined) {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const bus = (getText(entry, 'EventBusName') || 'default').split('/').at(-1) ?? 'default';
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  const { Time: time } = entry;
  const atMs = typeof time === 'number' ? time * 1_000 : now();
  const metadata = { id: randomUUID(), account, region, atMs };
  const event = createEnvelope(metadata, source ?? '', type ?? '', detail, resources);
  onEvent(bus, event, bus !== 'default' && !buses.has(bus));
  return { EventId: event.id };
}

/** Returns the size as EventBridge counts it: the texts, and 14 bytes for a time. */
function entrySize(entry: JsonObject): number {
  const texts = ['Source', 'DetailType', 'Detail'].map((each) => getText(entry, each));
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  const bytes = [...texts, ...resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return bytes + (entry.Time === undefined ? 0 : 14);
}

function parseDetail(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
