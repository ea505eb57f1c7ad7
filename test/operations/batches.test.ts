/** What a program orders of its batches, and what becomes of one that runs here without a queue. */
import { describe, expect, it } from 'vitest';
import type { HandlerContext } from '../../lib/index.ts';
import { openApp } from '../support/open-app.ts';

const definition = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'work', End: true } },
};

/** Answers when nobody waits for its answer any more. */
function untilAborted(_: unknown, { signal }: HandlerContext): Promise<null> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

describe('a batch that runs without a queue', () => {
  it('stops when it is aborted: what runs, what was recorded, and what was not read yet', {
    timeout: 20_000,
  }, async () => {
    const app = await openApp({
      machines: { m: { definition } },
      handlers: { work: untilAborted },
    });
    const begun: string[] = [];

    const batch = await app.machine('m').executeBatch(
      { source: { kind: 'items', items: [1, 2, 3, 4, 5] }, options: { chunkSize: 3 } },
      {
        onExecutionStart: (id) => {
          begun.push(id);
          if (begun.length === 1) void abortTheOnly(app);
        },
      },
    );

    expect(batch).toMatchObject({
      ...{ status: 'ABORTED', reason: 'enough', created: 3, aborted: 3, succeeded: 0 },
    });
  });
});

async function abortTheOnly(app: Awaited<ReturnType<typeof openApp>>): Promise<void> {
  const { entries } = await app.store.listBatches({}, { limit: 1 });
  for (const { id } of entries) await app.abortBatch(id, 'enough');
}

describe('orders about a batch', () => {
  it('are answered with the batch as it is then, or with why not', async () => {
    const app = await openApp({
      machines: { m: { definition } },
      handlers: { work: untilAborted },
    });
    const source = { kind: 'items', items: [1] } as const;
    const { id } = await app.queueClient().enqueueBatch('m', { source });

    expect(await app.pauseBatch(id)).toMatchObject({ status: 'PAUSED' });
    expect(await app.resumeBatch(id)).toMatchObject({ status: 'RUNNING', reason: null });
    expect(await app.abortBatch(id)).toMatchObject({ abortReason: 'a person aborted it' });
    expect(await app.report(id)).toMatchObject({ reason: 'being aborted: a person aborted it' });
    for (const order of [app.pauseBatch(id), app.resumeBatch(id)]) {
      await expect(order).rejects.toMatchObject({
        ...{ code: 'CONFLICT', message: expect.stringContaining('is being aborted') },
      });
    }
    await expect(app.pauseBatch('none')).rejects.toMatchObject({ code: 'UNKNOWN_BATCH' });
  });
});
