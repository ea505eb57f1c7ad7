import type { IncomingHttpHeaders } from 'node:http';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { AccessRequest } from '../iam/evaluate.ts';

/** A signed request of an SDK. Caller, service and region come from its signature. */
export interface AwsRequest {
  readonly accessKeyId: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The whole body where it names the operation; empty where it is the content of an object. */
  readonly body: Buffer;
}

/** A permission that an operation requires. */
export type RequiredPermission = Pick<AccessRequest, 'action' | 'resource' | 'context'>;

/** The operation that a request names, and the permissions that it requires. */
export interface RequestedOperation {
  readonly operation: string;
  readonly requiredPermissions: readonly RequiredPermission[];
}

/** Reads the operation of a request to one service; undefined for an operation it does not know. */
export type OperationReader = (request: AwsRequest) => RequestedOperation | undefined;

/** Parses the body as a JSON object; returns an empty one when it is none. */
export function readJsonBody({ body }: AwsRequest): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Returns a member of the body; an empty text when it is no text. */
export function getText(body: JsonObject, member: string): string {
  const value = body[member];
  return typeof value === 'string' ? value : '';
}

/** Returns `arn:aws:SERVICE:REGION:ACCOUNT:REST` for the service that the request was sent to. */
export function buildArn({ service, region, account }: AwsRequest, rest: string): string {
  return `arn:aws:${service}:${region}:${account}:${rest}`;
}
