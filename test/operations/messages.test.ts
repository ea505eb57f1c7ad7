/** Messages from an app to its executions. */
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/open-app.ts';

const definition = {
  StartAt: 'Paid',
  States: {
    Paid: {
      Type: 'Message',
      CorrelationKey: 'paid',
      CorrelationValuePath: '$.order',
      ResultPath: '$.payment',
      End: true,
    },
  },
};

const open = () => openApp({ machines: { order: { definition } }, payloadBytesMax: 1_000 });

describe('sending a message', () => {
  it('a message is delivered to the execution that waits for it', async () => {
    const app = await open();
    await app.start();
    const input = { order: { id: 7 } };
    const { executionId } = await app.executions.start({ machineId: 'order', input });

    await app.messages.send({ key: 'paid', value: { id: 7 }, body: { cents: 5 } });
    await app.executions.wait(executionId);

    const { output } = await app.executions.get(executionId);
    expect(output).toEqual({ ...input, payment: { cents: 5 } });
  });

  it('a message that cannot be stored is refused', async () => {
    const app = await open();
    const message = { key: 'k', value: 1, body: 1 };

    for (const bad of [{ key: '' }, { key: 'k'.repeat(257) }, { ttlSeconds: 0 }]) {
      const sending = app.messages.send({ ...message, ...bad });
      await expect(sending).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    const large = app.messages.send({ ...message, body: 'x'.repeat(1_000) });
    await expect(large).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });

    expect((await app.messages.list()).entries).toEqual([]);
  });

  it('a message that no execution waits for is stored for two weeks', async () => {
    const app = await open();

    const id = await app.messages.send({ key: 'k', value: [1], body: null });

    const [kept] = (await app.messages.list({ key: 'k' })).entries;
    expect(kept).toMatchObject({ id, key: 'k', value: [1], body: null });
    expect((kept?.expiresAt ?? 0) - (kept?.receivedAt ?? 0)).toBe(14 * 86_400_000);
    expect((await app.messages.list({ key: 'other' })).entries).toEqual([]);
  });
});
