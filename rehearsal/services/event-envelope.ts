import type { Json, JsonObject } from '../../lib/asl/json/json.ts';
import type { CreatedObject } from '../aws-proxy/proxied-call.ts';

/** An event in the envelope of EventBridge, as targets receive it. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, to the second. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

/** The origin and the time of an event. */
export interface EventMetadata {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** Puts an event into its envelope. */
export function createEnvelope(
  { id, account, region, atMs }: EventMetadata,
  source: string,
  detailType: string,
  detail: JsonObject,
  resources: readonly string[] = [],
): EventEnvelope {
  const time = new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account,
    time,
    region,
    resources,
    detail,
  };
}

/** Creates the event `Object Created` that S3 puts on the default bus for a notifying bucket. */
export function objectCreatedEvent(
  metadata: EventMetadata,
  { bucket, key, size, etag }: CreatedObject,
  reason: string,
): EventEnvelope {
  const object: Json = {
    key,
    etag,
    // Later events of a key have later sequencers.
    sequencer: metadata.atMs.toString(16).toUpperCase().padStart(16, '0'),
    ...(size === undefined ? {} : { size }),
  };
  const detail = {
    version: '0',
    bucket: { name: bucket },
    object,
    'request-id': metadata.id,
    requester: metadata.account,
    'source-ip-address': '127.0.0.1',
    reason,
  };
  return createEnvelope(metadata, 'aws.s3', 'Object Created', detail, [`arn:aws:s3:::${bucket}`]);
}
