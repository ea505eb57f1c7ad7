/** Who may call the endpoint: programs by their signatures, pages by their origins. */
import type { AccessKey } from './access-keys.ts';
import type { ServiceRequest } from './protocol.ts';
import { ServiceError } from './service-error.ts';
import { checkSignature, type SignaturePolicy } from './signature.ts';

/** Who may call an endpoint. */
export interface CallerPolicy extends SignaturePolicy {
  /** Origins of pages that may call it, such as `https://console.example.com`. */
  readonly origins: ReadonlySet<string>;
}

/** Who has sent a request. */
export interface Caller {
  /** The name of the key, or `loopback`; the ARN of whom IAM has authenticated. */
  readonly name: string;
  readonly readOnly: boolean;
  /** The only operations that it may call. @default all */
  readonly only?: ReadonlySet<string>;
}

/** Everyone, where only this machine reaches the endpoint. */
const loopback: Caller = Object.freeze({ name: 'loopback', readOnly: false });

/**
 * Returns who has sent a request. Without keys, any signature or none is good: only this machine
 * reaches the endpoint then. Throws AccessDeniedException for a page that is not allowed, and what
 * `checkSignature` throws.
 */
export function identifyCaller(request: ServiceRequest, policy: CallerPolicy, now: number): Caller {
  checkOrigin(request, policy);
  if (policy.keys.size === 0) return loopback;
  const { name, readOnly }: AccessKey = checkSignature(request, policy, now);
  return { name, readOnly };
}

/** A page of another site must not start work on this machine, with a signature or without. */
function checkOrigin(request: ServiceRequest, { origins }: CallerPolicy): void {
  const origin = request.header('origin');
  if (origin === undefined || origins.has(origin)) return;
  throw new ServiceError(
    'AccessDeniedException',
    `pages of '${origin.slice(0, 200)}' may not call this endpoint: allow them with --allow-origin`,
  );
}

/** The headers that a page may send: those of AWS's clients. */
const allowedHeaders = [
  'content-type',
  'x-amz-target',
  'x-amz-date',
  'x-amz-user-agent',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'authorization',
  'amz-sdk-invocation-id',
  'amz-sdk-request',
].join(', ');

/** How long a browser keeps the answer to a preflight, in seconds. */
const preflightSeconds = 600;

/** Returns the headers by which a browser lets a page read an answer; none for other callers. */
export function corsHeaders(
  request: ServiceRequest,
  { origins }: CallerPolicy,
): Readonly<Record<string, string>> {
  const origin = request.header('origin');
  if (origin === undefined || !origins.has(origin)) return {};
  const exposed = { 'access-control-expose-headers': 'x-amzn-requestid, x-amzn-errortype, date' };
  const allowed = { 'access-control-allow-origin': origin, vary: 'origin' };
  if (request.method !== 'OPTIONS') return { ...allowed, ...exposed };
  return {
    ...allowed,
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': allowedHeaders,
    'access-control-max-age': String(preflightSeconds),
  };
}
