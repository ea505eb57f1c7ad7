/** A request as an SDK sends it, and what the gate makes of it before it is judged. */
import type { IncomingHttpHeaders } from 'node:http';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { AccessRequest } from '../iam/evaluate.ts';

/** A signed request; the signature tells who asks which service, in which region. */
export interface AwsRequest {
  readonly accessKeyId: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Read to its end where it tells the operation; empty where it is an object's bytes. */
  readonly body: Buffer;
}

/** What a request asks for: an operation, and the permissions that it needs. */
export interface Demand {
  readonly operation: string;
  readonly needs: readonly Need[];
}

/** A permission that is needed. */
export type Need = Pick<AccessRequest, 'action' | 'resource' | 'context'>;

/**
 * What a request of one service asks for; undefined when the service has no such operation, or the
 * gate does not know it.
 */
export type ReadDemand = (request: AwsRequest) => Demand | undefined;

/** The body as a JSON object; an empty one where it is none. */
export function bodyOf({ body }: AwsRequest): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString('utf8') || '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A text of the body, else an empty one. */
export function textOf(body: JsonObject, member: string): string {
  const value = body[member];
  return typeof value === 'string' ? value : '';
}

/** `arn:aws:SERVICE:REGION:ACCOUNT:REST`, where the request was sent to. */
export function arnIn({ service, region, account }: AwsRequest, rest: string): string {
  return `arn:aws:${service}:${region}:${account}:${rest}`;
}
