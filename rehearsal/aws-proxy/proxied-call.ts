import type { Decision } from '../iam/evaluate.ts';
import type { RequiredPermission } from './aws-request.ts';

/** A permission that a call required, and whether the policies allow it. */
export interface CheckedPermission extends RequiredPermission {
  readonly decision: Decision;
}

/** The record of one call that has ended: ids and sizes, never a payload. */
export interface ProxiedCall {
  /** Counts from 1, in the order of arrival. */
  readonly number: number;
  /** Milliseconds since 1970, by the proxy's clock. */
  readonly at: number;
  /** The name that the caller was admitted with; undefined for an unknown access key. */
  readonly caller?: string;
  /** As the signature names it: `sqs`, `s3`, `rds-data`, `scheduler`, `events` … */
  readonly service: string;
  /** As the service's API names it: `SendMessageBatch`; `?` where it is unknown. */
  readonly operation: string;
  /** The resource of the first permission. */
  readonly resource: string;
  readonly permissions: readonly CheckedPermission[];
  readonly outcome: CallOutcome;
  /** The HTTP status; undefined where the answer was cut off. */
  readonly status?: number;
  readonly ms: number;
  /** Why the call was refused. */
  readonly message?: string;
  /** The object that the call put into a bucket. */
  readonly created?: CreatedObject;
}

/** How a call ended. */
export type CallOutcome =
  /** The backend answered, with a result or an error. */
  | 'answered'
  /** A permission is missing. */
  | 'denied'
  /** The proxy knows no such operation, or no such caller. */
  | 'refused'
  /** An injected fault throttled the call. */
  | 'throttled'
  /** The backend did its work, and an injected fault dropped the answer. */
  | 'cut'
  /** The caller or the backend closed the connection. */
  | 'broken';

/** A new object in a bucket, as notifications of S3 describe it. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  /** In bytes; undefined for a multipart upload. */
  readonly size?: number;
  /** Without its quotes. */
  readonly etag: string;
}
