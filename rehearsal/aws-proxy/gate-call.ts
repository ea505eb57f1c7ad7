/**
 * What the gate saw and did with one call of AWS: the record that a report and the checks of a
 * rehearsal are made of. Ids and sizes, never a payload.
 */
import type { AccessRequest, Decision } from '../iam/evaluate.ts';

/** A permission that a call needed. */
export interface Permission extends Pick<AccessRequest, 'action' | 'resource' | 'context'> {
  readonly decision: Decision;
}

/** One call, when it is over. */
export interface GateCall {
  /** Counts from 1, in the order of arrival. */
  readonly number: number;
  /** Milliseconds since 1970, by the gate's clock. */
  readonly at: number;
  /** The name under which the caller was admitted; undefined for an unknown access key. */
  readonly caller?: string;
  /** As the signature names it: `sqs`, `s3`, `rds-data`, `scheduler`, `events` … */
  readonly service: string;
  /** As the service's API names it: `SendMessageBatch`; `?` where the request says none. */
  readonly operation: string;
  /** What it was about: the first permission's resource. */
  readonly resource: string;
  readonly permissions: readonly Permission[];
  readonly outcome: CallOutcome;
  /** The HTTP status; undefined where the answer was cut off. */
  readonly status?: number;
  readonly ms: number;
  /** Why it was refused. */
  readonly message?: string;
  /** The object that it put into a bucket. */
  readonly created?: CreatedObject;
}

/** How a call ended. */
export type CallOutcome =
  /** The service behind was asked, and answered, be it with an error. */
  | 'answered'
  /** A permission is missing. */
  | 'denied'
  /** The gate knows no such operation, or no such caller. */
  | 'refused'
  /** The rehearsal wanted it to fail. */
  | 'throttled'
  /** The service behind did it, and the rehearsal lost the answer. */
  | 'cut'
  /** The caller went away, or the service behind did. */
  | 'broken';

/** An object in a bucket, as a notification of S3 tells of it. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  /** Bytes; undefined for an upload in parts. */
  readonly size?: number;
  /** Without its quotes. */
  readonly etag: string;
}
