/**
 * Parses the events that start batches, in the format of EventBridge: a request on the bus, and a
 * new object in a bucket. Whatever they come by, they mean what they mean in a deployment.
 */
import * as z from 'zod';
import { eventTypes, type LeaderRequest } from '../event-names.ts';

/** An object was created in a bucket. */
export interface ObjectCreated {
  readonly kind: 'object';
  readonly bucket: string;
  /** Not encoded: unlike S3's own notifications, EventBridge does not encode keys. */
  readonly key: string;
  /** Differs for each object that is created under the same key. */
  readonly version: string;
}

/** What starts batches: a request by their name, or an object. */
export type TriggerEvent = Extract<LeaderRequest, { kind: 'batch' }> | ObjectCreated;

const text = z.string().min(1);

const batchRequestedShape = z.object({
  id: text,
  'detail-type': z.literal(eventTypes.batchRequested),
  detail: z.object({ batch: text, id: text.exactOptional() }),
});

const objectCreatedShape = z.object({
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

/** Parses an event; null for one that starts no batch. */
export function readTriggerEvent(event: unknown): TriggerEvent | null {
  const batch = batchRequestedShape.safeParse(event);
  if (batch.success) {
    const { id, detail } = batch.data;
    return { kind: 'batch', batch: detail.batch, id: detail.id ?? id };
  }
  const object = objectCreatedShape.safeParse(event);
  return object.success ? toObjectCreated(object.data.detail) : null;
}

/** Only a versioned bucket has version ids; a sequencer grows with each change of a key. */
function toObjectCreated({
  bucket,
  object,
}: z.infer<typeof objectCreatedShape>['detail']): ObjectCreated {
  const { key, sequencer, etag } = object;
  const version = object['version-id'] ?? sequencer ?? etag ?? '';
  return { kind: 'object', bucket: bucket.name, key, version };
}
