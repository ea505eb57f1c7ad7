import type { WebhookClient } from '../../ports/webhook-client.ts';
import { createWebhookSignature, signatureHeader } from '../webhooks/webhook-signature.ts';
import type { HookCall } from './hook-types.ts';

/** What {@link postWebhook} works with. */
export interface PostWebhookDeps {
  readonly client: WebhookClient;
  /** Returns the secret of the signature; null when the configuration has none any more. */
  readonly secretOf: (call: HookCall) => Promise<string | null>;
  readonly userAgent: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Maximum duration of one request, in milliseconds. */
const timeoutMs = 10_000;

/** Names of the errors of a call; the policy of retries knows the second. */
const webhookErrors = Object.freeze({
  failed: 'Millrace.WebhookFailed',
  refused: 'Millrace.WebhookRefused',
});

/**
 * Posts an event to a webhook, signed, as the handler of a task. Throws an error of
 * {@link webhookErrors} for any answer but success.
 */
export async function postWebhook(
  { client, secretOf, userAgent, now }: PostWebhookDeps,
  call: HookCall,
  signal: AbortSignal,
): Promise<{ readonly status: number }> {
  const secret = await secretOf(call);
  if (secret === null)
    throw named('refused', `the configuration has no webhooks.secrets.${call.secretName}`);
  const { id, type, url, body } = call;
  const headers = {
    'content-type': 'application/json',
    'user-agent': userAgent,
    'millrace-delivery': id,
    'millrace-event': type,
    [signatureHeader]: createWebhookSignature(secret, Math.floor(now() / 1_000), body),
  };
  const result = await client.post({ url, headers, body, timeoutMs, signal });
  if (result.kind === 'refused') throw named('refused', result.reason);
  if (result.kind === 'failed') throw named('failed', result.reason);
  const { status } = result;
  if (status >= 200 && status < 300) return { status };
  throw named(status === 410 ? 'refused' : 'failed', `it answered ${status}`);
}

function named(kind: keyof typeof webhookErrors, message: string): Error {
  return Object.assign(new Error(message), { name: webhookErrors[kind] });
}
