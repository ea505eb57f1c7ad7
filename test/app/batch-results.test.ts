/** The results of batches: read, written to files, and written at the end of a batch. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BatchOptionsInput } from '../../lib/batch/batch-options.ts';
import type { BatchResult } from '../../lib/operations/results/batch-results.ts';
import { batchEnd, openApp } from '../support/open-app.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-results-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function openOrders(options: BatchOptionsInput = {}) {
  const folder = makeFolder();
  const app = await openApp(
    {
      machines: {
        order: {
          definition: {
            StartAt: 'Ship',
            States: { Ship: { Type: 'Task', Resource: 'ship', End: true } },
          },
        },
      },
      handlers: {
        ship: ({ id }: { id: number }) => {
          if (id === 13) throw Object.assign(new Error('unlucky'), { name: 'Unlucky' });
          return { shipped: id };
        },
      },
      batches: {
        orders: {
          machine: 'order',
          source: { kind: 'items', items: [{ id: 12 }, { id: 13 }, { id: 14 }] },
          item: { labels: { order: '$.id' } },
          options: { retriesMax: 0, failurePolicy: null, toleratedFailureCount: 1, ...options },
        },
      },
    },
    folder,
  );
  return { app, folder };
}

const seventh = (path: string) => readFileSync(path, 'utf8');

describe('the results of a batch', () => {
  it('each item has its input, output, error and labels, in the order of the items', async () => {
    const { app } = await openOrders();
    await app.start();
    const { id } = await app.batches.start('orders');
    await batchEnd(app, id);

    const results: BatchResult[] = [];
    for await (const result of app.batches.results('orders')) results.push(result);

    expect(results).toMatchObject([
      { index: 0, status: 'SUCCEEDED', input: { id: 12 }, output: { shipped: 12 }, error: null },
      { index: 1, status: 'FAILED', input: { id: 13 }, output: null, error: 'Unlucky' },
      { index: 2, status: 'SUCCEEDED', labels: { order: '14' } },
    ]);
    const found = await app.executions.list({ labels: { order: '13' } });
    expect(found.entries.map((entry) => entry.id)).toEqual([results[1]?.id]);
    await app.stop();
  });

  it('a file has the rows of the wanted statuses, and nothing is left of one that was ended', async () => {
    const { app, folder } = await openOrders();
    await app.start();
    const { id } = await app.batches.start('orders');
    await batchEnd(app, id);
    const output = join(folder, 'deep', 'failed.csv');

    const written = await app.batches.writeResults(id, { output, statuses: ['FAILED'] });

    expect(written).toEqual({ output, format: 'csv', items: 1, bytes: seventh(output).length });
    expect(seventh(output)).toContain(',FAILED,1,Unlucky,');
    const ended = { output: join(folder, 'deep', 'b.json'), signal: AbortSignal.abort() };
    await expect(app.batches.writeResults(id, ended)).rejects.toMatchObject({ code: 'STOPPED' });
    expect(readdirSync(join(folder, 'deep'))).toEqual(['failed.csv']);
    await app.stop();
  });

  it('the option results names a file by date, name and id, which appears after the end', async () => {
    const { app, folder } = await openOrders({
      results: { output: 'out/{date:yyyyMMdd}/{name}-{id}.jsonl' },
    });
    await app.start();
    const { id, createdAt } = await app.batches.start('orders');
    await batchEnd(app, id);

    const file = await app.batches.waitForResults(id);

    const day = new Date(createdAt).toISOString().slice(0, 10).replaceAll('-', '');
    const output = join(folder, 'out', day, `orders-${id}.jsonl`);
    expect(file).toMatchObject({ status: 'WRITTEN', output, format: 'jsonl', items: 3 });
    const lines = seventh(output).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).input)).toEqual([
      { id: 12 },
      { id: 13 },
      { id: 14 },
    ]);
    await app.stop();
  });

  it('a batch that a program runs itself writes its file before it returns', async () => {
    const { app, folder } = await openOrders();

    const batch = await app.machine('order').executeBatch({
      source: { kind: 'items', items: [{ id: 1 }] },
      options: { results: { output: 'own.csv' } },
    });

    expect(await app.batches.resultFile(batch.id)).toMatchObject({ status: 'WRITTEN', items: 1 });
    expect(seventh(join(folder, 'own.csv'))).toContain('input.id,input,output.shipped,output\r\n');
  });

  it('a file with an unknown placeholder or no key in its bucket is refused at the start', async () => {
    for (const output of ['{who}.csv', 's3://bucket', 's3://bucket/', 'out/', '{date:q}.csv']) {
      const { app } = await openOrders({ results: { output } });

      await expect(app.batches.start('orders')).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('results.output'),
      });
    }
  });
});
