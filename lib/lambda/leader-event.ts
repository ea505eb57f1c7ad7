/**
 * Parses the events of the leader function: requests of schedules, events of the bus and of S3 in
 * the format of EventBridge, and messages of the leader's queue, each with a request.
 */
import * as z from 'zod';
import { eventTypes, type LeaderRequest } from '../config/event-names.ts';
import { type ObjectCreated, readTriggerEvent } from '../config/triggers/trigger-event.ts';
import { MillraceError } from '../errors.ts';

/** The parsed event of the leader function. */
export type LeaderInput = LeaderRequest | ObjectCreated;

/** A message of the leader's queue. */
export interface LeaderMessage {
  readonly messageId: string;
  readonly body: string;
}

const text = z.string().min(1);

const leaderRequestShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tick') }),
  z.object({ kind: z.literal('batch'), batch: text, id: text }),
  z.object({
    kind: z.literal('continue'),
    predecessor: text,
    pausedMs: z.number().min(0).exactOptional(),
  }),
]);

const recordsShape = z.object({
  Records: z.array(z.object({ messageId: text, body: z.string() })),
});

/** Returns the messages of an event of the leader's queue; null for any other event. */
export function findLeaderMessages(event: unknown): readonly LeaderMessage[] | null {
  const parsed = recordsShape.safeParse(event);
  return parsed.success ? parsed.data.Records : null;
}

/** Parses a request, or an event of EventBridge. Throws INVALID_ARGUMENT. */
export function readLeaderInput(event: unknown): LeaderInput {
  const request = leaderRequestShape.safeParse(event);
  if (request.success) return request.data;
  const trigger = readTriggerEvent(event);
  if (trigger !== null) return trigger;
  throw unknownEvent(JSON.stringify(event));
}

/** Parses the body of a message. Throws INVALID_ARGUMENT. */
export function readLeaderMessage({ body }: LeaderMessage): LeaderInput {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    throw unknownEvent(body);
  }
  return readLeaderInput(event);
}

/** The message contains only the beginning of what was found, which may be anything. */
function unknownEvent(found: string | undefined): MillraceError {
  return new MillraceError(
    'INVALID_ARGUMENT',
    'the leader expects {"kind":"tick"}, {"kind":"batch","batch":NAME,"id":ID}, ' +
      '{"kind":"continue","predecessor":ID}, an event of the type ' +
      `'${eventTypes.batchRequested}' with the detail {"batch":NAME,"id"?:ID}, or an event ` +
      `'Object Created' of S3; found ${String(found).slice(0, 200)}: correct its sender`,
  );
}
