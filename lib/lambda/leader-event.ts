/**
 * Reads what the leader function is called with: an order, as schedules give it; an event of the
 * bus or of S3, as EventBridge wraps it; or messages of the leader's queue, each an order. What is
 * none of these is refused, with what was expected. Pure.
 */
import * as z from 'zod';
import { eventTypes, type LeaderRequest } from '../config/event-names.ts';
import { MillraceError } from '../errors.ts';

/** An object has come into a bucket. */
export interface ObjectCreated {
  readonly kind: 'object';
  readonly bucket: string;
  /** As it is: EventBridge does not encode keys, as S3's own notifications do. */
  readonly key: string;
  /** Tells two objects of the same key apart, and names the same one the same way every time. */
  readonly version: string;
}

/** What one call of the leader asks for. */
export type LeaderTask = LeaderRequest | ObjectCreated;

/** A message of the leader's queue, as far as it matters here. */
export interface RequestRecord {
  readonly messageId: string;
  readonly body: string;
}

const text = z.string().min(1);

const orderShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tick') }),
  z.object({ kind: z.literal('batch'), batch: text, id: text }),
  z.object({
    kind: z.literal('continue'),
    predecessor: text,
    pausedMs: z.number().min(0).exactOptional(),
  }),
]);

const requestShape = z.object({
  id: text,
  'detail-type': z.literal(eventTypes.batchRequested),
  detail: z.object({ batch: text, id: text.exactOptional() }),
});

const objectShape = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: text }),
    object: z.object({
      key: text,
      etag: text.exactOptional(),
      sequencer: text.exactOptional(),
      'version-id': text.exactOptional(),
    }),
  }),
});

const recordsShape = z.object({
  Records: z.array(z.object({ messageId: text, body: z.string() })),
});

/** The messages that an event brings; null when it is no event of a queue. */
export function recordsOf(event: unknown): readonly RequestRecord[] | null {
  const read = recordsShape.safeParse(event);
  return read.success ? read.data.Records : null;
}

/** What an order or an event asks for. Throws INVALID_ARGUMENT. */
export function readTask(event: unknown): LeaderTask {
  const order = orderShape.safeParse(event);
  if (order.success) return order.data;
  const request = requestShape.safeParse(event);
  if (request.success) {
    const { id, detail } = request.data;
    return { kind: 'batch', batch: detail.batch, id: detail.id ?? id };
  }
  const object = objectShape.safeParse(event);
  if (object.success) return created(object.data.detail);
  throw refusal(JSON.stringify(event));
}

/** What the text of a message asks for. Throws INVALID_ARGUMENT. */
export function readLeaderRequest({ body }: RequestRecord): LeaderTask {
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch {
    throw refusal(body);
  }
  return readTask(event);
}

/** The sequencer grows with each change of a key; versions are there where the bucket has them. */
function created({ bucket, object }: z.infer<typeof objectShape>['detail']): ObjectCreated {
  const { key, sequencer, etag } = object;
  const version = object['version-id'] ?? sequencer ?? etag ?? '';
  return { kind: 'object', bucket: bucket.name, key, version };
}

/** Of what was found only the beginning is told: it may be anything. */
function refusal(found: string | undefined): MillraceError {
  return new MillraceError(
    'INVALID_ARGUMENT',
    'the leader is called with {"kind":"tick"}, {"kind":"batch","batch":NAME,"id":ID}, ' +
      '{"kind":"continue","predecessor":ID}, an event of the type ' +
      `'${eventTypes.batchRequested}' with the detail {"batch":NAME,"id"?:ID}, or an event ` +
      `'Object Created' of S3; found ${String(found).slice(0, 200)}: correct whoever sends it`,
  );
}
