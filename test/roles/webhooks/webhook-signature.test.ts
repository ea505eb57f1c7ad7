/** The signature of a request to a webhook, as its receiver checks it. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  createWebhookSignature,
  verifyWebhook,
} from '../../../lib/roles/webhooks/webhook-signature.ts';

const secret = 'a secret of the receiver';
const body = '{"type":"millrace.alert.opened"}';
const seconds = 1_764_000_000;
const now = seconds * 1_000;

describe('the signature of a webhook', () => {
  it('the signature is the HMAC-SHA256 of the time and the body', () => {
    const hex = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');

    expect(createWebhookSignature(secret, seconds, body)).toBe(`t=${seconds},v1=${hex}`);
  });

  it('a receiver accepts the signature of the body that it got, lately', () => {
    const signature = createWebhookSignature(secret, seconds, body);

    expect(verifyWebhook({ signature, body, secret, now })).toBe(true);
    expect(verifyWebhook({ signature, body, secret, now: now + 300_000 })).toBe(true);
    expect(verifyWebhook({ signature, body, secret, now: now + 301_000 })).toBe(false);
    expect(verifyWebhook({ signature, body, secret, now: now - 301_000 })).toBe(false);
    const tolerant = { toleranceSeconds: 3_600, now: now + 3_600_000 };
    expect(verifyWebhook({ signature, body, secret, ...tolerant })).toBe(true);
  });

  it.each([
    ['another body', { body: `${body} ` }],
    ['another secret', { secret: 'another secret of someone' }],
    [
      'another time',
      { signature: createWebhookSignature(secret, seconds, body).replace('4', '5') },
    ],
    ['no signature', { signature: '' }],
    ['a signature of another version', { signature: `t=${seconds},v2=${'0'.repeat(64)}` }],
    ['a signature that is too short', { signature: `t=${seconds},v1=00` }],
  ])('a receiver refuses %s', (_, changes) => {
    const signature = createWebhookSignature(secret, seconds, body);

    expect(verifyWebhook({ signature, body, secret, now, ...changes })).toBe(false);
  });

  it('a receiver uses its own clock', () => {
    const signature = createWebhookSignature(secret, Math.floor(Date.now() / 1_000), body);

    expect(verifyWebhook({ signature, body, secret })).toBe(true);
  });
});
