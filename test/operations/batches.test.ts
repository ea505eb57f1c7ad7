/** Commands on batches, also while a batch runs in this process without a queue. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { HandlerContext } from '../../lib/index.ts';
import { batchEnd, openApp } from '../support/open-app.ts';
import { until } from '../support/signal.ts';

const definition = {
  StartAt: 'Work',
  States: { Work: { Type: 'Task', Resource: 'work', End: true } },
};

/** Resolves when the call is cancelled. */
function untilAborted(_: unknown, { signal }: HandlerContext): Promise<null> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

const openBlocked = () =>
  openApp({
    machines: { m: { definition } },
    handlers: { work: untilAborted },
    batches: { items: { machine: 'm', source: { kind: 'items', items: [1] } } },
  });

describe('a batch that runs without a queue', () => {
  it('a cancelled batch stops what runs, what was recorded and what was not read yet', {
    timeout: 20_000,
  }, async () => {
    const app = await openBlocked();
    const started: string[] = [];

    const batch = await app.machine('m').executeBatch(
      { source: { kind: 'items', items: [1, 2, 3, 4, 5] }, options: { chunkSize: 3 } },
      {
        onExecutionStart: (id) => {
          started.push(id);
          if (started.length === 1) void cancelOnly(app);
        },
      },
    );

    expect(batch).toMatchObject({
      status: 'ABORTED',
      reason: 'enough',
      created: 3,
      aborted: 3,
      succeeded: 0,
    });
  });
});

async function cancelOnly(app: Awaited<ReturnType<typeof openApp>>): Promise<void> {
  const { entries } = await app.batches.list();
  for (const { id } of entries) await app.batches.cancel(id, 'enough');
}

describe('the source of a batch', () => {
  it('a batch over a file says how many of its bytes have been read', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-source-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, 'items.jsonl');
    writeFileSync(path, '1\n2\n3\n\n');
    const app = await openBlocked();
    const source = { kind: 'jsonLines', path } as const;
    const { id } = await app.batches.start('items', {
      source,
      options: { chunkSize: 1, maxInFlight: 1 },
    });
    const before = await app.batches.get(id);
    const inline = await app.batches.get((await app.batches.start('items')).id);

    await app.start();
    const read = async () => (await app.batches.get(id)).sourceRead;
    await until(async () => (await read()) !== null, 'the first chunk is read', 100_000);
    const begun = await read();
    await app.batches.cancel(id);

    expect(before.sourceRead).toBeNull();
    expect(inline.sourceRead).toBeNull();
    expect(begun).toEqual({ bytes: 2, ofBytes: 7 });
  });
});

describe('commands on a batch', () => {
  it('a command on a batch returns the batch as it is then, or why nothing was changed', async () => {
    const app = await openBlocked();
    const { id } = await app.batches.start('items');

    expect(await app.batches.pause(id)).toMatchObject({ status: 'PAUSED' });
    expect(await app.batches.resume(id)).toMatchObject({ status: 'RUNNING', reason: null });
    expect(await app.batches.cancel(id)).toMatchObject({ abortReason: 'cancelled on request' });
    expect(await app.batches.report(id)).toMatchObject({
      reason: expect.stringContaining('cancelled on request'),
    });
    for (const command of [app.batches.pause(id), app.batches.resume(id)]) {
      await expect(command).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('is being cancelled'),
      });
    }
    await expect(app.batches.pause('none')).rejects.toMatchObject({ code: 'UNKNOWN_BATCH' });
  });

  it('an unknown batch is refused by every command', async () => {
    const app = await openBlocked();
    const { get, report, pause, resume, cancel, wait } = {
      get: app.batches.get('none'),
      report: app.batches.report('none'),
      pause: app.batches.pause('none'),
      resume: app.batches.resume('none'),
      cancel: app.batches.cancel('none'),
      wait: app.batches.wait('none'),
    };

    for (const command of [get, report, pause, resume, cancel, wait]) {
      await expect(command).rejects.toMatchObject({ code: 'UNKNOWN_BATCH' });
    }
  });

  it('a batch that has ended can neither pause nor resume', async () => {
    const app = await openBlocked();
    await app.start();
    const { id } = await app.batches.start('items');
    await app.batches.cancel(id);
    await batchEnd(app, id);

    for (const command of [app.batches.pause(id), app.batches.resume(id)]) {
      await expect(command).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringContaining('has ended ABORTED'),
      });
    }
    expect(await app.batches.cancel(id)).toMatchObject({ status: 'ABORTED' });
  });

  it('a batch has the failure rates that warn and that pause it, if any do', async () => {
    const app = await openBlocked();
    const start = (failurePolicy: object | null) =>
      app.batches.start('items', { options: { failurePolicy } });

    const usual = await start({});
    const own = await start({ softThreshold: 0.2, hardThreshold: 0.5 });
    const none = await start(null);

    expect([usual, own, none].map(({ failurePolicy }) => failurePolicy)).toEqual([
      { softThreshold: 0.05, hardThreshold: 0.1 },
      { softThreshold: 0.2, hardThreshold: 0.5 },
      null,
    ]);
  });

  it('a batch is listed and shown without its documents', async () => {
    const app = await openBlocked();
    const { id } = await app.batches.start('items');

    const batch = await app.batches.get(id);

    expect(batch).toMatchObject({ id, name: 'items', parentExecutionId: null });
    expect(Object.keys(batch)).not.toEqual(
      expect.arrayContaining(['source', 'options', 'cursor', 'memory', 'sentIndex']),
    );
    expect(await app.batches.list({ name: 'items' })).toMatchObject({
      entries: [batch],
      next: null,
      lookedAt: { isAll: true },
    });
    expect((await app.batches.list({ status: 'PAUSED' })).entries).toEqual([]);
  });
});

describe('the newest batch of a name', () => {
  it('the newest open batch is resumed if it is paused', async () => {
    const app = await openBlocked();
    const older = await app.batches.start('items');
    const newer = await app.batches.start('items');

    expect(await app.batches.resumeNewest('items')).toMatchObject({ id: newer.id });
    for (const { id } of [older, newer]) await app.batches.pause(id);
    expect(await app.batches.resumeNewest('items')).toMatchObject({
      id: newer.id,
      status: 'RUNNING',
    });
  });

  it('the newest ended batch is returned when no batch is open', async () => {
    const app = await openBlocked();
    await app.start();
    const { id } = await app.batches.start('items');
    await app.batches.cancel(id);
    await batchEnd(app, id);

    expect(await app.batches.resumeNewest('items')).toMatchObject({ id, status: 'ABORTED' });
    await expect(app.batches.resumeNewest('others')).rejects.toMatchObject({
      code: 'UNKNOWN_BATCH',
    });
  });
});
