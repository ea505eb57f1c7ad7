/** The body of a request to a webhook. */
import { expect, it } from 'vitest';
import { createWebhookDelivery } from '../../../lib/roles/webhooks/webhook-delivery.ts';

const place = { id: 'd-1', url: 'https://hooks.example.com/a', secretName: 'ops' };

it('a delivery has the type and the detail of its event', () => {
  const event = { type: 'millrace.batch.ended', detail: { batchId: 'b', failed: 3 }, at: 7 };

  const { body, ...rest } = createWebhookDelivery(event, place);

  expect(rest).toEqual({ ...place, type: 'millrace.batch.ended' });
  expect(JSON.parse(body)).toEqual({ id: 'd-1', ...event });
});

it('a long text of an event is cut, and never inside of a character', () => {
  const event = {
    type: 't',
    detail: { reason: `${'x'.repeat(1_999)}😀${'y'.repeat(99_999)}` },
    at: 7,
  };

  const { body } = createWebhookDelivery(event, place);

  expect(body.length).toBeLessThan(3_000);
  expect(JSON.parse(body).detail.reason).toBe(`${'x'.repeat(1_999)}\uFFFD`);
});
