import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that holds the signature of a request to a webhook. */
export const signatureHeader = 'millrace-signature';

/** Maximum age of a request that a receiver accepts, in seconds. */
const toleranceSecondsDefault = 300;

/**
 * Returns the signature of a request: `t=SECONDS,v1=HEX`, where HEX is the HMAC-SHA256 of
 * `SECONDS.BODY`. The time is part of what is signed, so that an old request cannot be sent again.
 */
export function createWebhookSignature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${hmac(secret, seconds, body).toString('hex')}`;
}

/** Options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
  /** The value of the header `millrace-signature`. */
  readonly signature: string;
  /** The body as it arrived, before it is parsed. */
  readonly body: string;
  readonly secret: string;
  /** Maximum difference between the clocks of sender and receiver, in seconds. @default 300 */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970. @default now */
  readonly now?: number;
}

/**
 * Whether a request to a webhook was signed with the secret, and lately: for its receiver.
 *
 * @example
 * const signature = request.headers.get('millrace-signature') ?? '';
 * const isGenuine = verifyWebhook({ signature, body: await request.text(), secret });
 */
export function verifyWebhook({
  signature,
  body,
  secret,
  toleranceSeconds = toleranceSecondsDefault,
  now = Date.now(),
}: VerifyWebhookOptions): boolean {
  const [, time = '', hex = ''] = /^t=(\d{1,12}),v1=([\da-f]{64})$/.exec(signature) ?? [];
  if (hex === '') return false;
  const seconds = Number(time);
  if (Math.abs(now / 1_000 - seconds) > toleranceSeconds) return false;
  return timingSafeEqual(hmac(secret, seconds, body), Buffer.from(hex, 'hex'));
}

function hmac(secret: string, seconds: number, body: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.${body}`).digest();
}
