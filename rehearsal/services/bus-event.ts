/** Events of EventBridge in their envelope, pure: those that are put on a bus, and those of S3. */
import type { Json, JsonObject } from '../../lib/asl/json/json.ts';
import type { CreatedObject } from '../aws-proxy/gate-call.ts';

/** An event as targets get it. */
export interface BusEvent {
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

/** What every event has of its place and its time. */
export interface EventFacts {
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** The envelope of an event. */
export function busEvent(
  { id, account, region, atMs }: EventFacts,
  source: string,
  detailType: string,
  detail: JsonObject,
  resources: readonly string[] = [],
): BusEvent {
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

/** `Object Created`, as S3 puts it on the default bus where a bucket sends notifications there. */
export function objectCreated(
  facts: EventFacts,
  { bucket, key, size, etag }: CreatedObject,
  reason: string,
): BusEvent {
  const object: Json = {
    key,
    etag,
    // Later events of a key have later sequencers.
    sequencer: facts.atMs.toString(16).toUpperCase().padStart(16, '0'),
    ...(size === undefined ? {} : { size }),
  };
  const detail = {
    version: '0',
    bucket: { name: bucket },
    object,
    'request-id': facts.id,
    requester: facts.account,
    'source-ip-address': '127.0.0.1',
    reason,
  };
  return busEvent(facts, 'aws.s3', 'Object Created', detail, [`arn:aws:s3:::${bucket}`]);
}
