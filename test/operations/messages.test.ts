/** Messages from an app to its executions. */
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/open-app.ts';
import { settle } from '../support/signal.ts';

const definition = {
  StartAt: 'Paid',
  States: {
    Paid: {
      ...{ Type: 'Message', CorrelationKey: 'paid', CorrelationValuePath: '$.order' },
      ...{ ResultPath: '$.payment', End: true },
    },
  },
};

const open = () => openApp({ machines: { order: { definition } }, payloadBytesMax: 1_000 });

describe('sendMessage', () => {
  it('reaches the execution that waits for it', async () => {
    const app = await open();
    await app.start();
    const input = { order: { id: 7 } };
    const { executionId } = await app.queueClient().enqueueExecution({ machineId: 'order', input });

    await app.sendMessage({ key: 'paid', value: { id: 7 }, body: { cents: 5 } });
    for (;;) {
      const record = await app.store.getExecution(executionId);
      if (record?.endedAt !== null) break;
      await settle();
    }

    const record = await app.store.getExecution(executionId);
    expect(JSON.parse(record?.output ?? '')).toEqual({ ...input, payment: { cents: 5 } });
  });

  it('is refused when it cannot be kept', async () => {
    const app = await open();
    const message = { key: 'k', value: 1, body: 1 };

    for (const bad of [{ key: '' }, { key: 'k'.repeat(257) }, { ttlSeconds: 0 }]) {
      const sending = app.sendMessage({ ...message, ...bad });
      await expect(sending).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    const large = app.sendMessage({ ...message, body: 'x'.repeat(1_000) });
    await expect(large).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });

    expect((await app.store.listMessages({}, { limit: 10 })).entries).toEqual([]);
  });

  it('keeps for two weeks what nobody waits for', async () => {
    const app = await open();

    const id = await app.sendMessage({ key: 'k', value: [1], body: null });

    const [kept] = (await app.store.listMessages({}, { limit: 10 })).entries;
    expect(kept).toMatchObject({ id, key: 'k', value: '[1]', body: 'null' });
    expect((kept?.expiresAt ?? 0) - (kept?.receivedAt ?? 0)).toBe(14 * 86_400_000);
  });
});
