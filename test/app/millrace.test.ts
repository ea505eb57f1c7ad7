/** An app as a whole: how it opens, runs batches, stops and closes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMillrace } from '../../lib/app/millrace.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import { batchEnd, openApp } from '../support/open-app.ts';
import { QuietLogger } from '../support/quiet-logger.ts';
import { HeldHandler } from '../support/role-harness.ts';
import { until } from '../support/signal.ts';

const definition = {
  StartAt: 'Check',
  States: { Check: { Type: 'Task', Resource: 'check', End: true } },
};

const config: MillraceConfig = {
  machines: { order: { definition, nonRetryableErrors: ['Invalid'] } },
  handlers: {
    check: ({ total }: { total: number }) => {
      if (total < 0) throw Object.assign(new Error('negative'), { name: 'Invalid' });
      return { total };
    },
  },
  transformers: { byTotal: (item) => (Number(Object(item).total) > 2 ? 'critical' : 'low') },
  batches: {
    orders: {
      machine: 'order',
      source: { kind: 'csv', path: 'orders.csv' },
      item: { priority: 'byTotal', input: 'toOrder' },
      options: { failurePolicy: null },
      summarize: async (executions) => {
        let totals = 0;
        for await (const { output } of executions) totals += Number(Object(output).total ?? 0);
        return { totals };
      },
    },
  },
};

/** Creates a folder with a file of orders, removed after the test. */
function folderWith(csv: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'orders.csv'), csv);
  return folder;
}

const withToOrder: MillraceConfig = {
  ...config,
  transformers: {
    ...config.transformers,
    toOrder: (item) => ({ total: Number(Object(item).total) }),
  },
};

describe('a batch of the configuration', () => {
  it('a configured batch runs from its file, which is relative to the app’s folder, to its figures', async () => {
    const app = await openApp(withToOrder, folderWith('total\n1\n2\n3\n-1\n4\n'));

    const batch = await app.batches.start('orders');
    await app.start();
    await batchEnd(app, batch.id);
    await app.stop();

    expect(await app.batches.report(batch.id)).toMatchObject({
      batchId: batch.id,
      name: 'orders',
      status: 'FAILED',
      reason: '1 of 5 failed, 0 are tolerated',
      total: 5,
      succeeded: 4,
      failed: 1,
      archived: 1,
      byError: { Invalid: 1 },
      byPriority: { critical: 2, low: 3 },
      totals: 10,
    });
    const { entries } = await app.drivers.store.listArchive({}, { limit: 10 });
    expect(entries).toMatchObject([{ reason: 'Invalid is not retryable', attempts: 1 }]);
  });

  it('a configured batch without its file or transformer, or with an unknown name, is refused', async () => {
    const folder = folderWith('total\n');
    const app = await openApp(withToOrder, folder);
    const without = await openApp(config, folder);
    rmSync(join(folder, 'orders.csv'));

    await expect(app.batches.start('orders')).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining(join(folder, 'orders.csv')),
    });
    await expect(app.batches.start('order')).rejects.toMatchObject({
      code: 'UNKNOWN_BATCH',
      message: "no batch is named 'order'; known: orders; did you mean 'orders'?",
    });
    await expect(without.batches.start('orders')).rejects.toMatchObject({
      code: 'UNKNOWN_TRANSFORMER',
    });
    await expect(app.batches.report('no-such-batch')).rejects.toMatchObject({
      code: 'UNKNOWN_BATCH',
    });

    expect((await app.drivers.store.listBatches({}, { limit: 10 })).entries).toEqual([]);
  });
});

describe('opening an app', () => {
  it('an app with a broken definition, or a missing one, does not open', async () => {
    const broken = { StartAt: 'Nowhere', States: { S: { Type: 'Pass', Next: 'Gone' } } };
    const options = { flags: { store: 'memory' }, logger: new QuietLogger() };

    await expect(
      openMillrace({ config: { machines: { m: { definition: broken } } }, ...options }),
    ).rejects.toMatchObject({
      code: 'INVALID_DEFINITION',
      message: expect.stringMatching(
        /^InvalidDefinition: .*Nowhere.*Gone[\s\S]*machines\.m\.definition/,
      ),
    });
    await expect(
      openMillrace({ config: { machines: { m: { definition: './gone.json' } } }, ...options }),
    ).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: expect.stringContaining('gone.json'),
    });
  });

  it('a machine gets a new version only when its definition changes', async () => {
    const app = await openApp(config);
    const { store } = app.drivers;
    const again = await store.putMachine('order', 'STANDARD', JSON.stringify(definition));
    const changed = { ...definition, Comment: 'changed' };

    expect(again.version).toBe(1);
    expect((await store.putMachine('order', 'STANDARD', JSON.stringify(changed))).version).toBe(2);
  });

  it('an unknown machine is refused with the names of the known ones', async () => {
    const app = await openApp(config);

    expect(() => app.machine('ordr')).toThrow(/no machine is named 'ordr'; known: order/);
  });

  it('an embedded database keeps executions for the next process that opens it', async () => {
    const folder = folderWith('total\n');
    const options = {
      config: withToOrder,
      folder,
      flags: { store: 'pglite', data: join(folder, 'data') },
      logger: new QuietLogger(),
    };
    const first = await openMillrace(options);
    const done = await first.machine('order').execute({ total: 5 }, { name: 'kept' });
    await first.close();

    const second = await openMillrace(options);
    onTestFinished(() => second.close());

    expect(await second.machine('order').execute({ total: 9 }, { name: 'kept' })).toEqual(done);
  });
});

describe('stopping an app', () => {
  it('a stop lets a running handler finish, and closing twice is harmless', async () => {
    const check = new HeldHandler();
    const app = await openApp({ ...config, handlers: { check: check.handler } });
    const client = app.queueClient();
    await app.start();
    await app.start();
    const { executionId } = await client.enqueueExecution({ machineId: 'order', input: 1 });
    await until(() => check.calls.length === 1, 'the call');

    const stopped = app.stop();
    check.answer(0, 'answered');
    await stopped;

    expect(await app.drivers.store.getExecution(executionId)).toMatchObject({
      status: 'SUCCEEDED',
      output: '"answered"',
    });
    await app.close();
    await app.close();
  });

  it('a leader of an unknown machine does not start', async () => {
    const flags = { store: 'memory', ledMachine: 'odrer' };
    const app = await openMillrace({ config, flags, logger: new QuietLogger() });
    onTestFinished(() => app.close());

    await expect(app.start()).rejects.toMatchObject({
      code: 'UNKNOWN_MACHINE',
      message: expect.stringMatching(/'odrer'.*known: order/),
    });
  });
});
